package io.talus.recommend;

import io.talus.data.Ratings;
import io.talus.data.RatingsMatrix;

/**
 * What stands in the matrix from which similarities are computed, in place of the ratings.
 * Predictions and recommendations are made from the ratings themselves all the same.
 *
 * <p>Rows x are those that get neighbours (items, say), columns y the others (users). Let N be the
 * number of rows, n(y) how many of them have a rating in column y, |x| the sum of the row's ratings
 * and avg the mean of |x| over all rows. The weight of a rating r = r(x, y) is
 *
 * <pre>
 *   NONE                r
 *   PRESENCE            1
 *   TF_IDF              sqrt(r) ln(1 + N / n(y))
 *   BM25                r (k1 + 1) / (r + k1 (1 - b + b |x| / avg))
 *                         ln(1 + (N - n(y) + 0.5) / (n(y) + 0.5))
 *   LESS_COLUMN_MEANS   r - mean of the ratings in column y
 *   LESS_BASELINES      r - b(user, item) of {@link Baselines#fit(Ratings)}
 * </pre>
 *
 * <p>TF_IDF and BM25 are for counts (views, plays): a column in which nearly every row has a rating
 * tells little, and many plays count less than in proportion. Sources: Salton, Buckley,
 * "Term-weighting approaches in automatic text retrieval", Information Processing and Management
 * 24(5), 1988; Robertson, Zaragoza, "The probabilistic relevance framework: BM25 and beyond",
 * Foundations and Trends in IR 3(4), 2009, with the logarithm's 1 that keeps it from being
 * negative. Both are above 0 for ratings above 0, and ratings of 0 weigh 0.
 *
 * <p>Weights are computed in double precision and stored in float. The cost is two passes over the
 * ratings, and for LESS_BASELINES that of the baselines.
 *
 * @param k1 of BM25: how slowly r saturates, 0 or more (then the weight of r is the same for all);
 *     else 0
 * @param b of BM25: how much long rows are held back, 0 to 1; else 0
 */
public record Weighting(Form form, double k1, double b) {

  /** {@link Weighting} has the formulas. */
  public enum Form {
    NONE,
    PRESENCE,
    TF_IDF,
    BM25,
    LESS_COLUMN_MEANS,
    LESS_BASELINES
  }

  /** The ratings as they are. */
  public static final Weighting NONE = new Weighting(Form.NONE, 0, 0);

  /** 1 for each rating. */
  public static final Weighting PRESENCE = new Weighting(Form.PRESENCE, 0, 0);

  public static final Weighting TF_IDF = new Weighting(Form.TF_IDF, 0, 0);

  /** BM25 as it is usual for texts, k1 1.2 and b 0.75; play counts want a larger k1. */
  public static final Weighting BM25 = bm25(1.2, 0.75);

  /** Ratings less the means of columns. */
  public static final Weighting LESS_COLUMN_MEANS = new Weighting(Form.LESS_COLUMN_MEANS, 0, 0);

  /** Ratings less what the leanings of user and item explain. */
  public static final Weighting LESS_BASELINES = new Weighting(Form.LESS_BASELINES, 0, 0);

  /**
   * @throws IllegalArgumentException when k1 is negative or not finite, or b is not in 0 .. 1
   */
  public Weighting {
    if (!(k1 >= 0) || Double.isInfinite(k1)) {
      throw new IllegalArgumentException("k1 is " + k1 + ", expected 0 or more");
    }
    if (!(b >= 0 && b <= 1)) {
      throw new IllegalArgumentException("b is " + b + ", expected 0 to 1");
    }
  }

  /** BM25 with parameters of its own. */
  public static Weighting bm25(double k1, double b) {
    return new Weighting(Form.BM25, k1, b);
  }

  /** Whether each weight depends on all ratings, so that one more rating changes all. */
  boolean isOfAllRatings() {
    return form == Form.BM25 || form == Form.LESS_BASELINES;
  }

  /** Whether a weight is that of its own rating, whatever the others are. */
  boolean isOfOneRating() {
    return form == Form.NONE || form == Form.PRESENCE;
  }

  /** The weights of one place after the other. */
  private interface Weight {
    double of(int row, int column, double rating);
  }

  /**
   * The weighted matrix.
   *
   * @param amongUsers whether rows are users, not items
   * @throws IllegalArgumentException when there is no rating, or one is negative and the form is
   *     TF_IDF or BM25
   */
  public RatingsMatrix apply(Ratings ratings, boolean amongUsers) {
    Indices.requireRating(ratings);
    RatingsMatrix rows = amongUsers ? ratings.byUser() : ratings.byItem();
    RatingsMatrix columns = amongUsers ? ratings.byItem() : ratings.byUser();
    return switch (form) {
      case NONE -> rows;
      case PRESENCE -> weigh(rows, (x, y, r) -> 1);
      case TF_IDF -> {
        requireCounts(ratings);
        double all = rows.rows();
        yield weigh(rows, (x, y, r) -> Math.sqrt(r) * Math.log1p(all / columns.size(y)));
      }
      case BM25 -> {
        requireCounts(ratings);
        yield bm25(rows, columns);
      }
      case LESS_COLUMN_MEANS -> {
        double[] means = means(columns);
        yield weigh(rows, (x, y, r) -> r - means[y]);
      }
      case LESS_BASELINES -> {
        Baselines baselines = Baselines.fit(ratings);
        yield weigh(
            rows,
            amongUsers
                ? (x, y, r) -> r - baselines.value(x, y)
                : (x, y, r) -> r - baselines.value(y, x));
      }
    };
  }

  private RatingsMatrix bm25(RatingsMatrix rows, RatingsMatrix columns) {
    double all = rows.rows();
    double[] held = new double[rows.rows()];
    double sum = 0;
    for (int row = 0; row < held.length; row++) {
      held[row] = rows.size(row) == 0 ? 0 : rows.mean(row) * rows.size(row);
      sum += held[row];
    }
    for (int row = 0; row < held.length; row++) {
      // Where all ratings are 0 no row is longer than another.
      double relative = sum == 0 ? 1 : held[row] / (sum / all);
      held[row] = k1 * (1 - b + b * relative);
    }
    return weigh(
        rows,
        (x, y, r) -> {
          double inverse = Math.log1p((all - columns.size(y) + 0.5) / (columns.size(y) + 0.5));
          return r == 0 ? 0 : inverse * r * (k1 + 1) / (r + held[x]);
        });
  }

  private void requireCounts(Ratings ratings) {
    if (ratings.min() < 0) {
      throw new IllegalArgumentException(
          form + " weights are for counts, of 0 or more: " + ratings + " have negative ones");
    }
  }

  private static double[] means(RatingsMatrix rows) {
    double[] means = new double[rows.rows()];
    for (int row = 0; row < means.length; row++) {
      means[row] = rows.mean(row);
    }
    return means;
  }

  private static RatingsMatrix weigh(RatingsMatrix rows, Weight weight) {
    float[] weights = new float[rows.size()];
    for (int row = 0; row < rows.rows(); row++) {
      for (int place = rows.start(row); place < rows.end(row); place++) {
        weights[place] = (float) weight.of(row, rows.column(place), rows.value(place));
      }
    }
    return rows.withValues(weights);
  }

  /** As in {@code TF_IDF} or {@code BM25 (k1 1.2, b 0.75)}. */
  @Override
  public String toString() {
    return form == Form.BM25 ? "BM25 (k1 " + k1 + ", b " + b + ")" : form.toString();
  }
}
