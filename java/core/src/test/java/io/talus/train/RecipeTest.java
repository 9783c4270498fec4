package io.talus.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.talus.Device;
import io.talus.data.Dataset;
import io.talus.op.Activation;
import io.talus.tensor.Tensor;
import java.util.List;
import java.util.function.ToDoubleBiFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class RecipeTest {
  private static final String ALL_DEVICES = "io.talus.train.TrainDevices#all";
  private static final Dataset EXAMPLES = Examples.noise(24, 6, 3);
  private static final double EPS = 0x1p-23;
  private static final float RATE = 0.5f;

  private static Network network(Device device) {
    return Network.builder(6).dense(8, Activation.TANH).classes(3).seed(4).build(device);
  }

  private static TrainingStep step(Network network, Recipe recipe) {
    TrainingStep step = new TrainingStep(network, 24, recipe);
    step.inputs().copyFrom(EXAMPLES.features());
    step.targets().copyFrom(EXAMPLES.labels());
    return step;
  }

  /** Each parameter with its gradient, before a step. */
  private record Before(List<float[]> values, List<float[]> gradients) {
    static Before of(Network network) {
      try (TrainingStep step = step(network, Recipe.of(Optimizer.sgd()))) {
        step.computeGradients(24);
        return new Before(
            places().stream().map(at -> network.parameter(at[0], at[1]).toArray()).toList(),
            places().stream().map(at -> step.gradient(at[0], at[1]).toArray()).toList());
      }
    }

    static List<int[]> places() {
      return List.of(new int[] {0, 0}, new int[] {0, 1}, new int[] {1, 0}, new int[] {1, 1});
    }

    double gradientNorm() {
      double squares = 0;
      for (float[] gradient : gradients) {
        for (float value : gradient) {
          squares += (double) value * value;
        }
      }
      return Math.sqrt(squares);
    }
  }

  /** One step must give {@code value - rate * pull(value, gradient)}. */
  private static void requireStep(
      Network network,
      Before before,
      Recipe recipe,
      ToDoubleBiFunction<Float, Float> weightPull,
      ToDoubleBiFunction<Float, Float> biasPull) {
    try (TrainingStep step = step(network, recipe)) {
      step.run();
      for (int i = 0; i < 4; i++) {
        int[] at = Before.places().get(i);
        float[] after = network.parameter(at[0], at[1]).toArray();
        for (int j = 0; j < after.length; j++) {
          float value = before.values.get(i)[j];
          float gradient = before.gradients.get(i)[j];
          double pull = (at[1] == 0 ? weightPull : biasPull).applyAsDouble(value, gradient);
          // The factor of clipping is of a sum of 24 * 6 squares; gradients carry their own error.
          double tolerance = 4 * EPS * Math.abs(value) + 64 * EPS * (Math.abs(pull) + 0.1);
          int place = j;
          assertEquals(
              value - RATE * pull,
              after[j],
              tolerance,
              () -> "layer " + at[0] + ", parameter " + at[1] + ", place " + place);
        }
      }
    }
  }

  @ParameterizedTest
  @MethodSource(ALL_DEVICES)
  void clipsTheGradientByItsNormOverAllParameters(Device device) {
    try (Network network = network(device)) {
      Before before = Before.of(network);
      Recipe recipe =
          Recipe.of(Optimizer.sgd(RATE)).withClipNorm((float) before.gradientNorm() / 4);
      requireStep(network, before, recipe, (w, g) -> g / 4.0, (b, g) -> g / 4.0);
    }
  }

  @ParameterizedTest
  @MethodSource(ALL_DEVICES)
  void leavesASmallerGradientAsItIs(Device device) {
    try (Network network = network(device)) {
      Before before = Before.of(network);
      Recipe recipe =
          Recipe.of(Optimizer.sgd(RATE)).withClipNorm((float) before.gradientNorm() * 4);
      requireStep(network, before, recipe, (w, g) -> g, (b, g) -> g);
    }
  }

  /** Sizes from the smallest to the largest, and 0 of either sign, have the sign's pull. */
  @ParameterizedTest
  @MethodSource(ALL_DEVICES)
  void l1PullsWeightsByTheirSignAndBiasesNot(Device device) {
    try (Network network = network(device)) {
      Tensor weights = network.parameter(0, 0);
      float[] sizes = {0, -0f, 1e-20f, -1e-20f, 3, -3};
      for (int i = 0; i < sizes.length; i++) {
        weights.set(sizes[i], i, 0);
      }
      Before before = Before.of(network);
      float l1 = 0.25f;
      Recipe recipe = Recipe.of(Optimizer.sgd(RATE)).withL1(l1);
      requireStep(network, before, recipe, (w, g) -> g + l1 * Math.signum(w), (b, g) -> g);
    }
  }

  /** L1 and L2 pull beside the clipped gradient. */
  @ParameterizedTest
  @MethodSource(ALL_DEVICES)
  void penaltiesAreNotClipped(Device device) {
    try (Network network = network(device)) {
      Before before = Before.of(network);
      Recipe recipe =
          Recipe.of(Optimizer.sgd(RATE))
              .withClipNorm((float) before.gradientNorm() / 4)
              .withL1(0.25f)
              .withL2(0.5f);
      requireStep(
          network,
          before,
          recipe,
          (w, g) -> g / 4.0 + 0.25 * Math.signum(w) + 0.5 * w,
          (b, g) -> g / 4.0);
    }
  }

  @ParameterizedTest
  @MethodSource(ALL_DEVICES)
  void smoothedLabelsAreInTheLoss(Device device) {
    try (Network network = network(device)) {
      Predictions predictions = network.predict(EXAMPLES);
      double smoothing = 0.2f;
      double expected = 0;
      for (int row = 0; row < 24; row++) {
        for (int c = 0; c < 3; c++) {
          double share = smoothing / 3 + (c == EXAMPLES.label(row) ? 1 - smoothing : 0);
          expected -= share * Math.log(predictions.probability(row, c)) / 24;
        }
      }
      try (TrainingStep step =
          step(network, Recipe.of(Optimizer.sgd()).withLabelSmoothing((float) smoothing))) {
        step.run();
        assertEquals(expected, step.loss(), 1e-5);
      }
    }
  }

  @ParameterizedTest
  @MethodSource(ALL_DEVICES)
  void averagesTheParametersOfAllSteps(Device device) {
    float decay = 0.75f;
    try (Network network = network(device);
        TrainingStep step =
            step(network, Recipe.of(Optimizer.momentum(0.1f, 0.9f)).withAverageDecay(decay));
        Tensor average = device.tensor(network.values().size())) {
      double[] sum = new double[(int) average.size()];
      double weight = 0;
      for (int i = 0; i < 5; i++) {
        step.run();
        float[] values = network.values().toArray();
        weight = decay * weight + 1 - decay;
        for (int j = 0; j < sum.length; j++) {
          sum[j] = decay * sum[j] + (1 - decay) * values[j];
        }
      }
      step.average().copyTo(average, step.steps(), device);
      float[] found = average.toArray();
      for (int j = 0; j < sum.length; j++) {
        assertEquals(sum[j] / weight, found[j], 16 * EPS);
      }
      assertTrue(Math.abs(found[0] - network.values().get(0)) > 1e-4, "the last is no average");
    }
  }

  @Test
  void refusesSettingsThatMakeNoSense() {
    Recipe recipe = Recipe.of(Optimizer.sgd());
    assertEquals(
        "training: label smoothing is 1.0; expected 0 to 1",
        assertThrows(IllegalArgumentException.class, () -> recipe.withLabelSmoothing(1))
            .getMessage());
    assertThrows(IllegalArgumentException.class, () -> recipe.withL1(-1));
    assertThrows(IllegalArgumentException.class, () -> recipe.withL2(Float.NaN));
    assertThrows(IllegalArgumentException.class, () -> recipe.withClipNorm(0));
    assertThrows(IllegalArgumentException.class, () -> recipe.withClipNorm(Float.NaN));
    assertThrows(IllegalArgumentException.class, () -> recipe.withAverageDecay(1));
    assertThrows(IllegalArgumentException.class, () -> EarlyStopping.byLoss(0));
    assertThrows(IllegalArgumentException.class, () -> Schedule.step(0, 0.1));
    assertThrows(IllegalArgumentException.class, () -> Schedule.cosine().warmUp(-1));
  }
}
