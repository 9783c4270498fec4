package io.talus.backend.reference;

import io.talus.op.ArgMax;
import io.talus.op.Reduce;
import io.talus.op.ReduceFunction;

/** Sums, extremes and their places. */
final class ReferenceReduce {
  private ReferenceReduce() {}

  static void run(Reduce op) {
    Floats y = Floats.of(op.y());
    long rows = op.x().rows();
    long columns = op.x().columns();
    for (long i = 0; i < op.y().size(); i++) {
      double result =
          switch (op.axis()) {
            case ALL -> reduce(op, 0, 1, rows * columns);
            case EACH_ROW -> reduce(op, i * columns, 1, columns);
            case EACH_COLUMN -> reduce(op, i, columns, rows);
          };
      y.set(i, result);
    }
  }

  /** Reduces {@code count} elements, the first at {@code start}, the next {@code step} further. */
  private static double reduce(Reduce op, long start, long step, long count) {
    Floats x = Floats.of(op.x());
    double result =
        switch (op.function()) {
          case SUM, MEAN, SUM_OF_SQUARES -> 0;
          case MAX -> Double.NEGATIVE_INFINITY;
          case MIN -> Double.POSITIVE_INFINITY;
        };
    for (long i = 0; i < count; i++) {
      double value = x.get(start + i * step);
      result =
          switch (op.function()) {
            case SUM, MEAN -> result + value;
            case SUM_OF_SQUARES -> result + value * value;
            case MAX -> Math.max(result, value);
            case MIN -> Math.min(result, value);
          };
    }
    return op.function() == ReduceFunction.MEAN ? result / count : result;
  }

  static void run(ArgMax op) {
    for (long i = 0; i < op.x().rows(); i++) {
      Floats.set(op.y(), i, indexOfMaximum(Floats.of(op.x()).row(i)));
    }
  }

  /** The first NaN, or else the first of the largest. */
  private static int indexOfMaximum(float[] row) {
    int best = 0;
    for (int j = 0; j < row.length; j++) {
      if (Float.isNaN(row[j])) {
        return j;
      }
      if (row[j] > row[best]) {
        best = j;
      }
    }
    return best;
  }
}
