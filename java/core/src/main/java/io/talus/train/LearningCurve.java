package io.talus.train;

import io.talus.data.Dataset;
import io.talus.data.Shuffle;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * How a recipe does with more and more examples to learn from. Where the training part is learned
 * well and the part held out is not, more examples help; where both are low, a larger network does.
 * The curve over epochs is {@link History}.
 *
 * @param points from few examples to many; where training was stopped, those that were done
 */
public record LearningCurve(List<Point> points) {
  public LearningCurve {
    points = List.copyOf(points);
  }

  /**
   * What came of one number of examples.
   *
   * @param rows learned from
   * @param training how the network did on these
   * @param heldOut how it did on those held out, the same for every point
   */
  public record Point(int rows, Evaluation training, Evaluation heldOut) {}

  /**
   * Trains a new network on each share of the training part. Each smaller share is part of every
   * larger one.
   *
   * @param networks gives a new network each time, which this closes
   * @param seed what the shares are drawn from
   * @param shares in (0, 1], such as 0.1, 0.2, 0.5, 1
   */
  public static LearningCurve of(
      TrainingLoop loop,
      Supplier<Network> networks,
      Dataset.Split data,
      long seed,
      double... shares) {
    return of(KeptTrainings.NONE, loop, networks, data, seed, shares);
  }

  /**
   * The same, but keeps each point that is done, and the checkpoint of the one under way, under
   * {@code curve-ROWS}, and goes on from what is kept.
   *
   * @throws java.io.UncheckedIOException when what is kept cannot be written or read, is damaged,
   *     or of another curve; see {@link KeptTrainings}
   */
  public static LearningCurve of(
      KeptTrainings kept,
      TrainingLoop loop,
      Supplier<Network> networks,
      Dataset.Split data,
      long seed,
      double... shares) {
    double[] ascending = shares.clone();
    Arrays.sort(ascending);
    int[] order = Shuffle.permutation(data.training().rows(), seed, 0);
    List<Point> points = new ArrayList<>();
    for (double share : ascending) {
      int rows = (int) Math.round(share * order.length);
      if (rows < 1 || rows > order.length) {
        throw new IllegalArgumentException(
            "learning curve: a share of " + share + " of " + order.length + " rows has none");
      }
      Dataset part = data.training().select(Arrays.copyOf(order, rows));
      Optional<Point> point = point(kept, loop, networks, new Dataset.Split(part, data.heldOut()));
      if (point.isEmpty()) {
        break;
      }
      points.add(point.get());
    }
    return new LearningCurve(points);
  }

  /** None when it was stopped. */
  private static Optional<Point> point(
      KeptTrainings kept, TrainingLoop loop, Supplier<Network> networks, Dataset.Split parts) {
    int rows = parts.training().rows();
    try (Network network = networks.get()) {
      return kept.outcome("curve-" + rows, loop, network, parts, parts.training(), parts.heldOut())
          .map(outcome -> new Point(rows, outcome.looks().get(0), outcome.looks().get(1)));
    }
  }
}
