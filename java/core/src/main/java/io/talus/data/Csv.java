package io.talus.data;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Reads examples from lines of values: numbers, and in one column the class. Compressed by gzip or
 * not; quotes as in RFC 4180, but no line break in them; blank lines are passed over.
 *
 * <p>The first line names the columns where one of its features is no number. Classes may be any
 * text; they are numbered in order, by value where all are whole numbers, else by letters.
 *
 * <pre>{@code
 * Csv.Table iris = new Csv().label("species").read(file);
 * }</pre>
 */
public final class Csv {
  private static final int LAST = -1;

  private String separator = ",";
  private String labelName;
  private int labelColumn = LAST;
  private List<String> classes;

  /** Commas between columns, the class in the last. */
  public Csv() {}

  /** What is between two columns; a comma unless set. */
  public Csv separator(String value) {
    if (value.isEmpty()) {
      throw new IllegalArgumentException("csv: the separator is empty");
    }
    separator = value;
    return this;
  }

  /** The column of the class, by its name in the first line; the last unless set. */
  public Csv label(String column) {
    labelName = column;
    return this;
  }

  /** The column of the class, counted from 1; the last unless set. */
  public Csv label(int column) {
    if (column < 1) {
      throw new IllegalArgumentException("csv: column " + column + "; columns count from 1");
    }
    labelColumn = column - 1;
    return this;
  }

  /**
   * The classes, as they are written in the file, in the order of their numbers. Needed where
   * several files must number them alike; unless set, they are those that the file has.
   */
  public Csv classes(List<String> values) {
    classes = List.copyOf(values);
    return this;
  }

  /**
   * What a file held.
   *
   * @param features the names of the feature columns; {@code column 1} and so on without a header
   * @param classes what each class is written as
   */
  public record Table(Dataset examples, List<String> features, List<String> classes) {}

  /**
   * Examples without classes.
   *
   * @param values one row after another
   * @param columns their names; {@code column 1} and so on without a header
   */
  public record Features(float[] values, int rows, List<String> columns) {}

  /**
   * How many columns the first line of a file has, its class included.
   *
   * @throws MalformedFileException when there is no line, or a quote in it is open
   */
  public int columns(Path file) throws IOException {
    try (InputStream stream = Files.newInputStream(file)) {
      return firstLine(file, new RatingsLines(Gzip.unpack(stream)), new CsvRows(file, separator))
          .size();
    }
  }

  private static List<String> firstLine(Path file, RatingsLines lines, CsvRows rows)
      throws IOException {
    if (!lines.next()) {
      throw new MalformedFileException(file, "there is no line");
    }
    return rows.fields(lines);
  }

  /**
   * Reads a file that has no column of classes: every column is a feature.
   *
   * @throws MalformedFileException as {@link #read} does
   */
  public Features readFeatures(Path file) throws IOException {
    CsvRows rows = rows(file, false);
    return new Features(rows.features(), rows.count(), rows.columns());
  }

  /**
   * Reads a file.
   *
   * @throws MalformedFileException naming line and column of the first value that is no finite
   *     number, or of a line with more or fewer columns, or of an unknown class
   */
  public Table read(Path file) throws IOException {
    return table(file, rows(file, true));
  }

  private CsvRows rows(Path file, boolean isLabelled) throws IOException {
    CsvRows rows = new CsvRows(file, separator);
    try (InputStream stream = Files.newInputStream(file)) {
      RatingsLines lines = new RatingsLines(Gzip.unpack(stream));
      List<String> first = firstLine(file, lines, rows);
      int label = isLabelled ? labelColumn(file, first) : CsvRows.NO_LABEL;
      boolean named = isHeader(first, label);
      rows.expect(named ? first : numbered(first.size()), label);
      if (!named) {
        if (isLabelled && labelName != null) {
          throw new MalformedFileException(
              file, 1, "has only numbers, no names of columns: set the label's number instead");
        }
        rows.add(first, lines.number());
      }
      while (lines.next()) {
        rows.add(rows.fields(lines), lines.number());
      }
    }
    if (rows.count() == 0) {
      throw new MalformedFileException(file, "there are names of columns, but no examples");
    }
    return rows;
  }

  private int labelColumn(Path file, List<String> first) throws IOException {
    int column =
        labelName != null
            ? first.indexOf(labelName)
            : labelColumn == LAST ? first.size() - 1 : labelColumn;
    if (column < 0 || column >= first.size() || first.size() < 2) {
      throw new MalformedFileException(
          file,
          1,
          "has the columns "
              + first
              + "; expected features and the class in "
              + (labelName != null ? "'" + labelName + "'" : "column " + (column + 1)));
    }
    return column;
  }

  private static boolean isHeader(List<String> first, int label) {
    return IntStream.range(0, first.size())
        .anyMatch(i -> i != label && !Float.isFinite(CsvRows.number(first.get(i))));
  }

  private static List<String> numbered(int columns) {
    return IntStream.rangeClosed(1, columns).mapToObj(i -> "column " + i).toList();
  }

  private Table table(Path file, CsvRows rows) throws IOException {
    List<String> known = classes != null ? classes : inOrder(rows.labels());
    int[] labels = new int[rows.labels().size()];
    for (int row = 0; row < labels.length; row++) {
      labels[row] = known.indexOf(rows.labels().get(row));
      if (labels[row] < 0) {
        throw new MalformedFileException(
            file,
            rows.line(row),
            "the class is '" + rows.labels().get(row) + "', which is none of " + known);
      }
    }
    List<String> names = new ArrayList<>(rows.columns());
    names.remove(rows.label());
    return new Table(Dataset.of(rows.features(), labels, known.size()), names, known);
  }

  private static List<String> inOrder(List<String> labels) {
    List<String> distinct = labels.stream().distinct().toList();
    boolean whole = distinct.stream().allMatch(label -> label.matches("-?\\d{1,18}"));
    Comparator<String> order =
        whole ? Comparator.comparingLong(Long::parseLong) : Comparator.naturalOrder();
    return distinct.stream().sorted(order).toList();
  }
}
