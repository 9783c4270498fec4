package io.talus.recommend;

import io.talus.data.RatingsMatrix;
import io.talus.data.RatingsRandom;

/**
 * A vector for each user, or for each item.
 *
 * @param size numbers in each
 * @param values one vector after the other
 */
record Factors(int size, float[] values) {

  static Factors zero(int rows, int size) {
    if ((long) rows * size > Integer.MAX_VALUE - 8) {
      throw new IllegalArgumentException(
          rows + " vectors of " + size + " numbers are more than a Java array holds");
    }
    return new Factors(size, new float[rows * size]);
  }

  /** Drawn from a normal distribution with mean 0; 0 for rows without ratings. */
  static Factors normal(RatingsMatrix rows, int size, double deviation, RatingsRandom random) {
    Factors drawn = zero(rows.rows(), size);
    for (int at = 0; at < drawn.values.length; at++) {
      float value = (float) (deviation * random.normal());
      drawn.values[at] = rows.size(at / size) > 0 ? value : 0;
    }
    return drawn;
  }

  int rows() {
    return values.length / size;
  }

  /** In four sums, since one would wait for itself at each number. */
  double dot(int row, Factors other, int otherRow) {
    double sum0 = 0;
    double sum1 = 0;
    double sum2 = 0;
    double sum3 = 0;
    float[] x = values;
    float[] y = other.values;
    int at = row * size;
    int otherAt = otherRow * size;
    int end = at + size;
    for (; at + 4 <= end; at += 4, otherAt += 4) {
      sum0 += (double) x[at] * y[otherAt];
      sum1 += (double) x[at + 1] * y[otherAt + 1];
      sum2 += (double) x[at + 2] * y[otherAt + 2];
      sum3 += (double) x[at + 3] * y[otherAt + 3];
    }
    for (; at < end; at++, otherAt++) {
      sum0 += (double) x[at] * y[otherAt];
    }
    return (sum0 + sum1) + (sum2 + sum3);
  }

  double sumOfSquares() {
    double sum = 0;
    for (float value : values) {
      sum += (double) value * value;
    }
    return sum;
  }
}
