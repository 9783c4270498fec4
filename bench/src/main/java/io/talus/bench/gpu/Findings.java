package io.talus.bench.gpu;

import java.util.ArrayList;
import java.util.List;

/** All that the processes of one check have found out. */
final class Findings {
  private final List<String[]> lines = new ArrayList<>();

  /** Takes in what a process wrote; how it failed counts as a failure of {@code part}. */
  void add(String part, Children.Result result) {
    lines.addAll(result.lines());
    if (result.failure() != null) {
      fail(part, result.failure());
    }
  }

  void fail(String part, String reason) {
    lines.add(new String[] {"failed", part, "", reason});
  }

  /** The fields of the lines of one sort, the sort first. */
  List<String[]> of(String sort) {
    return Records.of(sort, lines);
  }

  /** The first line of a sort; null where there is none. */
  String[] first(String sort) {
    return of(sort).stream().findFirst().orElse(null);
  }

  /** The device's model, as in {@code NVIDIA A100-SXM4-80GB}. */
  String model() {
    return first("device")[2].split(",| \\(")[0];
  }

  boolean isEmulated() {
    return Boolean.parseBoolean(first("device")[3]);
  }

  /** Whether nothing that counts has failed; different bits are no failure. */
  boolean isGood() {
    return of("failed").isEmpty()
        && of("wrong").isEmpty()
        && of("test-failed").isEmpty()
        && of("bits").stream().noneMatch(fields -> fields[3].equals("failed"));
  }
}
