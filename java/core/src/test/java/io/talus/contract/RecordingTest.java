package io.talus.contract;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.talus.Workspace;
import io.talus.op.Axpby;
import io.talus.op.Fill;
import io.talus.op.Recording;
import io.talus.tensor.Tensor;

class RecordingTest {
  private static final float[] ONE_TWO_THREE = {1, 2, 3};

  @EachBackend
  void recordingDoesNothingAndEachRunDoesAll(Subject on) {
    Tensor x = on.in(ONE_TWO_THREE, 3);
    Tensor y = on.inOut(new float[3], 3);
    Axpby add = new Axpby(1, x, 1, y);
    Axpby twice = new Axpby(0, x, 2, y);
    try (Recording recording =
        on.workspace()
            .record(
                () -> {
                  on.device().axpby(add);
                  on.device().axpby(twice);
                })) {
      assertArrayEquals(new float[3], y.toArray());
      for (int i = 0; i < 3; i++) {
        recording.run();
      }
      // ((x 2 + x) 2 + x) 2
      assertArrayEquals(new float[] {14, 28, 42}, y.toArray());
    }
  }

  @EachBackend
  void operandsOfAnotherWorkspaceAreAsTheyAreWhenItRuns(Subject on) {
    try (Workspace other = on.device().workspace()) {
      Tensor x = other.tensor(ONE_TWO_THREE, 3);
      Tensor y = on.inOut(new float[3], 3);
      Axpby add = new Axpby(1, x, 1, y);
      try (Recording recording = on.workspace().record(() -> on.device().axpby(add))) {
        recording.run();
        // Written by the other's stream between two runs: the second must wait for it.
        on.device().fill(new Fill(10, x));
        recording.run();
        on.device().fill(new Fill(-1, x));
        assertArrayEquals(new float[] {11, 12, 13}, y.toArray());
      }
    }
  }

  @EachBackend
  void whatFailsWhileItIsRecordedLeavesTheWorkspaceUsable(Subject on) {
    Tensor y = on.inOut(new float[3], 3);
    Fill fill = new Fill(5, y);
    assertThrows(
        ArithmeticException.class,
        () -> {
          try (Recording recording =
              on.workspace()
                  .record(
                      () -> {
                        on.device().fill(fill);
                        throw new ArithmeticException();
                      })) {
            recording.run();
          }
        });
    on.device().fill(fill);
    assertArrayEquals(new float[] {5, 5, 5}, y.toArray());
  }

  @EachBackend
  void closingTwiceIsHarmless(Subject on) {
    Tensor y = on.inOut(new float[3], 3);
    Fill fill = new Fill(5, y);
    Recording recording = on.workspace().record(() -> on.device().fill(fill));
    recording.run();
    recording.close();
    recording.close();
    assertArrayEquals(new float[] {5, 5, 5}, y.toArray());
  }

  @EachBackend
  void nothingIsRecordedInAClosedWorkspace(Subject on) {
    Workspace closed = on.device().workspace();
    closed.close();
    assertThrows(IllegalStateException.class, () -> closed.record(() -> {}));
  }
}
