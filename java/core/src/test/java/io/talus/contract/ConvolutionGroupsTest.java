package io.talus.contract;

import static io.talus.contract.ConvolutionProblem.check;
import static io.talus.contract.ConvolutionProblem.checkDeterminism;
import static io.talus.contract.ConvolutionProblem.checkEpilogues;
import static io.talus.contract.ConvolutionProblem.run;
import static io.talus.contract.ConvolutionProblem.runInputGradient;
import static io.talus.contract.ConvolutionProblem.runWeightGradient;
import static io.talus.contract.ConvolutionTest.assertMessage;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.talus.Workspace;
import io.talus.op.Convolution;
import io.talus.op.ConvolutionInputGradient;
import io.talus.op.ConvolutionWeightGradient;
import io.talus.op.Epilogue;
import io.talus.op.Window;
import io.talus.tensor.Tensor;
import java.util.List;
import org.junit.jupiter.api.Test;

/** {@link Convolution} in groups, and its gradients. */
class ConvolutionGroupsTest {
  /** Channels, outputs and groups: two, three with two channels and one output each, depthwise. */
  @EachBackend
  void groupsWithWindowsOfEveryKind(Subject on) {
    for (Window window : ConvolutionProblem.windows()) {
      for (int[] sizes : new int[][] {{10, 6, 2}, {6, 3, 3}, {5, 5, 5}}) {
        check(on, new ConvolutionProblem(window, 2, 7, 9, sizes[0], sizes[1], sizes[2]));
      }
    }
  }

  /** Groups that begin within a vector or a pack of four, and fill tiles or do not. */
  @EachBackend
  void groupsAroundEveryPath(Subject on) {
    Window same = Window.of(3, 3).padding(1, 1);
    for (Window window : List.of(same, same.stride(2, 2), Window.of(1, 1))) {
      check(on, new ConvolutionProblem(window, 2, 9, 8, 64, 128, 2)); // all aligned
      check(on, new ConvolutionProblem(window, 1, 9, 8, 51, 99, 3));
      check(on, new ConvolutionProblem(window, 1, 6, 5, 34, 70, 2));
      check(on, new ConvolutionProblem(window, 1, 6, 5, 16, 48, 16)); // three outputs a channel
      check(on, new ConvolutionProblem(window, 1, 6, 5, 36, 4, 4)); // one output of nine channels
    }
    check(
        on, new ConvolutionProblem(same, 3, 31, 17, 8, 8, 8)); // several blocks and chunks, across
    check(on, new ConvolutionProblem(same.stride(2, 2), 3, 31, 18, 12, 6, 2));
    check(
        on,
        new ConvolutionProblem(same, 1, 9, 9, 140, 40, 2)); // sums of more than are done in one go
  }

  @EachBackend
  void emptySizes(Subject on) {
    Window window = Window.of(3, 3).padding(1, 1);
    check(on, new ConvolutionProblem(window, 0, 5, 5, 4, 6, 2));
    check(on, new ConvolutionProblem(window, 2, 5, 5, 0, 4, 2));
    check(on, new ConvolutionProblem(window, 2, 5, 5, 4, 0, 2));
  }

  @EachBackend
  void everyEpilogue(Subject on) {
    Window window = Window.of(3, 2).stride(1, 2).padding(1, 0);
    checkEpilogues(on, new ConvolutionProblem(window, 1, 5, 6, 6, 9, 3));
  }

  @EachBackend
  void sameBitsAgainAndOnAnyNumberOfThreads(Subject on) {
    checkDeterminism(
        on, new ConvolutionProblem(Window.of(3, 3).padding(1, 1), 3, 20, 20, 12, 36, 3));
  }

  @EachBackend
  void nanStaysInItsGroup(Subject on) {
    for (Window window : List.of(Window.of(1, 1), Window.of(3, 3), Window.of(2, 2).stride(2, 2))) {
      ConvolutionProblem p = new ConvolutionProblem(window, 1, 3, 4, 6, 4, 2);
      float[] x = p.x(on);
      float[] dY = p.y(on);
      for (int place = 0; place < 3 * 4; place++) {
        x[place * 6 + 4] = Float.NaN;
      }
      for (int output = 0; output < p.outputs(); output++) {
        dY[output * 4 + 1] = Float.NaN;
      }
      float[] y = run(on, p, x, p.weights(on));
      for (int i = 0; i < y.length; i++) {
        assertEquals(i % 4 >= 2, Float.isNaN(y[i]), "y " + i + " of " + p);
      }
      float[] dW = runWeightGradient(on, p, x, dY);
      for (int i = 0; i < dW.length; i++) {
        boolean meets = i % 4 == 1 || i % 4 >= 2 && i / 4 % 3 == 1;
        assertEquals(meets, Float.isNaN(dW[i]), "dW " + i + " of " + p);
      }
      float[] dX = runInputGradient(on, p, dY, p.weights(on));
      for (int i = 0; i < dX.length; i++) {
        boolean isSeen = window.height() != 2 || i / 6 < 2 * 4;
        assertEquals(isSeen && i % 6 < 3, Float.isNaN(dX[i]), "dX " + i + " of " + p);
      }
      on.nextCase();
    }
  }

  @Test
  void everyMismatchIsNamed() {
    try (Workspace on = Subject.usable().get(0).device().workspace()) {
      Window window = Window.of(3, 3).stride(2, 2).padding(1, 1);
      Tensor x = on.tensor(2, 8, 9, 4);
      Tensor w = on.tensor(3, 3, 5, 6);
      assertMessage(
          "convolution: w is 3x3x5x6, not 3x3x2x6",
          () -> new Convolution(window, 2, x, w, on.tensor(2, 4, 5, 6), Epilogue.NONE));
      assertMessage(
          "convolutionInputGradient: 3 groups do not divide 4 channels and 6 outputs",
          () -> new ConvolutionInputGradient(window, 3, on.tensor(2, 4, 5, 6), w, x));
      assertMessage(
          "convolutionWeightGradient: there are 0 groups, must be at least 1",
          () -> new ConvolutionWeightGradient(window, 0, x, on.tensor(2, 4, 5, 6), w));
    }
  }
}
