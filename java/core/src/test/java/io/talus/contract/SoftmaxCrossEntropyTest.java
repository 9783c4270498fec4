package io.talus.contract;

import static io.talus.contract.Accuracy.EPS;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.talus.Workspace;
import io.talus.op.Reduction;
import io.talus.op.SoftmaxCrossEntropy;
import io.talus.tensor.IntTensor;
import io.talus.tensor.Tensor;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

/** {@link SoftmaxCrossEntropy}. */
class SoftmaxCrossEntropyTest {
  private static final int IGNORED = -100;
  private static final float INF = Float.POSITIVE_INFINITY;

  private record Problem(
      int rows, int classes, Reduction reduction, float smoothing, float scale, boolean ignoring) {}

  private record Result(float[] loss, float[] dLogits) {}

  private static Result run(Subject on, Problem p, float[] logits, int[] targets, boolean inPlace) {
    Tensor z = inPlace ? on.inOut(logits, p.rows, p.classes) : on.in(logits, p.rows, p.classes);
    Tensor loss = on.out(p.reduction == Reduction.NONE ? p.rows : 1);
    Tensor dLogits = inPlace ? z : on.out(p.rows, p.classes);
    on.device()
        .softmaxCrossEntropy(
            new SoftmaxCrossEntropy(
                z, labels(on, p, targets), p.reduction, p.smoothing, p.scale, loss, dLogits));
    return new Result(loss.toArray(), dLogits.toArray());
  }

  private static IntTensor labels(Subject on, Problem p, int[] targets) {
    IntTensor labels =
        p.ignoring
            ? on.workspace().labelsIgnoring(IGNORED, p.classes, p.rows)
            : on.workspace().labels(p.classes, p.rows);
    return labels.copyFrom(targets);
  }

  private static int[] targets(Subject on, Problem p) {
    int[] targets = new int[p.rows];
    for (int i = 0; i < p.rows; i++) {
      boolean ignore = p.ignoring && on.random().nextInt(3) == 0;
      targets[i] = ignore ? IGNORED : on.random().nextInt(p.classes);
    }
    return targets;
  }

  private static float[] logits(Subject on, Problem p) {
    float[] z = on.signed((long) p.rows * p.classes);
    for (int i = 0; i < z.length; i++) {
      z[i] *= 6;
    }
    return z;
  }

  private static void check(Subject on, Problem p) {
    check(on, p, logits(on, p), targets(on, p));
  }

  private static void check(Subject on, Problem p, float[] logits, int[] targets) {
    CrossEntropyOracle oracle =
        new CrossEntropyOracle(p.rows, p.classes, p.reduction, p.smoothing, p.scale, IGNORED);
    oracle.compute(Exact.toDoubles(logits), targets);
    for (boolean inPlace : new boolean[] {false, true}) {
      Result result = run(on, p, logits, targets, inPlace);
      Accuracy.assertWithin("loss of " + p, oracle.loss, oracle.lossTolerance, result.loss);
      Accuracy.assertWithin(
          "dLogits of " + p, oracle.dLogits, oracle.dLogitsTolerance, result.dLogits);
    }
    // The loss alone has the same bits.
    Tensor lossAlone = on.out(oracle.loss.length);
    on.device()
        .softmaxCrossEntropy(
            new SoftmaxCrossEntropy(
                on.in(logits, p.rows, p.classes),
                labels(on, p, targets),
                p.reduction,
                p.smoothing,
                p.scale,
                lossAlone,
                null));
    Accuracy.assertWithin(
        "loss alone of " + p, oracle.loss, oracle.lossTolerance, lossAlone.toArray());
    on.nextCase();
  }

  private static Problem plain(int rows, int classes) {
    return new Problem(rows, classes, Reduction.MEAN, 0, 1, false);
  }

  /** Vectors are 16, 8 and 4 long; rows of at most 32 are taken several at a time. */
  @EachBackend
  void everyWidthAroundTheVectors(Subject on) {
    for (int classes : new int[] {1, 2, 3, 4, 5, 7, 8, 9, 10, 15, 16, 17, 31, 32, 33, 64, 65}) {
      for (int rows : new int[] {1, 3, 16, 17, 128}) {
        check(on, plain(rows, classes));
      }
    }
  }

  @EachBackend
  void sizesAroundEveryPath(Subject on) {
    for (int classes : new int[] {2047, 2048, 2049, 4099}) {
      check(on, plain(3, classes)); // a row is taken in chunks of 2048
    }
    check(on, plain(127, 257)); // below what a second thread is worth (32,768 elements)
    check(on, plain(129, 257)); // and above
    check(on, plain(70_001, 10)); // more rows than a 16-bit count holds
    int tall = on.device().isEmulated() ? 4_001 : 70_001; // an interpreter takes 15 seconds for all
    check(on, plain(tall, 61)); // results that no cache holds go past it
    check(on, plain(3, 70_001));
  }

  /** On GPUs such rows are cut into slices of at most 10240 elements, about equal ones. */
  @EachBackend
  void rowsThatSeveralBlocksShare(Subject on) {
    for (int classes : new int[] {12_289, 16_386, 32_769, 65_535, 65_537, 128_256}) {
      check(on, new Problem(2, classes, Reduction.MEAN, 0.1f, 1, false));
    }
    for (int round = 0; round < 2; round++) { // one aligned, one not
      check(on, plain(1, 32_772));
      check(on, new Problem(3, 65_536, Reduction.SUM, 0, -2, true));
      check(on, new Problem(4, 65_540, Reduction.NONE, 0.2f, 1, true));
      check(on, plain(1, 128_256));
    }
    check(on, plain(0, 40_000));
  }

  /** Seven slices of 9376 on a GPU, six of them whole. */
  @EachBackend
  void slicesOfEveryKind(Subject on) {
    int classes = 65_540;
    int slice = 9_376;
    for (float smoothing : new float[] {0, 0.1f}) {
      float[] z = on.signed(4L * classes);
      for (int i = 0; i < classes; i += slice / 2) {
        z[i] = 12; // the maximum, twice in each slice
      }
      Arrays.fill(z, classes, 2 * classes, 0);
      z[2 * classes - 1] = 25; // a sure answer, in the last slice
      for (int i = 0; i < classes; i++) {
        z[2 * classes + i] = i / slice * -30; // sums of slices that differ by far
      }
      Problem p = new Problem(4, classes, Reduction.NONE, smoothing, 1, false);
      check(on, p, z, new int[] {slice / 2, classes - 1, slice, 0});
      check(on, p, z, new int[] {1, 0, slice - 1, classes - 1});
    }
  }

  @EachBackend
  void slicesOfClassesThatCannotBe(Subject on) {
    int classes = 65_540;
    Problem p = new Problem(1, classes, Reduction.SUM, 0, 1, false);
    float[] z = on.signed(classes);
    Arrays.fill(z, 9_376, 28_128, -400); // as good as -infinity, and finite in the oracle
    CrossEntropyOracle oracle = new CrossEntropyOracle(1, classes, p.reduction, 0, 1, IGNORED);
    oracle.compute(Exact.toDoubles(z), new int[] {7});
    Arrays.fill(z, 9_376, 28_128, -INF);
    Result result = run(on, p, z, new int[] {7}, false);
    Accuracy.assertWithin("loss", oracle.loss, oracle.lossTolerance, result.loss);
    Accuracy.assertWithin("dLogits", oracle.dLogits, oracle.dLogitsTolerance, result.dLogits);
    assertEquals(INF, run(on, p, z, new int[] {9_376}, true).loss[0], "-inf at the target");
  }

  @EachBackend
  void everyReductionSmoothingAndScale(Subject on) {
    for (int[] shape : new int[][] {{37, 10}, {19, 100}, {5, 3000}}) {
      for (Reduction reduction : Reduction.values()) {
        for (float smoothing : new float[] {0, 0.1f, 0.9f}) {
          for (float scale : new float[] {1, -3, 0}) {
            check(on, new Problem(shape[0], shape[1], reduction, smoothing, scale, false));
            check(on, new Problem(shape[0], shape[1], reduction, smoothing, scale, true));
          }
        }
      }
    }
  }

  /** A sure and right answer costs little, and that little is not lost in rounding. */
  @EachBackend
  void smallLossesKeepTheirDigits(Subject on) {
    for (int classes : new int[] {2, 10, 100, 2500}) {
      for (float margin : new float[] {5, 12, 20, 60}) {
        float[] z = new float[classes];
        z[classes / 2] = margin;
        check(on, plain(1, classes), z, new int[] {classes / 2});
        check(on, plain(1, classes), z, new int[] {0});
      }
    }
  }

  @EachBackend
  void logitsThatRiseAlongTheRow(Subject on) {
    int classes = 5000; // three chunks of 2048 at most, each with a larger maximum than the last
    for (float rise : new float[] {0.5f, 5, 15.5f, 16.5f, 60, 400}) {
      for (boolean alone : new boolean[] {false, true}) {
        float[] z = alone ? new float[classes] : on.signed(classes);
        z[1500] += rise;
        z[3000] += 2 * rise;
        z[4990] += 3 * rise;
        for (int target : new int[] {0, 1500, 3000, 4990}) {
          check(on, plain(1, classes), z, new int[] {target});
        }
      }
    }
  }

  @EachBackend
  void rowsToIgnoreGiveZeroWhateverTheirLogits(Subject on) {
    for (int classes : new int[] {3, 10, 40, 2100, 33_000}) {
      for (Reduction reduction : Reduction.values()) {
        Problem p = new Problem(3, classes, reduction, 0.1f, 1, true);
        float[] z = logits(on, p);
        Arrays.fill(z, classes, 2 * classes, Float.NaN);
        int[] targets = {1, IGNORED, 2};
        CrossEntropyOracle oracle = new CrossEntropyOracle(3, classes, reduction, 0.1f, 1, IGNORED);
        oracle.compute(Exact.toDoubles(z), targets);
        Result result = run(on, p, z, targets, false);
        Accuracy.assertWithin("loss of " + p, oracle.loss, oracle.lossTolerance, result.loss);
        Accuracy.assertWithin(
            "dLogits of " + p, oracle.dLogits, oracle.dLogitsTolerance, result.dLogits);
        float[] ignored = Arrays.copyOfRange(result.dLogits, classes, 2 * classes);
        Accuracy.assertExact("gradient of an ignored row", new float[classes], ignored);
        Result nothing = run(on, p, z, new int[] {IGNORED, IGNORED, IGNORED}, true);
        Accuracy.assertExact("no row counts", new float[nothing.loss.length], nothing.loss);
        Accuracy.assertExact("no row counts", new float[3 * classes], nothing.dLogits);
        on.nextCase();
      }
    }
  }

  @EachBackend
  void emptyBatches(Subject on) {
    for (Reduction reduction : Reduction.values()) {
      Result result =
          run(on, new Problem(0, 5, reduction, 0, 1, false), new float[0], new int[0], false);
      Accuracy.assertExact("no rows", new float[reduction == Reduction.NONE ? 0 : 1], result.loss);
    }
  }

  /** NaN and +inf make their row NaN; -inf is a class that cannot be. */
  @EachBackend
  void nanAndInfinityRules(Subject on) {
    for (int classes : new int[] {2, 10, 33, 2100, 33_000}) {
      for (int place : new int[] {0, classes - 1}) {
        for (float special : new float[] {Float.NaN, INF}) {
          Problem p = new Problem(3, classes, Reduction.NONE, 0, 1, false);
          float[] z = logits(on, p);
          z[classes + place] = special;
          Result result = run(on, p, z, targets(on, p), false);
          for (int i = 0; i < 3; i++) {
            assertEquals(i == 1, Float.isNaN(result.loss[i]), special + " in row 1, loss " + i);
          }
          for (int i = 0; i < 3 * classes; i++) {
            assertEquals(i / classes == 1, Float.isNaN(result.dLogits[i]), "gradient " + i);
          }
          on.nextCase();
        }
        Problem p = new Problem(1, classes, Reduction.SUM, 0, 1, false);
        float[] z = new float[classes];
        z[place] = -INF;
        int other = classes - 1 - place;
        Result possible = run(on, p, z, new int[] {other}, false);
        double loss = Math.log(classes - 1);
        Accuracy.assertWithin("-inf beside", loss, 20 * EPS * loss, possible.loss[0]);
        assertEquals(0f, possible.dLogits[place]);
        Result impossible = run(on, p, z, new int[] {place}, false);
        assertEquals(INF, impossible.loss[0], "-inf at the target");
        assertEquals(-1f, impossible.dLogits[place]);
        on.nextCase();
      }
    }
  }

  /** The gradient against differences of the loss in double. */
  @EachBackend
  void gradientIsTheSlopeOfTheLoss(Subject on) {
    for (Reduction reduction : new Reduction[] {Reduction.MEAN, Reduction.SUM}) {
      Problem p = new Problem(4, 6, reduction, 0.2f, 1, true);
      float[] z = on.signed(24);
      int[] targets = {5, 0, IGNORED, 3};
      float[] gradient = run(on, p, z, targets, false).dLogits;
      CrossEntropyOracle oracle = new CrossEntropyOracle(4, 6, reduction, 0.2f, 1, IGNORED);
      double step = 1e-4;
      for (int i = 0; i < 24; i++) {
        double[] moved = Exact.toDoubles(z);
        moved[i] += step;
        oracle.compute(moved, targets);
        double above = oracle.loss[0];
        moved[i] -= 2 * step;
        oracle.compute(moved, targets);
        double slope = (above - oracle.loss[0]) / (2 * step);
        // Third derivatives are below 1, so the difference is off by at most step^2 / 6.
        Accuracy.assertWithin("slope at " + i, slope, 20 * EPS + step * step, gradient[i]);
      }
    }
  }

  @EachBackend
  void sameBitsAgainAndOnAnyNumberOfThreads(Subject on) {
    for (int[] shape : new int[][] {{300, 1000}, {5000, 10}, {3, 70_001}, {2, 65_536}}) {
      Problem p = new Problem(shape[0], shape[1], Reduction.MEAN, 0.1f, 1, true);
      float[] z = logits(on, p);
      int[] targets = targets(on, p);
      Determinism.check(on, "gradient of " + p, () -> run(on, p, z, targets, false).dLogits);
      Determinism.check(on, "loss of " + p, () -> run(on, p, z, targets, false).loss);
      on.nextCase();
    }
  }

  @Test
  void mismatchesAreNamed() {
    try (Workspace w = Subject.usable().get(0).device().workspace()) {
      Tensor logits = w.tensor(4, 3);
      String message =
          assertThrows(
                  IllegalArgumentException.class,
                  () ->
                      new SoftmaxCrossEntropy(
                          logits,
                          w.labels(7, 5),
                          Reduction.NONE,
                          1,
                          1,
                          w.tensor(1),
                          w.tensor(3, 4)))
              .getMessage();
      assertEquals(
          "softmaxCrossEntropy: targets has 5 elements, not 4; targets must be labels of at most 3"
              + " classes; their bound is 7; labelSmoothing is 1.0, not in [0, 1); loss has 1"
              + " elements, not 4; dLogits is 3x4, not 4x3",
          message);
      message =
          assertThrows(
                  IllegalArgumentException.class,
                  () ->
                      new SoftmaxCrossEntropy(
                          logits, w.ints(4), logits.reshape(12).rows(0, 1), logits))
              .getMessage();
      assertTrue(message.contains("not set (make them with labels())"), message);
      assertTrue(message.contains("loss and logits share memory"), message);
      assertTrue(message.contains("loss and dLogits share memory"), message);
    }
  }

  @Test
  void labelsOutOfRangeAreRefusedWhenTheyAreMade() {
    try (Workspace w = Subject.usable().get(0).device().workspace()) {
      IntTensor labels = w.labelsIgnoring(IGNORED, 3, 4).copyFrom(0, 2, IGNORED, 1);
      for (int wrong : new int[] {3, -1, Integer.MIN_VALUE, Integer.MAX_VALUE}) {
        String message =
            assertThrows(IllegalArgumentException.class, () -> labels.copyFrom(0, 1, wrong, 2))
                .getMessage();
        assertTrue(message.contains("value " + wrong + " at position 2"), message);
      }
      assertEquals(2, labels.toArray()[1], "nothing was copied");
    }
  }
}
