package io.talus.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.talus.Device;
import io.talus.Devices;
import io.talus.data.Dataset;
import io.talus.data.Folds;
import io.talus.data.ImageShape;
import io.talus.data.MalformedFileException;
import io.talus.data.Normalization;
import io.talus.op.Activation;
import io.talus.op.ImageChanges;
import io.talus.tensor.Tensor;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KeptTrainingsTest {
  private static final ImageShape IMAGE = new ImageShape(3, 2, 1);
  private static final int FOLDS = 3;
  private static final int EPOCHS = 2;
  private static final Dataset DATA = images(39);

  private final Device device = Devices.require("java");
  private final AtomicInteger batchesDone = new AtomicInteger();
  @TempDir Path folder;

  private static Dataset images(int rows) {
    Dataset noise = Examples.noise(rows, IMAGE.size(), 3);
    return Dataset.ofImages(noise.features(), noise.labels(), 3, IMAGE);
  }

  private Supplier<Network> networks(long seed) {
    return () ->
        Network.builder(IMAGE)
            .dense(5, Activation.RELU)
            .dropout(0.2f)
            .classes(3)
            .seed(seed)
            .build(device);
  }

  /** With all that goes on from step to step; batches of 10 of 26. */
  private TrainingLoop loop() {
    return new TrainingLoop()
        .epochs(EPOCHS)
        .batch(10)
        .seed(4)
        .optimizer(Optimizer.adamW(0.01f, 0.1f))
        .schedule(Schedule.cosine())
        .averageWeights(0.9f)
        .listener(
            new TrainingListener() {
              @Override
              public void advised(String advice) {}

              @Override
              public void batchDone(int epoch, int batch, int batches, float loss) {
                batchesDone.incrementAndGet();
              }
            });
  }

  private static CrossValidation validation(TrainingLoop loop) {
    return new CrossValidation(loop).folds(Folds.of(FOLDS)).seed(5).prepare(Normalization::apply);
  }

  private KeptTrainings kept(String name) throws IOException {
    return KeptTrainings.in(folder.resolve(name));
  }

  /** Everything but times, to the bit. */
  private static String bits(Evaluation evaluation) {
    return Double.toHexString(evaluation.loss())
        + Arrays.deepToString(evaluation.confusion())
        + Arrays.toString(evaluation.ranks())
        + evaluation.rows();
  }

  private static String bits(EpochResult epoch) {
    return epoch.epoch()
        + Double.toHexString(epoch.dataLoss())
        + epoch.heldOut().map(KeptTrainingsTest::bits).orElse("");
  }

  private static List<String> bits(CrossValidation.Result result) {
    List<String> bits = new ArrayList<>();
    for (CrossValidation.Fold fold : result.folds()) {
      bits.add(fold.fold() + " of " + fold.trainingRows() + bits(fold.heldOut()));
      fold.history().epochs().forEach(epoch -> bits.add(bits(epoch)));
    }
    return bits;
  }

  private static List<String> bits(LearningCurve curve) {
    return curve.points().stream()
        .map(point -> point.rows() + bits(point.training()) + bits(point.heldOut()))
        .toList();
  }

  /**
   * Stops again and again, each time after so many batches, until work is done.
   *
   * @param work gives what is done, as bits; fewer than all where it was stopped
   * @return all of it
   */
  private List<String> inPieces(int batches, int whole, Function<TrainingLoop, List<String>> work) {
    List<String> bits = List.of();
    for (int piece = 0; bits.size() < whole; piece++) {
      assertTrue(piece < 200, () -> "it does not get on, " + batches + " batches at a time");
      AtomicInteger asked = new AtomicInteger();
      bits = work.apply(loop().stopWhen(() -> asked.incrementAndGet() >= batches));
    }
    return bits;
  }

  @Test
  void aCrossValidationInPiecesHasTheBitsOfAWholeOne() throws IOException {
    List<String> whole = bits(validation(loop()).run(networks(1), DATA));
    assertEquals(FOLDS * (1 + EPOCHS), whole.size());
    int batches = batchesDone.getAndSet(0);
    // Until the last of these, which is asked once too often, stops lie everywhere: within an
    // epoch, at its end, at a fold's end, between folds.
    for (int count = 1; count <= 25; count++) {
      KeptTrainings kept = kept("pieces" + count);
      List<String> pieces =
          inPieces(
              count,
              whole.size(),
              loop -> bits(validation(loop).keep(kept).run(networks(1), DATA)));
      assertEquals(whole, pieces, "stopped after every " + count);
      assertEquals(batches, batchesDone.getAndSet(0), "learned twice, or not at all");
      assertEquals(whole, bits(validation(loop()).keep(kept).run(networks(1), DATA)));
      assertEquals(0, batchesDone.get(), "what is done is read");
    }
  }

  @Test
  void soHasALearningCurve() throws IOException {
    Dataset.Split parts = DATA.stratifiedSplit(0.3, 1);
    double[] shares = {0.3, 0.6, 1};
    List<String> whole = bits(LearningCurve.of(loop(), networks(1), parts, 2, shares));
    int batches = batchesDone.getAndSet(0);
    for (int count : new int[] {1, 2, 5, 6, 99}) {
      KeptTrainings kept = kept("curve" + count);
      List<String> pieces =
          inPieces(
              count,
              whole.size(),
              loop -> bits(LearningCurve.of(kept, loop, networks(1), parts, 2, shares)));
      assertEquals(whole, pieces, "stopped after every " + count);
      assertEquals(batches, batchesDone.getAndSet(0));
    }
  }

  @Test
  void aTrainingGivesItsNetworkHoweverOftenItIsAsked() throws IOException {
    KeptTrainings kept = kept("last");
    try (Network whole = networks(1).get();
        Network first = networks(1).get();
        Network second = networks(1).get();
        Network third = networks(1).get()) {
      History expected = loop().train(whole, DATA);
      assertFalse(expected.isStopped());
      AtomicInteger asked = new AtomicInteger();
      TrainingLoop stopped = loop().stopWhen(() -> asked.incrementAndGet() >= 3);
      assertTrue(kept.train("final", stopped, first, DATA).isStopped());
      History history = kept.train("final", loop(), second, DATA);
      assertFalse(history.isStopped());
      assertArrayEquals(expected.dataLosses(), history.dataLosses());
      assertArrayEquals(whole.values().toArray(), second.values().toArray());
      batchesDone.set(0);
      kept.train("final", loop(), third, DATA);
      assertEquals(0, batchesDone.get());
      assertArrayEquals(whole.values().toArray(), third.values().toArray());
      assertThrows(
          IllegalArgumentException.class, () -> kept.train("../final", loop(), third, DATA));
    }
  }

  @Test
  void whatIsStoppedTellsOfTheFoldsThatAreDone() {
    int batchesOfFold = EPOCHS * 3;
    int asksOfFold = batchesOfFold + EPOCHS;
    AtomicInteger asked = new AtomicInteger();
    TrainingLoop loop = loop().stopWhen(() -> asked.incrementAndGet() > asksOfFold);
    CrossValidation.Result result = validation(loop).run(networks(1), DATA);
    assertEquals(1, result.folds().size());
    assertEquals(batchesOfFold + 1, batchesDone.get(), "one batch of the second fold");
    CrossValidation.Result none = validation(loop().stopWhen(() -> true)).run(networks(1), DATA);
    assertTrue(Double.isNaN(none.accuracy().mean()));
    assertThrows(IllegalStateException.class, none::together);
  }

  private String refused(CrossValidation validation, Supplier<Network> networks, Dataset data) {
    UncheckedIOException refused =
        assertThrows(UncheckedIOException.class, () -> validation.run(networks, data));
    assertEquals(MalformedFileException.class, refused.getCause().getClass());
    Path file = folder.resolve("kept").resolve("fold-1.training.safetensors");
    assertTrue(refused.getMessage().startsWith(file + ": "), refused.getMessage());
    return refused.getMessage();
  }

  private Map<String, TrainingLoop> otherLoops() {
    ImageChanges mirrored = ImageChanges.NONE.mirrored();
    Map<String, TrainingLoop> loops = new LinkedHashMap<>();
    loops.put("the number of epochs is 2 there, 3 here", loop().epochs(3));
    loops.put("the batch is 10 there, 11 here", loop().batch(11));
    loops.put("the seed is 4 there, 5 here", loop().seed(5));
    loops.put("the optimizer is ", loop().optimizer(Optimizer.adamW(0.011f, 0.1f)));
    loops.put("the checksum of the schedule is ", loop().schedule(Schedule.oneCycle()));
    loops.put("the strength of L2 is 0.0 there, 0.5 here", loop().l2(0.5f));
    loops.put("the strength of L1 is 0.0 there, 0.5 here", loop().l1(0.5f));
    loops.put("the label smoothing is 0.0 there, 0.1 here", loop().labelSmoothing(0.1f));
    loops.put("the norm to clip to is Infinity there, 1.0 here", loop().clipNorm(1));
    loops.put("the decay of averages is 0.9 there, 0.8 here", loop().averageWeights(0.8f));
    loops.put("the augmentation is none", loop().augment(new Augmentation(IMAGE, mirrored, 1)));
    loops.put("the mixup is none", loop().mixup(new Mixup(0.2f, 1)));
    loops.put("the early stopping is none", loop().earlyStopping(EarlyStopping.byLoss(2)));
    return loops;
  }

  private static Dataset changed(boolean isFeature) {
    float[] features = DATA.features();
    int[] labels = DATA.labels();
    if (isFeature) {
      features[7]++;
    } else {
      // Two examples of different classes are taken for each other's.
      int last = labels.length - 1;
      int other =
          IntStream.range(0, last).filter(i -> labels[i] != labels[last]).findFirst().orElseThrow();
      int label = labels[last];
      labels[last] = labels[other];
      labels[other] = label;
    }
    return Dataset.ofImages(features, labels, 3, IMAGE);
  }

  /** The same network, one of whose parameters is another. */
  private Supplier<Network> shifted() {
    return () -> {
      Network network = networks(1).get();
      Tensor bias = network.parameter(0, 1);
      float[] values = bias.toArray();
      values[2] += 0.5f;
      bias.copyFrom(values);
      return network;
    };
  }

  /** Of a fold that is done, and of one that was stopped in its second epoch. */
  @Test
  void otherTrainingsAreRefusedWithWhatDiffers() throws IOException {
    for (int stopAfter : new int[] {9, 5}) {
      KeptTrainings kept = kept("kept");
      kept.delete();
      AtomicInteger asked = new AtomicInteger();
      validation(loop().stopWhen(() -> asked.incrementAndGet() >= stopAfter))
          .keep(kept)
          .run(networks(1), DATA);
      for (Map.Entry<String, TrainingLoop> other : otherLoops().entrySet()) {
        String refusal = refused(validation(other.getValue()).keep(kept), networks(1), DATA);
        assertTrue(refusal.contains(" of another training: " + other.getKey()), refusal);
      }
      CrossValidation same = validation(loop()).keep(kept);
      for (boolean isFeature : new boolean[] {true, false}) {
        String refusal = refused(same, networks(1), changed(isFeature));
        assertTrue(refusal.contains(" rows of 6 features, 3 classes, with checksum "), refusal);
      }
      assertTrue(refused(same, shifted(), DATA).contains("parameters to begin with is "));
      Supplier<Network> others = () -> Network.builder(IMAGE).classes(3).build(device);
      assertTrue(refused(same, others, DATA).matches(".*(another network: |the network is ).*"));
      CrossValidation fewer = validation(loop()).folds(Folds.of(2)).keep(kept);
      assertTrue(refused(fewer, networks(1), DATA).contains("number of folds is 3 there, 2 here"));
      CrossValidation dealt = validation(loop()).seed(6).keep(kept);
      assertTrue(refused(dealt, networks(1), DATA).contains("what is learned from is "));
      assertEquals(FOLDS, same.run(networks(1), DATA).folds().size(), "nothing was harmed");
    }
  }

  @Test
  void damagedFilesAreRefused() throws IOException {
    KeptTrainings kept = kept("kept");
    validation(loop()).keep(kept).run(networks(1), DATA);
    Path file = folder.resolve("kept").resolve("fold-1.training.safetensors");
    byte[] whole = Files.readAllBytes(file);
    batchesDone.set(0);
    CrossValidation again = validation(loop()).keep(kept);
    for (int length = 0; length < whole.length; length += 97) {
      Files.write(file, Arrays.copyOf(whole, length));
      refused(again, networks(1), DATA);
    }
    for (int at = 0; at < whole.length; at += 7) {
      byte[] flipped = whole.clone();
      flipped[at] ^= 1;
      Files.write(file, flipped);
      refused(again, networks(1), DATA);
    }
    assertEquals(0, batchesDone.get());
  }

  @Test
  void isEmptyUntilSomethingIsKeptAndAgainWhenItIsLetGo() throws IOException {
    Path made = folder.resolve("new").resolve("folder");
    KeptTrainings kept = KeptTrainings.in(made);
    Files.writeString(made.resolve("notes.txt"), "mine");
    assertTrue(kept.isEmpty());
    validation(loop()).keep(kept).run(networks(1), DATA);
    assertFalse(kept.isEmpty());
    try (var files = Files.list(made)) {
      assertEquals(FOLDS + 1, files.count(), "a file for each fold, and no checkpoint beside them");
    }
    kept.delete();
    assertTrue(kept.isEmpty());
    assertEquals("mine", Files.readString(made.resolve("notes.txt")));
  }
}
