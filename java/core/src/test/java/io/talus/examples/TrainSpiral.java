package io.talus.examples;

import io.talus.Device;
import io.talus.Devices;
import io.talus.data.Dataset;
import io.talus.op.Activation;
import io.talus.train.Evaluation;
import io.talus.train.Network;
import io.talus.train.NetworkBuilder;
import io.talus.train.Optimizer;
import io.talus.train.TrainingLoop;
import java.util.Random;

/**
 * Three arms of a spiral, which no straight line tells apart: a linear classifier gets half of
 * them, one hidden layer nearly all. The points and settings are those that Stanford's course
 * CS231n teaches with: gradient descent over all points, a step of 1 and l2/2 |W|^2 of l2 0.001.
 */
final class TrainSpiral {
  private static final int ARMS = 3;
  private static final int POINTS = 100;
  private static final float STEP = 1;
  private static final float L2 = 1e-3f;

  private TrainSpiral() {}

  /** Each arm turns by 4 radians from the centre outwards, with noise of deviation 0.2 on them. */
  static Dataset spiral(long seed) {
    Random random = new Random(seed);
    float[] points = new float[ARMS * POINTS * 2];
    int[] arms = new int[ARMS * POINTS];
    for (int i = 0; i < arms.length; i++) {
      double radius = i % POINTS / (POINTS - 1.0);
      arms[i] = i / POINTS;
      double angle = 4 * (arms[i] + radius) + 0.2 * random.nextGaussian();
      points[2 * i] = (float) (radius * Math.sin(angle));
      points[2 * i + 1] = (float) (radius * Math.cos(angle));
    }
    return Dataset.of(points, arms, ARMS);
  }

  /**
   * The share of the points learned from that come out right.
   *
   * @param hidden units of the hidden layer; 0 for none
   */
  static double train(Device device, Dataset spiral, int hidden, int steps) {
    NetworkBuilder layers = Network.builder(2);
    if (hidden > 0) {
      layers.dense(hidden, Activation.RELU);
    }
    try (Network network = layers.classes(ARMS).seed(1).build(device)) {
      new TrainingLoop()
          .epochs(steps)
          .batch(spiral.rows())
          .optimizer(Optimizer.sgd(STEP))
          .l2(L2)
          .train(network, spiral);
      return Evaluation.of(network, spiral).accuracy();
    }
  }

  public static void main(String[] arguments) {
    Dataset spiral = spiral(1);
    System.out.printf("linear: %.1f %%%n", 100 * train(Devices.best(), spiral, 0, 200));
    System.out.printf("100 hidden: %.1f %%%n", 100 * train(Devices.best(), spiral, 100, 10_000));
  }
}
