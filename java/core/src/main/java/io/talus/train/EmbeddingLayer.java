package io.talus.train;

import io.talus.data.Dataset;
import io.talus.data.ExampleSource;
import io.talus.op.Embedding;
import io.talus.tensor.Shape;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Vectors of ids, which are learned: each value that comes in is the number of a word, a user, an
 * item, and what goes out is its row of a table, {@code y[j, :] = table[first[j] + x[j], :]}. With
 * one vocabulary all columns share it, as the words of a sentence do; with one for each, their rows
 * lie in the table one vocabulary after another.
 *
 * <p>It is the first layer of a network: ids have no gradient. They are whole numbers as they are,
 * never normalized, augmented or mixed. What is no id is found before training where examples are
 * in memory ({@link Dataset}), else when it is read, and by {@link Network#predict(float...)}, each
 * with an {@link IllegalArgumentException} that tells the example and the column.
 *
 * <p>The gradient is of the whole table, and so is the optimizer's work: a step takes four to seven
 * passes over the table, however small the batch.
 *
 * @param columns ids of an example
 * @param vocabularies how many ids there are, counted from 0: one number for all columns, or one
 *     for each; at most 2^24, up to which float32 has every whole number
 * @param dimensions of a vector
 * @see Embedding
 */
public record EmbeddingLayer(int columns, List<Integer> vocabularies, int dimensions)
    implements Layer {

  /** The place among the parameters. */
  static final int TABLE = 0;

  private static final int MOST_OUTPUTS = 1 << 30;

  public EmbeddingLayer {
    vocabularies = List.copyOf(vocabularies);
    if (columns <= 0 || dimensions <= 0) {
      throw new IllegalArgumentException(
          "embedding: "
              + columns
              + " columns of ids and "
              + dimensions
              + " dimensions; both must be positive");
    }
    if ((long) columns * dimensions > MOST_OUTPUTS) {
      throw new IllegalArgumentException(
          "embedding: "
              + columns
              + " columns of "
              + dimensions
              + " dimensions; expected at most "
              + MOST_OUTPUTS
              + " values in all");
    }
    if (vocabularies.size() != 1 && vocabularies.size() != columns) {
      throw new IllegalArgumentException(
          "embedding: "
              + vocabularies.size()
              + " vocabularies for "
              + columns
              + " columns of ids; expected one for all, or one for each");
    }
    for (int vocabulary : vocabularies) {
      if (vocabulary <= 0 || vocabulary > Embedding.IDS) {
        throw new IllegalArgumentException(
            "embedding: a vocabulary of " + vocabulary + " ids; expected 1 to " + Embedding.IDS);
      }
    }
    if (rows(vocabularies) >= Integer.MAX_VALUE) {
      throw new IllegalArgumentException(
          "embedding: "
              + rows(vocabularies)
              + " ids in all vocabularies; expected less than 2^31 - 1");
    }
  }

  private static long rows(List<Integer> vocabularies) {
    return vocabularies.stream().mapToLong(Integer::longValue).sum();
  }

  /** Of the table. */
  int rows() {
    return Math.toIntExact(rows(vocabularies));
  }

  private int vocabulary(int column) {
    return vocabularies.get(vocabularies.size() == 1 ? 0 : column);
  }

  /** For each column its first row of the table, and the row after its last. */
  int[] spans() {
    int[] spans = new int[2 * columns];
    for (int column = 0; column < columns; column++) {
      int first = vocabularies.size() == 1 || column == 0 ? 0 : spans[2 * column - 1];
      spans[2 * column] = first;
      spans[2 * column + 1] = first + vocabulary(column);
    }
    return spans;
  }

  /** Of the table, for each column. */
  public long[] firstRows() {
    int[] spans = spans();
    return IntStream.range(0, columns).mapToLong(column -> spans[2 * column]).toArray();
  }

  @Override
  public Shape input() {
    return Shape.of(columns);
  }

  /** Columns x dimensions. */
  @Override
  public Shape output() {
    return Shape.of(columns, dimensions);
  }

  @Override
  public List<Parameter> parameters() {
    return List.of(
        new Parameter("table", Shape.of(rows(), dimensions), true, Initializer.UNIT_ROWS));
  }

  /** None: rows are copied. */
  @Override
  public long flops() {
    return 0;
  }

  /** None either. */
  @Override
  public long otherFlops() {
    return 0;
  }

  @Override
  public String describe() {
    return "embedding "
        + vocabularies.stream().map(String::valueOf).collect(Collectors.joining(" + "))
        + " to "
        + dimensions;
  }

  /**
   * Where a network takes ids, looks at those of examples in memory.
   *
   * @throws IllegalArgumentException naming the first value that is none
   */
  static void requireIds(Network network, String what, ExampleSource examples) {
    if (network.layers().get(0) instanceof EmbeddingLayer layer
        && examples instanceof Dataset dataset) {
      for (int row = 0; row < dataset.rows(); row++) {
        for (int column = 0; column < layer.columns; column++) {
          layer.requireId(what, row, column, dataset.feature(row, column));
        }
      }
    }
  }

  /** The same of rows one after another, the first of which is of that number. */
  static void requireIds(
      Network network, String what, int firstRow, float[] features, int from, int to) {
    if (network.layers().get(0) instanceof EmbeddingLayer layer) {
      for (int at = from; at < to; at++) {
        int row = firstRow + (at - from) / layer.columns;
        layer.requireId(what, row, (at - from) % layer.columns, features[at]);
      }
    }
  }

  private void requireId(String what, int row, int column, float id) {
    if (!(id >= 0 && id < vocabulary(column) && id == (int) id)) {
      throw new IllegalArgumentException(
          what
              + ": feature "
              + column
              + " of row "
              + row
              + " is "
              + id
              + ", but the network takes ids there: whole numbers of 0 to "
              + (vocabulary(column) - 1)
              + ", not normalized");
    }
  }
}
