package io.talus.cli;

import io.talus.Device;
import io.talus.data.Ratings;
import io.talus.recommend.Baselines;
import io.talus.recommend.FactorizationListener;
import io.talus.recommend.Knn;
import io.talus.recommend.MeanPredictor;
import io.talus.recommend.NeighborListener;
import io.talus.recommend.PopularityRecommender;
import java.util.function.Supplier;
import picocli.CommandLine.Mixin;

/** All that says how methods learn. */
final class MethodOptions {
  @Mixin private NeighborOptions neighbors;
  @Mixin private FactorizationOptions factorization;
  @Mixin private DeviceOption device;

  Device device() {
    return device.device();
  }

  long seed() {
    return factorization.seed();
  }

  /** How neighbours are found. */
  Knn knn(boolean amongUsers) {
    return neighbors.knn(amongUsers);
  }

  /** The same in words. */
  String neighbors() {
    return neighbors.describe();
  }

  /**
   * How many passes it takes, of which a listener is told.
   *
   * @return 0 where it is none
   */
  int passes(RecommendingMethod method) {
    return switch (method.kind()) {
      case FACTORIZATION -> factorization.explicit().epochs();
      case IMPLICIT -> factorization.implicit().sweeps();
      default -> 0;
    };
  }

  /**
   * Learns.
   *
   * @param passes is told of each pass over the ratings, where there are some
   * @param rows is told how a search for neighbours goes on, where there is one
   */
  FittedMethod fit(
      RecommendingMethod method,
      Ratings ratings,
      FactorizationListener passes,
      NeighborListener rows) {
    return switch (method.kind()) {
      case MEAN -> new FittedMethod(MeanPredictor.ofAll(ratings), null);
      case USER_MEAN -> new FittedMethod(MeanPredictor.ofUser(ratings), null);
      case ITEM_MEAN -> new FittedMethod(MeanPredictor.ofItem(ratings), null);
      case BASELINES -> FittedMethod.both(Baselines.fit(ratings));
      case POPULARITY -> new FittedMethod(null, new PopularityRecommender(ratings));
      case ITEM_KNN, USER_KNN -> FittedMethod.both(knn(method).fit(device(), ratings, rows));
      case FACTORIZATION ->
          FittedMethod.both(converging(() -> factorization.explicit().fit(ratings, passes)));
      case IMPLICIT ->
          new FittedMethod(
              null, converging(() -> factorization.implicit().fit(device(), ratings, passes)));
    };
  }

  private Knn knn(RecommendingMethod method) {
    Knn knn = knn(method.kind() == RecommendingMethod.Kind.USER_KNN);
    return method.centering() == null ? knn : knn.centering(method.centering());
  }

  /** A loss that is not finite is the settings' fault, and says so. */
  private static <T> T converging(Supplier<T> fitting) {
    try {
      return fitting.get();
    } catch (ArithmeticException diverged) {
      throw new IllegalArgumentException(diverged.getMessage(), diverged);
    }
  }
}
