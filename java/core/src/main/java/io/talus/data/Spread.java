package io.talus.data;

import java.util.List;
import java.util.stream.IntStream;

/**
 * Means of features, and the sums of their squared differences from these, in double. Each example
 * is read once; several at the same time, in parts that depend on their number alone, so that the
 * same bits come out on every machine.
 *
 * <p>Sources: differences from a first value against cancellation, and parts put together as in
 * Chan, Golub and LeVeque, "Updating formulae and a pairwise algorithm for computing sample
 * variances", 1979.
 *
 * @param count values of each kind
 * @param means of each kind
 * @param squares of each kind
 */
record Spread(double count, double[] means, double[] squares) {
  private static final int MOST_PARTS = 64;
  private static final int LEAST_ROWS = 64;

  /**
   * @param kinds feature i of an example counts for kind {@code i % kinds}
   */
  static Spread of(ExampleSource examples, int kinds) {
    int rows = examples.rows();
    int part = Math.max(LEAST_ROWS, (rows + MOST_PARTS - 1) / MOST_PARTS);
    List<Spread> parts =
        IntStream.range(0, (rows + part - 1) / part)
            .parallel()
            .mapToObj(i -> ofRows(examples, i * part, Math.min(rows - i * part, part), kinds))
            .toList();
    return parts.stream().reduce(Spread::with).orElseThrow();
  }

  private static Spread ofRows(ExampleSource examples, int from, int rows, int kinds) {
    float[] features = new float[examples.inputs()];
    double[] shifts = new double[kinds];
    double[] sums = new double[kinds];
    double[] squares = new double[kinds];
    for (int row = 0; row < rows; row++) {
      examples.read(from + row, features, 0);
      for (int kind = 0; row == 0 && kind < kinds; kind++) {
        shifts[kind] = features[kind];
      }
      for (int at = 0; at < features.length; at += kinds) {
        for (int kind = 0; kind < kinds; kind++) {
          double difference = features[at + kind] - shifts[kind];
          sums[kind] += difference;
          squares[kind] += difference * difference;
        }
      }
    }
    double count = (double) rows * (features.length / kinds);
    for (int kind = 0; kind < kinds; kind++) {
      squares[kind] = Math.max(0, squares[kind] - sums[kind] * sums[kind] / count);
      shifts[kind] += sums[kind] / count;
    }
    return new Spread(count, shifts, squares);
  }

  private Spread with(Spread other) {
    double both = count + other.count;
    double[] means = new double[this.means.length];
    double[] squares = new double[means.length];
    for (int kind = 0; kind < means.length; kind++) {
      double apart = other.means[kind] - this.means[kind];
      means[kind] = this.means[kind] + apart * other.count / both;
      squares[kind] =
          this.squares[kind] + other.squares[kind] + apart * apart * count * other.count / both;
    }
    return new Spread(both, means, squares);
  }

  double deviation(int kind) {
    return Math.sqrt(squares[kind] / count);
  }
}
