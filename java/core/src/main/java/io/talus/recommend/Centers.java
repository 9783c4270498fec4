package io.talus.recommend;

import io.talus.data.Ratings;
import io.talus.data.RatingsMatrix;
import java.util.Arrays;
import java.util.Collection;
import java.util.Map;
import java.util.SortedMap;

/**
 * Where ratings are measured from and in what unit: c(x, y) = {@code rows[x] + columns[y]} and s(x)
 * = {@code scales[x]}, for rows x that have neighbours and columns y that they have rated (or were
 * rated by).
 *
 * @param baselines what they were made from, or null
 */
record Centers(
    Centering centering,
    Ratings ratings,
    double[] rows,
    double[] columns,
    double[] scales,
    Baselines baselines) {

  static Centers of(Centering centering, Ratings ratings, boolean amongUsers) {
    RatingsMatrix matrix = amongUsers ? ratings.byUser() : ratings.byItem();
    double[] rows = new double[matrix.rows()];
    double[] columns = new double[matrix.columns()];
    double[] scales = new double[rows.length];
    Arrays.fill(scales, 1);
    Baselines baselines = centering == Centering.BASELINE ? Baselines.fit(ratings) : null;
    switch (centering) {
      case NONE -> {}
      case MEAN -> fillMeans(matrix, ratings.mean(), rows);
      case Z_SCORE -> {
        fillMeans(matrix, ratings.mean(), rows);
        fillDeviations(matrix, ratings.mean(), rows, scales);
      }
      case BASELINE -> {
        Arrays.setAll(amongUsers ? rows : columns, user -> ratings.mean() + baselines.user(user));
        Arrays.setAll(amongUsers ? columns : rows, baselines::item);
      }
    }
    return new Centers(centering, ratings, rows, columns, scales, baselines);
  }

  /** The center of a column that is a user who was not there. */
  double ofColumn(Map<Integer, Float> rated) {
    return baselines == null ? 0 : ratings.mean() + baselines.leaning(rated);
  }

  /** The center of a row that is a user who was not there. */
  double ofRow(SortedMap<Integer, Float> rated) {
    return switch (centering) {
      case NONE -> 0;
      case MEAN, Z_SCORE -> mean(rated.values(), ratings.mean());
      case BASELINE -> ratings.mean() + baselines.leaning(rated);
    };
  }

  /** The unit of such a row. */
  double scaleOfRow(SortedMap<Integer, Float> rated) {
    if (centering != Centering.Z_SCORE) {
      return 1;
    }
    double own = deviation(rated.values(), mean(rated.values(), ratings.mean()));
    return positive(own, deviationOfAll(ratings.byUser(), ratings.mean()));
  }

  private static double mean(Collection<Float> values, double ofNone) {
    double sum = 0;
    for (float value : values) {
      sum += value;
    }
    return values.isEmpty() ? ofNone : sum / values.size();
  }

  private static double deviation(Collection<Float> values, double mean) {
    double squares = 0;
    for (float value : values) {
      squares += square(value - mean);
    }
    return values.isEmpty() ? 0 : Math.sqrt(squares / values.size());
  }

  private static void fillMeans(RatingsMatrix matrix, double meanOfAll, double[] means) {
    for (int row = 0; row < means.length; row++) {
      means[row] = matrix.size(row) > 0 ? matrix.mean(row) : meanOfAll;
    }
  }

  private static void fillDeviations(
      RatingsMatrix matrix, double meanOfAll, double[] means, double[] deviations) {
    double ofAll = deviationOfAll(matrix, meanOfAll);
    for (int row = 0; row < deviations.length; row++) {
      double squares = 0;
      for (int place = matrix.start(row); place < matrix.end(row); place++) {
        squares += square(matrix.value(place) - means[row]);
      }
      double own = matrix.size(row) == 0 ? 0 : Math.sqrt(squares / matrix.size(row));
      deviations[row] = positive(own, ofAll);
    }
  }

  private static double deviationOfAll(RatingsMatrix matrix, double mean) {
    double squares = 0;
    for (int place = 0; place < matrix.size(); place++) {
      squares += square(matrix.value(place) - mean);
    }
    return Math.sqrt(squares / matrix.size());
  }

  /** A row's own deviation, or that of all ratings, or 1: the first that is not 0. */
  private static double positive(double own, double ofAll) {
    return own > 0 ? own : ofAll > 0 ? ofAll : 1;
  }

  private static double square(double value) {
    return value * value;
  }
}
