package io.talus.contract;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.talus.Workspace;
import io.talus.op.Axpby;
import io.talus.op.Fill;
import io.talus.op.Recording;
import io.talus.op.Reduction;
import io.talus.op.Softmax;
import io.talus.op.SoftmaxCrossEntropy;
import io.talus.tensor.IntTensor;
import io.talus.tensor.Tensor;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Consumer;

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
  void outputsMayBelongToAnotherWorkspace(Subject on) {
    try (Workspace other = on.device().workspace()) {
      Tensor x = on.in(ONE_TWO_THREE, 3);
      Tensor y = other.tensor(new float[3], 3);
      Tensor z = on.inOut(new float[3], 3);
      try (Recording recording =
          on.workspace()
              .record(
                  () -> {
                    on.device().axpby(new Axpby(1, x, 1, y));
                    on.device().axpby(new Axpby(1, y, 1, z));
                  })) {
        recording.run();
        on.device().axpby(new Axpby(0, x, 10, y)); // on the other's stream, between the two runs
        recording.run();
        assertArrayEquals(new float[] {11, 22, 33}, y.toArray());
        assertArrayEquals(new float[] {12, 24, 36}, z.toArray());
      }
    }
  }

  @EachBackend
  void anotherThreadGoesOnWithTheOtherWorkspaceMeanwhile(Subject on) {
    try (Workspace other = on.device().workspace()) {
      Tensor y = other.tensor(3);
      Tensor z = other.tensor(3);
      ExecutorService thread = Executors.newSingleThreadExecutor();
      try (Recording recording =
          on.workspace()
              .record(
                  () -> {
                    on.device().fill(new Fill(5, y));
                    float[] read =
                        CompletableFuture.supplyAsync(
                                () -> {
                                  on.device().fill(new Fill(7, z));
                                  return z.toArray();
                                },
                                thread)
                            .join();
                    assertArrayEquals(new float[] {7, 7, 7}, read);
                    on.device().fill(new Fill(6, z));
                  })) {
        recording.run();
        assertArrayEquals(new float[] {5, 5, 5}, y.toArray());
        assertArrayEquals(new float[] {6, 6, 6}, z.toArray());
      } finally {
        thread.shutdown();
      }
    }
  }

  /** Operations need memory for themselves, which nothing has taken before. */
  @EachBackend
  void whatIsRecordedNeedNotHaveRunBefore(Subject on) {
    float[] once;
    float[] recorded;
    try (Workspace memory = on.device().workspace()) {
      once = losses(on, memory, Runnable::run);
    }
    try (Workspace memory = on.device().workspace()) {
      recorded =
          losses(
              on,
              memory,
              work -> {
                try (Recording recording = memory.record(work)) {
                  recording.run();
                }
              });
    }
    assertArrayEquals(once, recorded);
  }

  private static float[] losses(Subject on, Workspace memory, Consumer<Runnable> way) {
    int rows = 200;
    int classes = 70;
    float[] logits = new float[rows * classes];
    int[] targets = new int[rows];
    for (int i = 0; i < logits.length; i++) {
      logits[i] = i * 37 % 101 * 0.05f;
    }
    for (int i = 0; i < rows; i++) {
      targets[i] = i * 13 % classes;
    }
    Tensor loss = memory.tensor(1);
    IntTensor labels = memory.labels(classes, rows);
    labels.copyFrom(targets);
    SoftmaxCrossEntropy op =
        new SoftmaxCrossEntropy(
            memory.tensor(logits, rows, classes), labels, Reduction.MEAN, 0, 1, loss, null);
    way.accept(() -> on.device().softmaxCrossEntropy(op));
    return loss.toArray();
  }

  /** On GPUs blocks meet at such rows in memory that each run must find as the first did. */
  @EachBackend
  void rowsThatSeveralBlocksShareAreSummedAnewInEachRun(Subject on) {
    float[] x = on.signed(2L * 40_000);
    Tensor recorded = on.inOut(x, 2, 40_000);
    Tensor direct = on.inOut(x, 2, 40_000);
    Softmax once = new Softmax(direct, direct);
    Softmax again = new Softmax(recorded, recorded);
    try (Recording recording = on.workspace().record(() -> on.device().softmax(again))) {
      for (int i = 0; i < 3; i++) {
        recording.run();
        on.device().softmax(once);
      }
    }
    Accuracy.assertSameBits("three runs", direct.toArray(), recorded.toArray());
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
