package io.talus.cli;

import java.util.Map;

/** A part of a {@link Report}. */
interface ReportSection {
  /** The name of its template. */
  String template();

  /** What the template names. */
  Map<String, Object> values();
}
