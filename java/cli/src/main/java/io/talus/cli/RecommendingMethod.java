package io.talus.cli;

import io.talus.recommend.Centering;
import java.util.Arrays;
import java.util.List;

/**
 * How items are recommended or ratings predicted, by its name on the command line: {@code
 * item-knn:z-score}, say.
 *
 * @param centering of neighbours' ratings in predictions; null for that of the options, and where
 *     there are no neighbours
 */
record RecommendingMethod(Kind kind, Centering centering) {
  /** The ways there are. */
  enum Kind {
    MEAN,
    USER_MEAN,
    ITEM_MEAN,
    BASELINES,
    POPULARITY,
    ITEM_KNN,
    USER_KNN,
    FACTORIZATION,
    IMPLICIT;

    boolean ranks() {
      return this != MEAN && this != USER_MEAN && this != ITEM_MEAN;
    }

    boolean isKnn() {
      return this == ITEM_KNN || this == USER_KNN;
    }
  }

  /** One method. */
  static RecommendingMethod of(String option, String text) {
    String[] parts = text.strip().split(":", 2);
    Kind kind = Names.constant(option, parts[0], Kind.class);
    if (parts.length == 1) {
      return new RecommendingMethod(kind, null);
    }
    if (!kind.isKnn()) {
      throw new IllegalArgumentException(
          option + " '" + text.strip() + "': a centering is for item-knn and user-knn alone");
    }
    return new RecommendingMethod(kind, Names.constant(option, parts[1], Centering.class));
  }

  /** Several, between commas. */
  static List<RecommendingMethod> list(String option, String text) {
    return Arrays.stream(text.split(",")).map(one -> of(option, one)).distinct().toList();
  }

  /** What ranks alike whatever the centering goes by this name. */
  String rankingName() {
    return Names.of(kind);
  }

  @Override
  public String toString() {
    return Names.of(kind) + (centering == null ? "" : ":" + Names.of(centering));
  }
}
