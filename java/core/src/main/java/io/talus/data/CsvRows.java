package io.talus.data;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** The lines of one CSV file as they come in: features as numbers, classes as text. */
final class CsvRows {
  /** Where every column is a feature. */
  static final int NO_LABEL = -1;

  private final Path file;
  private final RatingsFields columns;
  private List<String> names = List.of();
  private int label = NO_LABEL;
  private float[] features = new float[1024];
  private int featureCount;
  private int count;
  private final List<String> labels = new ArrayList<>();
  private long[] lines = new long[256];

  CsvRows(Path file, String separator) {
    this.file = file;
    this.columns = new RatingsFields(separator);
  }

  /** The line at hand, cut into columns. */
  List<String> fields(RatingsLines line) throws IOException {
    int found;
    try {
      found = columns.split(line.buffer(), line.start(), line.end(), Integer.MAX_VALUE);
    } catch (IllegalArgumentException open) {
      throw new MalformedFileException(file, line.number(), open.getMessage());
    }
    List<String> fields = new ArrayList<>(found);
    for (int column = 0; column < found; column++) {
      fields.add(columns.text(line.buffer(), column));
    }
    return fields;
  }

  /**
   * What is expected in every line that is added.
   *
   * @param all names of columns
   * @param labelColumn which of them has the class, or {@link #NO_LABEL}
   */
  void expect(List<String> all, int labelColumn) {
    names = all;
    label = labelColumn;
  }

  void add(List<String> fields, long line) throws IOException {
    if (fields.size() != names.size()) {
      throw new MalformedFileException(
          file, line, fields.size() + " columns; the first line has " + names.size());
    }
    if (featureCount + fields.size() > features.length) {
      features =
          Arrays.copyOf(features, Math.max(featureCount + fields.size(), grown(features.length)));
    }
    for (int column = 0; column < fields.size(); column++) {
      if (column != label) {
        float value = number(fields.get(column));
        if (!Float.isFinite(value)) {
          throw new MalformedFileException(
              file,
              line,
              names.get(column) + " is '" + fields.get(column) + "'; expected a finite number");
        }
        features[featureCount++] = value;
      }
    }
    if (count == lines.length) {
      lines = Arrays.copyOf(lines, 2 * lines.length);
    }
    lines[count++] = line;
    if (label != NO_LABEL) {
      labels.add(fields.get(label).intern());
    }
  }

  private static int grown(int length) {
    return (int) Math.min(2L * length, Integer.MAX_VALUE - 8);
  }

  /** Lines. */
  int count() {
    return count;
  }

  int label() {
    return label;
  }

  List<String> columns() {
    return names;
  }

  List<String> labels() {
    return labels;
  }

  /** The number of the line that a row comes from. */
  long line(int row) {
    return lines[row];
  }

  float[] features() {
    return Arrays.copyOf(features, featureCount);
  }

  /** The number that is written, or NaN where it is none. */
  static float number(String text) {
    // Java would also take the letters of its own literals, as in 1f.
    if (text.isEmpty() || Character.isLetter(text.charAt(text.length() - 1))) {
      return Float.NaN;
    }
    try {
      return Float.parseFloat(text);
    } catch (NumberFormatException notANumber) {
      return Float.NaN;
    }
  }
}
