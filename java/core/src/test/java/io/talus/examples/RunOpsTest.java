package io.talus.examples;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import org.junit.jupiter.api.Test;

class RunOpsTest {

  @Test
  void multipliesAddsCutsAndNormalizes() {
    float[] x = {1, 2, 3, -1, 0, 1};
    float[] w = {1, 0, 0, 1, 1, 1};
    // x w + b = {4, 5, 0, 1} + {1, -7} = {5, -2, 1, -6}; ReLU: {5, 0, 1, 0}.
    float[] got = RunOps.probabilities(x, w, new float[] {1, -7});
    float first = (float) (1 / (1 + Math.exp(-5)));
    float second = (float) (1 / (1 + Math.exp(-1)));
    assertArrayEquals(new float[] {first, 1 - first, second, 1 - second}, got, 1e-6f);
  }
}
