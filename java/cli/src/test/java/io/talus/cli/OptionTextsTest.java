package io.talus.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.talus.data.ImageShape;
import io.talus.op.ImageChanges;
import io.talus.train.Optimizer;
import io.talus.train.Schedule;
import io.talus.train.Views;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

/** Options that are texts of their own, besides layers. */
class OptionTextsTest {
  @Test
  void optimizers() {
    assertEquals(Optimizer.sgd(), OptimizerText.optimizer("sgd", null, 1));
    assertEquals(
        Optimizer.momentum(0.05f, 0.9f), OptimizerText.optimizer("momentum 0.9", 0.05f, 1));
    assertEquals(Optimizer.nesterov(0.1f, 0.9f), OptimizerText.optimizer("nesterov 0.9", null, 1));
    assertEquals(Optimizer.adam(), OptimizerText.optimizer("Adam", null, 1));
    assertEquals(Optimizer.adamW(0.003f, 0.01f), OptimizerText.optimizer("adamw 0.01", 0.003f, 1));
    assertEquals(
        Optimizer.randomLocalSearch(0.1f, 7),
        OptimizerText.optimizer("random-local-search", null, 7));
    assertWrong(() -> OptimizerText.optimizer("sgdd", null, 1), "there is no optimizer 'sgdd'");
    assertWrong(() -> OptimizerText.optimizer("momentum", null, 1), "lacks the momentum");
    assertWrong(() -> OptimizerText.optimizer("adam, sgd", null, 1), "one optimizer is enough");
  }

  @Test
  void schedules() {
    Schedule schedule = OptimizerText.schedule("step 2 0.5, warm-up 1");
    assertEquals(0.5, schedule.factor(2 * 10, 10, 5));
    assertEquals(0.1, schedule.factor(0, 10, 5), 1e-12);
    assertEquals(0.5, OptimizerText.schedule("cosine").factor(25, 10, 5), 1e-12);
    assertEquals(1, OptimizerText.schedule("constant").factor(3, 10, 5));
    assertEquals(0.04, OptimizerText.schedule("one-cycle").factor(0, 10, 5), 1e-12);
    assertWrong(() -> OptimizerText.schedule("cosinus"), "there is no schedule 'cosinus'");
    assertWrong(() -> OptimizerText.schedule("cosine, step 1 2"), "only warm-up EPOCHS may follow");
  }

  @Test
  void changesAndViews() {
    assertEquals(
        ImageChanges.NONE.mirrored().shifted(2).rotated(12).scaled(0.1f).sheared(0.2f).cutOut(8),
        ImageChangesText.changes("mirror, shift 2, rotate 12, scale 0.1, shear 0.2, cutout 8"));
    assertWrong(() -> ImageChangesText.changes("flip"), "there is no change 'flip'");
    ImageShape image = new ImageShape(8, 8, 1);
    assertEquals(
        Views.of(image).mirrored().shifted(1), ImageChangesText.views("mirror, shift 1", image));
    assertWrong(() -> ImageChangesText.views("rotate 3", image), "there is no view 'rotate'");
  }

  @Test
  void sizes() {
    assertArrayEquals(new int[] {3, 5}, OptionText.size("--size", "3x5"));
    assertWrong(() -> OptionText.size("--size", "3x5x1"), "'3x5x1' is no size");
    assertWrong(() -> OptionText.size("--size", "0x5"), "must be above 0");
  }

  private static void assertWrong(Executable text, String what) {
    String message = assertThrows(IllegalArgumentException.class, text).getMessage();
    assertTrue(message.contains(what), message);
    assertTrue(message.endsWith("^"), message);
  }
}
