package io.talus.cli;

import io.talus.data.Ratings;
import io.talus.data.RatingsTitles;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * What items are called.
 *
 * @param byId titles by the items' ids; an item without one goes by its id
 */
record Titles(Map<String, String> byId) {
  /** No titles. */
  static final Titles NONE = new Titles(Map.of());

  private static final int SUGGESTED = 5;

  /** Those of a file, or none where that is null. */
  static Titles read(Path file) throws IOException {
    return file == null ? NONE : new Titles(RatingsTitles.read(file));
  }

  /** The title, or the id where there is none. */
  String of(String id) {
    return byId.getOrDefault(id, id);
  }

  /**
   * The item of that id or, failing that, of that title.
   *
   * @throws IllegalArgumentException when there is none, with titles that are like it
   */
  int item(Ratings ratings, String idOrTitle) {
    int item = ratings.findItem(idOrTitle);
    if (item >= 0) {
      return item;
    }
    for (Map.Entry<String, String> entry : byId.entrySet()) {
      if (entry.getValue().equals(idOrTitle) && ratings.findItem(entry.getKey()) >= 0) {
        return ratings.findItem(entry.getKey());
      }
    }
    String part = idOrTitle.toLowerCase(Locale.ROOT);
    List<String> like =
        byId.values().stream()
            .filter(title -> title.toLowerCase(Locale.ROOT).contains(part))
            .limit(SUGGESTED)
            .toList();
    throw new IllegalArgumentException(
        "there is no item '"
            + idOrTitle
            + "' among the "
            + ratings.items()
            + " items, neither by id nor by title"
            + (like.isEmpty() ? "" : "; there are '" + String.join("', '", like) + "'"));
  }
}
