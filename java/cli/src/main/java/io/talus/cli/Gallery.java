package io.talus.cli;

import java.util.List;
import java.util.Map;

/** Pictures under one heading, as the report's template names them. */
final class Gallery {
  private Gallery() {}

  /**
   * @param id of its place in the page
   * @param pictures of {@link Pictures}
   */
  static Map<String, Object> of(
      String id, String heading, String note, List<Map<String, Object>> pictures) {
    return Map.of("id", id, "heading", heading, "note", note, "json", Json.text(pictures));
  }
}
