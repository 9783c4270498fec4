package io.talus.train;

import io.talus.data.Dataset;
import io.talus.data.Shuffle;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Supplier;

/**
 * How a recipe does with more and more examples to learn from. Where the training part is learned
 * well and the part held out is not, more examples help; where both are low, a larger network does.
 * The curve over epochs is {@link History}.
 *
 * @param points from few examples to many
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
      try (Network network = networks.get()) {
        loop.run(network, part, data.heldOut());
        points.add(
            new Point(rows, Evaluation.of(network, part), Evaluation.of(network, data.heldOut())));
      }
    }
    return new LearningCurve(points);
  }
}
