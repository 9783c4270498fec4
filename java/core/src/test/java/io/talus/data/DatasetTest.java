package io.talus.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class DatasetTest {
  private static final Dataset SIX =
      Dataset.of(
          new float[] {0, 0.5f, 1, 1.5f, 2, 2.5f, 3, 3.5f, 4, 4.5f, 5, 5.5f},
          new int[] {0, 1, 2, 0, 1, 2},
          3);

  private static String refusal(float[] features, int[] labels, int classes) {
    return assertThrows(IllegalArgumentException.class, () -> Dataset.of(features, labels, classes))
        .getMessage();
  }

  @Test
  void knowsItsExamples() {
    assertEquals(6, SIX.rows());
    assertEquals(2, SIX.inputs());
    assertEquals(2.5f, SIX.feature(2, 1));
    assertEquals(1, SIX.label(4));
    assertArrayEquals(new int[] {2, 2, 2}, SIX.classCounts());
    assertEquals("6 rows of 2 features, 3 classes", SIX.toString());
  }

  @Test
  void refusesWhatCannotBeLearnedFromAndSaysWhere() {
    assertEquals(
        "dataset: feature 1 of row 1 is NaN",
        refusal(new float[] {0, 1, 2, Float.NaN}, new int[2], 2));
    assertEquals(
        "dataset: feature 0 of row 1 is Infinity",
        refusal(new float[] {0, Float.POSITIVE_INFINITY}, new int[2], 2));
    assertEquals(
        "dataset: the label of row 1 is 2, not one of 0..1",
        refusal(new float[4], new int[] {1, 2}, 2));
    assertEquals(
        "dataset: the label of row 0 is -1, not one of 0..1",
        refusal(new float[4], new int[] {-1, 0}, 2));
    assertEquals(
        "dataset: 5 features do not make as many for each of 2 labels",
        refusal(new float[5], new int[2], 2));
    assertEquals(
        "dataset: 0 features do not make as many for each of 0 labels",
        refusal(new float[0], new int[0], 2));
    assertEquals("dataset: 0 classes; at least 1 is needed", refusal(new float[2], new int[2], 0));
    assertEquals(
        "dataset: 2 images of 2x2x1 have 8 values, not 7",
        assertThrows(
                IllegalArgumentException.class,
                () -> Dataset.ofImages(new float[7], new int[2], 2, new ImageShape(2, 2, 1)))
            .getMessage());
  }

  @Test
  void splitKeepsEveryExampleOnOneSide() {
    Dataset.Split split = SIX.split(1 / 3.0, 5);
    assertEquals(2, split.heldOut().rows());
    assertEquals(4, split.training().rows());
    int[] firstFeatures =
        Stream.of(split.training(), split.heldOut())
            .flatMapToInt(
                part -> IntStream.range(0, part.rows()).map(row -> (int) part.feature(row, 0)))
            .sorted()
            .toArray();
    assertArrayEquals(new int[] {0, 1, 2, 3, 4, 5}, firstFeatures);
    assertArrayEquals(split.training().labels(), SIX.split(1 / 3.0, 5).training().labels());
  }

  @Test
  void splitLeavesNoSideEmpty() {
    assertEquals(1, SIX.split(0.001, 1).heldOut().rows());
    assertEquals(1, SIX.split(0.999, 1).training().rows());
    for (double share : new double[] {0, 1, -1, Double.NaN}) {
      assertThrows(IllegalArgumentException.class, () -> SIX.split(share, 1));
    }
  }

  /** Of 40, 10, 3 and no examples a quarter is 10, 2 or 3, and 1. */
  @Test
  void stratifiedSplitSetsTheSameShareOfEachClassAside() {
    int[] labels = new int[53];
    float[] features = new float[labels.length];
    for (int i = 0; i < labels.length; i++) {
      labels[i] = i < 40 ? 0 : i < 50 ? 2 : 3;
      features[i] = i;
    }
    Dataset data = Dataset.of(features, labels, 4);
    Dataset.Split split = data.stratifiedSplit(0.25, 5);
    assertArrayEquals(new int[] {10, 0, 3, 1}, split.heldOut().classCounts());
    assertArrayEquals(new int[] {30, 0, 7, 2}, split.training().classCounts());
    int[] all =
        Stream.of(split.training(), split.heldOut())
            .flatMapToInt(
                part -> IntStream.range(0, part.rows()).map(row -> (int) part.feature(row, 0)))
            .sorted()
            .toArray();
    assertArrayEquals(IntStream.range(0, 53).toArray(), all);
    Dataset.Split other = data.stratifiedSplit(0.25, 6);
    assertTrue(!Arrays.equals(split.heldOut().features(), other.heldOut().features()));
    assertArrayEquals(
        new int[] {39, 0, 9, 2}, data.stratifiedSplit(0.999, 1).heldOut().classCounts());
  }

  @Test
  void stratifiedSplitRefusesWhatCannotBeOnBothSides() {
    Dataset data = Dataset.of(new float[3], new int[] {0, 0, 1}, 2);
    assertEquals(
        "split: class 1 has 1 example, which cannot be on both sides",
        assertThrows(IllegalArgumentException.class, () -> data.stratifiedSplit(0.5, 1))
            .getMessage());
    assertThrows(IllegalArgumentException.class, () -> SIX.stratifiedSplit(1, 1));
  }

  /** The same examples, but seen where they are. */
  @Test
  void partsAreThoseOfAStratifiedSplit() {
    float[] features = new float[60];
    int[] labels = new int[30];
    for (int row = 0; row < 30; row++) {
      features[2 * row] = row;
      features[2 * row + 1] = -row;
      labels[row] = row % 3;
    }
    Dataset data = Dataset.of(features, labels, 3);
    Dataset.Split split = data.stratifiedSplit(0.2, 7);
    ExampleSource noDataset =
        Normalization.of(2, new float[2], new float[] {1, 1}).apply((ExampleSource) data);
    ExampleSource.Parts parts = noDataset.parts(0.2, 7);
    assertEquals("24 of " + noDataset, parts.training().toString());
    for (boolean aside : new boolean[] {false, true}) {
      Dataset kept = aside ? split.heldOut() : split.training();
      ExampleSource seen = aside ? parts.heldOut() : parts.training();
      assertEquals(kept.rows(), seen.rows());
      assertEquals(2, seen.inputs());
      assertEquals(3, seen.classes());
      assertArrayEquals(kept.labels(), seen.labels());
      float[] read = new float[3];
      for (int row = 0; row < kept.rows(); row++) {
        seen.read(row, read, 1);
        assertEquals(kept.feature(row, 1), read[2]);
      }
    }
    assertTrue(data.parts(0.2, 7).training() instanceof Dataset, "a dataset's parts are datasets");
    assertThrows(IllegalArgumentException.class, () -> noDataset.select());
    assertThrows(IndexOutOfBoundsException.class, () -> noDataset.select(0, 30));
    assertThrows(IllegalArgumentException.class, () -> noDataset.parts(1, 7));
  }

  @Test
  void shufflingKeepsFeaturesAndLabelsTogether() {
    Dataset shuffled = SIX.shuffled(3);
    for (int row = 0; row < shuffled.rows(); row++) {
      assertEquals(SIX.label((int) shuffled.feature(row, 0)), shuffled.label(row));
    }
  }

  @Test
  void rangeIsTheRowsFromTo() {
    Dataset middle = SIX.range(2, 4);
    assertArrayEquals(new float[] {2, 2.5f, 3, 3.5f}, middle.features());
    assertArrayEquals(new int[] {2, 0}, middle.labels());
  }

  @Test
  void saysWhatToExpectOfFewExamplesAndManyClasses() {
    int[] labels = new int[51 * 100];
    for (int i = 0; i < labels.length; i++) {
      labels[i] = i % 51;
    }
    Dataset many = Dataset.of(new float[labels.length], labels, 51);
    assertEquals(1, many.advice().size());
    assertEquals(
        "51 classes are more than 50: expect far lower accuracy than the same network gets on 10"
            + " (guessing gets 2.0 %), most of it lost among classes that look alike; look at the"
            + " top-5 accuracy too",
        many.advice().get(0));
    int[] enough = Arrays.stream(labels).map(label -> label % 50).toArray();
    assertEquals(List.of(), Dataset.of(new float[labels.length], enough, 50).advice());
    int[] scarce = new int[199];
    Arrays.fill(scarce, 99, 199, 1);
    Dataset few = Dataset.of(new float[199], scarce, 2);
    assertEquals(1, few.advice().size());
    assertTrue(
        few.advice()
            .get(0)
            .startsWith("1 of 2 classes have fewer than 100 examples (class 0 has 99)"),
        few.advice().get(0));
  }

  @Test
  void aTestSetCountsHowOftenItIsOpened() {
    TestSet test = new TestSet(SIX);
    assertEquals(0, test.timesOpened());
    assertEquals(6, test.open().rows());
    assertEquals(1, test.timesOpened());
    test.open();
    assertEquals(2, test.timesOpened());
    assertEquals("test set of 6 rows of 2 features, 3 classes", test.toString());
  }
}
