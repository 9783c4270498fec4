package io.talus.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.talus.Device;
import io.talus.Devices;
import io.talus.data.DataFolder;
import io.talus.data.Dataset;
import io.talus.data.Digits;
import io.talus.data.Folds;
import io.talus.data.Normalization;
import io.talus.op.Activation;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class CrossValidationTest {
  private final Device device = Devices.require("java");

  private Supplier<Network> networks(Dataset data) {
    return () ->
        Network.builder(data.inputs())
            .dense(12, Activation.RELU)
            .classes(data.classes())
            .seed(1)
            .build(device);
  }

  /** The features are the row's number, so that each fold can be known by what it got. */
  @Test
  void everyExampleIsHeldOutOnceAndNeverLearnedFromThen() {
    int rows = 37;
    float[] numbers = new float[rows];
    int[] labels = new int[rows];
    for (int row = 0; row < rows; row++) {
      numbers[row] = row;
      labels[row] = row % 3;
    }
    Dataset data = Dataset.of(numbers, labels, 3);
    List<Dataset.Split> seen = new ArrayList<>();
    CrossValidation validation =
        new CrossValidation(quiet(1))
            .folds(Folds.of(4))
            .prepare(
                split -> {
                  seen.add(split);
                  return split;
                });
    CrossValidation.Result result = validation.run(networks(data), data);
    assertEquals(4, result.folds().size());
    assertEquals(rows, result.together().rows());
    int[] heldOut = new int[rows];
    for (int fold = 0; fold < 4; fold++) {
      Dataset.Split split = seen.get(fold);
      assertEquals(rows, split.training().rows() + split.heldOut().rows());
      assertEquals(split.training().rows(), result.folds().get(fold).trainingRows());
      boolean[] apart = new boolean[rows];
      for (float number : split.heldOut().features()) {
        heldOut[(int) number]++;
        apart[(int) number] = true;
      }
      for (float number : split.training().features()) {
        assertFalse(apart[(int) number], "fold " + fold + " learns from what it holds out");
      }
      for (int count : split.heldOut().classCounts()) {
        assertTrue(count == 3 || count == 4, () -> "a class has " + count + " in a fold");
      }
    }
    assertArrayEquals(IntStream.range(0, rows).map(i -> 1).toArray(), heldOut);
    assertEquals(0, device.memoryBytes());
  }

  @Test
  void tellsMeanAndDeviationOfRealFolds() throws IOException {
    Dataset digits = Digits.read(DataFolder.require("digits/digits.csv.gz"));
    List<String> heard = new ArrayList<>();
    CrossValidation validation =
        new CrossValidation(quiet(8).batch(32))
            .folds(Folds.of(3))
            .seed(5)
            .prepare(Normalization::apply)
            .listener(fold -> heard.add(fold.toString()));
    CrossValidation.Result result = validation.run(networks(digits), digits);
    double sum = 0;
    for (CrossValidation.Fold fold : result.folds()) {
      assertEquals(8, fold.history().epochs().size());
      assertEquals(599, fold.heldOut().rows());
      sum += fold.heldOut().accuracy();
    }
    assertEquals(sum / 3, result.accuracy().mean(), 1e-15);
    assertTrue(result.accuracy().mean() > 0.9, result::toString);
    assertTrue(result.accuracy().deviation() < 0.03, result::toString);
    assertTrue(result.top5Accuracy().mean() > 0.98);
    assertEquals(result.accuracy().mean(), result.together().accuracy(), 1e-15);
    assertTrue(heard.get(2).startsWith("fold 3: 9"), heard::toString);
    CrossValidation.Result again = validation.run(networks(digits), digits);
    assertEquals(result.toString(), again.toString());
  }

  @Test
  void refusesAnEmptyClassBeforeAnyTraining() {
    Dataset data = Dataset.of(new float[9], new int[] {0, 0, 0, 0, 0, 1, 1, 1, 1}, 2);
    Supplier<Network> none =
        () -> {
          throw new AssertionError("nothing should be trained");
        };
    String refusal =
        assertThrows(
                IllegalArgumentException.class, () -> new CrossValidation(quiet(1)).run(none, data))
            .getMessage();
    assertTrue(refusal.startsWith("class 1 has 4 examples, so that it would be empty"), refusal);
  }

  @Test
  void advisesOnceForAllFolds() {
    Dataset data = Examples.noise(60, 4, 3);
    List<String> heard = new ArrayList<>();
    TrainingLoop loop = new TrainingLoop().epochs(1).listener(hearing(heard));
    new CrossValidation(loop).folds(Folds.of(2)).run(networks(data), data);
    assertEquals(1, heard.size());
    assertTrue(heard.get(0).startsWith("3 of 3 classes have fewer than 100"), heard::toString);
  }

  @Test
  void meanAndDeviation() {
    MeanDeviation four = MeanDeviation.of(1, 2, 4, 5);
    assertEquals(3, four.mean(), 1e-15);
    assertEquals(Math.sqrt(10 / 3.0), four.deviation(), 1e-15);
    assertEquals("3.0000 +- 1.8257", four.toString());
    assertTrue(Double.isNaN(MeanDeviation.of(1).deviation()));
  }

  @Test
  void moreExamplesMakeItBetter() throws IOException {
    Dataset.Split digits = Digits.read(DataFolder.require("digits/digits.csv.gz")).split(0.3, 1);
    LearningCurve curve =
        LearningCurve.of(quiet(15).batch(16), networks(digits.training()), digits, 3, 1, 0.05);
    assertEquals(63, curve.points().get(0).rows());
    assertEquals(1258, curve.points().get(1).rows());
    double few = curve.points().get(0).heldOut().accuracy();
    double all = curve.points().get(1).heldOut().accuracy();
    assertTrue(few < 0.85 && all > 0.9, () -> few + " of few, " + all + " of all");
    assertThrows(
        IllegalArgumentException.class,
        () -> LearningCurve.of(quiet(1), networks(digits.training()), digits, 3, 1.1));
  }

  private static TrainingLoop quiet(int epochs) {
    return new TrainingLoop().epochs(epochs).listener(hearing(new ArrayList<>()));
  }

  private static TrainingListener hearing(List<String> heard) {
    return new TrainingListener() {
      @Override
      public void advised(String advice) {
        heard.add(advice);
      }
    };
  }
}
