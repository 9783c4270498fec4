package io.talus.bench.peers;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/** The same batch and the same first weights for every contender; biases start at 0. */
final class StepData {
  final float[] inputs;
  final int[] targets;

  /** By layer: places x channels x outputs. */
  final List<float[]> weights = new ArrayList<>();

  StepData(Net net) {
    SplittableRandom random = new SplittableRandom(1);
    inputs = uniform(random, net.batch * Net.FEATURES, 0, 1);
    targets = random.ints(net.batch, 0, Net.CLASSES).toArray();
    for (Net.Layer layer : net.layers()) {
      double bound = 1 / Math.sqrt(layer.inputs());
      weights.add(uniform(random, layer.size(), -bound, bound));
    }
  }

  private static float[] uniform(SplittableRandom random, int count, double from, double to) {
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = (float) random.nextDouble(from, to);
    }
    return values;
  }
}
