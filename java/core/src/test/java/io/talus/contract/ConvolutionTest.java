package io.talus.contract;

import static io.talus.contract.ConvolutionProblem.check;
import static io.talus.contract.ConvolutionProblem.checkDeterminism;
import static io.talus.contract.ConvolutionProblem.checkEpilogues;
import static io.talus.contract.ConvolutionProblem.run;
import static io.talus.contract.ConvolutionProblem.runInputGradient;
import static io.talus.contract.ConvolutionProblem.runWeightGradient;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.talus.Workspace;
import io.talus.op.Convolution;
import io.talus.op.ConvolutionInputGradient;
import io.talus.op.ConvolutionWeightGradient;
import io.talus.op.Epilogue;
import io.talus.op.Window;
import io.talus.tensor.Tensor;
import java.util.List;
import org.junit.jupiter.api.Test;

/** {@link Convolution}, {@link ConvolutionInputGradient} and {@link ConvolutionWeightGradient}. */
class ConvolutionTest {

  @EachBackend
  void windowsOfEveryKind(Subject on) {
    for (Window window : ConvolutionProblem.windows()) {
      for (int[] image : new int[][] {{7, 9}, {8, 6}}) {
        check(on, new ConvolutionProblem(window, 2, image[0], image[1], 3, 5));
      }
    }
  }

  @EachBackend
  void windowsLargerThanTheImage(Subject on) {
    check(on, new ConvolutionProblem(Window.of(5, 7).padding(2, 3), 3, 1, 1, 2, 3));
    check(on, new ConvolutionProblem(Window.of(5, 5).padding(4, 4), 2, 2, 3, 1, 4));
    check(on, new ConvolutionProblem(Window.of(9, 3).stride(3, 2).padding(4, 1), 1, 3, 5, 2, 2));
    check(on, new ConvolutionProblem(Window.of(6, 6), 2, 6, 6, 3, 2)); // exactly as large
  }

  /** Tiles are 14x32, 6x16 and 4x8; a row of an image may end within one. */
  @EachBackend
  void channelsAroundTheTiles(Subject on) {
    Window window = Window.of(3, 3).padding(1, 1);
    for (int c : new int[] {1, 2, 4, 15, 16, 17, 33}) {
      for (int o : new int[] {1, 8, 15, 32, 35}) {
        check(on, new ConvolutionProblem(window, 1, 5, 6, c, o));
      }
    }
  }

  @EachBackend
  void sizesAroundEveryPath(Subject on) {
    Window same = Window.of(3, 3).padding(1, 1);
    check(
        on, new ConvolutionProblem(same, 1, 9, 9, 70, 20)); // sums of more than are done in one go
    check(on, new ConvolutionProblem(same, 3, 31, 17, 4, 6)); // several blocks and chunks
    check(on, new ConvolutionProblem(same.stride(2, 2), 3, 31, 18, 4, 6));
    check(on, new ConvolutionProblem(Window.of(5, 5).padding(2, 2), 2, 28, 28, 1, 32));
    check(on, new ConvolutionProblem(Window.of(1, 1), 2, 13, 11, 40, 70));
    check(on, new ConvolutionProblem(Window.of(2, 2), 2, 4, 4, 256, 130)); // patches 4 KiB apart
    check(on, new ConvolutionProblem(Window.of(1, 1), 1, 5, 4, 1024, 9));
  }

  /** Wide images are read by lines, with zeros around them; an image may be several blocks. */
  @EachBackend
  void linesOfWideImages(Subject on) {
    Window same = Window.of(3, 3).padding(1, 1);
    check(on, new ConvolutionProblem(same, 2, 5, 14, 32, 33));
    check(on, new ConvolutionProblem(same, 1, 30, 13, 33, 5)); // several blocks
    check(on, new ConvolutionProblem(same, 2, 21, 14, 32, 15)); // dW too
    check(on, new ConvolutionProblem(same.stride(2, 1), 1, 27, 12, 64, 10, 2));
    check(on, new ConvolutionProblem(same, 1, 2, 130, 35, 4)); // a block of one line
    check(on, new ConvolutionProblem(same, 2, 4, 11, 66, 6, 2));
    check(on, new ConvolutionProblem(Window.of(3, 3), 1, 6, 12, 40, 3));
    check(
        on,
        new ConvolutionProblem(same.stride(2, 2), 2, 9, 23, 34, 50)); // dX: two taps of 50 a line
    check(
        on,
        new ConvolutionProblem(
            Window.of(2, 5).stride(3, 1).padding(4, 6), 1, 3, 4, 20, 20)); // borders
    check(
        on,
        new ConvolutionProblem(
            Window.of(2, 9).stride(3, 1), 1, 4, 20, 20, 20)); // dX: a phase of no taps
    check(
        on,
        new ConvolutionProblem(
            Window.of(1, 3).padding(0, 1), 1, 3, 10, 1024, 4)); // places 4 KiB apart
  }

  /** A tile takes as many lines of taps as are some 300 products. */
  @EachBackend
  void severalLinesOfTapsAtOnce(Subject on) {
    Window five = Window.of(5, 5).padding(2, 2);
    check(on, new ConvolutionProblem(five, 1, 12, 13, 17, 20)); // three and two
    check(on, new ConvolutionProblem(five, 1, 12, 13, 32, 20)); // two, two and one
    check(on, new ConvolutionProblem(five, 3, 11, 14, 1, 35));
    check(on, new ConvolutionProblem(five.stride(2, 2), 1, 24, 28, 3, 40));
    check(on, new ConvolutionProblem(five.stride(3, 1), 2, 31, 12, 3, 7));
    Window same = Window.of(3, 3).padding(1, 1);
    check(on, new ConvolutionProblem(same, 1, 10, 16, 3, 130)); // dW: filters in two sections
    check(on, new ConvolutionProblem(same, 1, 12, 12, 6, 8, 2));
    check(on, new ConvolutionProblem(same, 1, 3, 260, 2, 3)); // dW: lines longer than a block
  }

  @EachBackend
  void emptySizes(Subject on) {
    Window window = Window.of(3, 3).padding(1, 1);
    check(on, new ConvolutionProblem(window, 0, 5, 5, 3, 4)); // dW = 0
    check(on, new ConvolutionProblem(window, 2, 5, 5, 0, 4)); // y = 0
    check(on, new ConvolutionProblem(window, 2, 5, 5, 3, 0)); // dX = 0
    check(on, new ConvolutionProblem(window.stride(2, 2), 0, 5, 5, 3, 4));
    check(on, new ConvolutionProblem(Window.of(1, 1), 0, 5, 5, 3, 4));
  }

  @EachBackend
  void everyEpilogue(Subject on) {
    checkEpilogues(
        on, new ConvolutionProblem(Window.of(3, 2).stride(1, 2).padding(1, 0), 2, 9, 10, 7, 37));
  }

  @EachBackend
  void nanStaysWhereItsWindowsAre(Subject on) {
    for (Window window :
        List.of(Window.of(1, 1), Window.of(3, 3).padding(1, 1), Window.of(3, 2).stride(2, 2))) {
      ConvolutionProblem p = new ConvolutionProblem(window, 2, 8, 9, 5, 18);
      float[] x = p.x(on);
      float[] w = p.weights(on);
      float[] dY = p.y(on);
      int inX = ((8 + 4) * 9 + 4) * 5 + 2;
      x[inX] = Float.NaN;
      int inDy = p.outputs() / 2 * p.o() + 7;
      dY[inDy] = Float.POSITIVE_INFINITY;
      float[] y = run(on, p, x, w);
      boolean[] sees = new boolean[p.outputs()];
      for (int output = 0; output < p.outputs(); output++) {
        for (int element = 0; element < p.patch(); element++) {
          sees[output] |= p.place(output, element) == inX;
        }
      }
      for (int i = 0; i < y.length; i++) {
        assertEquals(sees[i / p.o()], Float.isNaN(y[i]), "y " + i + " of " + p);
      }
      float[] dW = runWeightGradient(on, p, p.x(on), dY);
      for (int i = 0; i < dW.length; i++) {
        assertEquals(i % p.o() == 7, !Float.isFinite(dW[i]), "dW " + i + " of " + p);
      }
      float[] dX = runInputGradient(on, p, dY, w);
      boolean[] reached = new boolean[x.length];
      for (int element = 0; element < p.patch(); element++) {
        int place = p.place(inDy / p.o(), element);
        if (place >= 0) {
          reached[place] = true;
        }
      }
      for (int i = 0; i < dX.length; i++) {
        assertEquals(reached[i], !Float.isFinite(dX[i]), "dX " + i + " of " + p);
      }
      on.nextCase();
    }
  }

  @EachBackend
  void aNanWeightReachesPaddingToo(Subject on) {
    ConvolutionProblem p = new ConvolutionProblem(Window.of(3, 3).padding(1, 1), 1, 4, 5, 2, 3);
    float[] w = p.weights(on);
    w[1] = Float.NaN; // of the first place of the window, for output 1
    float[] y = run(on, p, p.x(on), w);
    float[] dX = runInputGradient(on, p, p.y(on), w);
    for (int i = 0; i < y.length; i++) {
      assertEquals(i % 3 == 1, Float.isNaN(y[i]), "y " + i);
    }
    for (int row = 0; row < 3; row++) {
      for (int column = 0; column < 4; column++) {
        assertTrue(Float.isNaN(dX[(row * 5 + column) * 2]), "dX at " + row + ", " + column);
        assertTrue(Float.isFinite(dX[(row * 5 + column) * 2 + 1]), "dX of the other channel");
      }
    }
  }

  @EachBackend
  void sameBitsAgainAndOnAnyNumberOfThreads(Subject on) {
    List<ConvolutionProblem> problems =
        List.of(
            new ConvolutionProblem(Window.of(3, 3).padding(1, 1), 3, 20, 20, 8, 40),
            new ConvolutionProblem(Window.of(5, 5).stride(2, 2).padding(2, 2), 4, 17, 19, 3, 33),
            new ConvolutionProblem(Window.of(1, 1), 5, 20, 20, 33, 65));
    for (ConvolutionProblem p : problems) {
      checkDeterminism(on, p);
    }
  }

  @Test
  void everyMismatchIsNamed() {
    try (Workspace on = Subject.usable().get(0).device().workspace()) {
      Window window = Window.of(3, 3).stride(2, 2).padding(1, 1);
      Tensor x = on.tensor(2, 8, 9, 4);
      Tensor w = on.tensor(3, 3, 5, 6);
      Epilogue epilogue = Epilogue.bias(on.tensor(4));
      assertMessage(
          "convolution: w is 3x3x5x6, not 3x3x4x6; y is 2x8x9x6, not 2x4x5x6; bias has 4 elements,"
              + " not 6",
          () -> new Convolution(window, x, w, on.tensor(2, 8, 9, 6), epilogue));
      assertMessage(
          "convolution: x is 2x288, not images x height x width x channels",
          () -> new Convolution(window, x.reshape(2, 288), w, on.tensor(2, 4, 5, 6)));
      assertMessage(
          "convolutionInputGradient: the window of 3x3 does not fit dX, 1x2x3x1, padded to 2x3",
          () ->
              new ConvolutionInputGradient(
                  Window.of(3, 3),
                  on.tensor(1, 1, 1, 1),
                  on.tensor(3, 3, 1, 1),
                  on.tensor(1, 2, 3, 1)));
      assertMessage(
          "convolutionWeightGradient: dW is 3x3x5x6, not 3x3x4x6; dY is 2x4x5x7, not 2x4x5x6",
          () -> new ConvolutionWeightGradient(window, x, on.tensor(2, 4, 5, 7), w));
      assertMessage(
          "window: size is 0x3, must be at least 1x1; stride is 1x0, must be at least 1x1; padding"
              + " is -1x0, cannot be negative",
          () -> new Window(0, 3, 1, 0, -1, 0));
    }
  }

  @Test
  void sharedMemoryIsRefused() {
    try (Workspace on = Subject.usable().get(0).device().workspace()) {
      Window window = Window.of(1, 1);
      Tensor x = on.tensor(1, 2, 2, 1);
      Tensor w = on.tensor(1, 1, 1, 1);
      assertMessage("convolution: y and x share memory", () -> new Convolution(window, x, w, x));
      assertMessage(
          "convolutionInputGradient: dX and dY share memory",
          () -> new ConvolutionInputGradient(window, x, w, x));
    }
  }

  static void assertMessage(String message, Runnable making) {
    assertEquals(message, assertThrows(IllegalArgumentException.class, making::run).getMessage());
  }
}
