package io.talus.train;

import io.talus.data.Dataset;
import java.util.Random;

/** Examples made up for tests. */
final class Examples {
  private Examples() {}

  /** Three arms of points around the origin, no two of which a line divides. */
  static Dataset spiral(int pointsOfAnArm) {
    Random random = new Random(231);
    int arms = 3;
    float[] points = new float[arms * pointsOfAnArm * 2];
    int[] labels = new int[arms * pointsOfAnArm];
    for (int i = 0; i < labels.length; i++) {
      int arm = i / pointsOfAnArm;
      double along = (i % pointsOfAnArm) / (pointsOfAnArm - 1.0);
      double angle = 4 * (arm + along) + 0.2 * random.nextGaussian();
      points[2 * i] = (float) (along * Math.sin(angle));
      points[2 * i + 1] = (float) (along * Math.cos(angle));
      labels[i] = arm;
    }
    return Dataset.of(points, labels, arms);
  }

  /** Ids of so many in each column, with labels at random. */
  static Dataset ids(int rows, int classes, int... vocabularies) {
    Random random = new Random(11);
    float[] ids = new float[rows * vocabularies.length];
    for (int i = 0; i < ids.length; i++) {
      ids[i] = random.nextInt(vocabularies[i % vocabularies.length]);
    }
    return Dataset.of(ids, random.ints(rows, 0, classes).toArray(), classes);
  }

  /** Noise with labels at random: nothing to learn, but something to compute with. */
  static Dataset noise(int rows, int inputs, int classes) {
    Random random = new Random(7);
    float[] features = new float[rows * inputs];
    for (int i = 0; i < features.length; i++) {
      features[i] = (float) random.nextGaussian();
    }
    return Dataset.of(features, random.ints(rows, 0, classes).toArray(), classes);
  }
}
