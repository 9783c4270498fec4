package io.talus.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

class NormalizationTest {

  @Test
  void normalizesByWhatTheTrainingPartSaysAlone() {
    Dataset training = Dataset.of(new float[] {1, 7, 3, 7, 5, 7, 7, 7}, new int[4], 1);
    Dataset heldOut = Dataset.of(new float[] {4, 100}, new int[1], 1);
    Dataset.Split split = Normalization.apply(new Dataset.Split(training, heldOut));
    float step = (float) Math.sqrt(5);
    assertArrayEquals(
        new float[] {-3 / step, 0, -1 / step, 0, 1 / step, 0, 3 / step, 0},
        split.training().features(),
        1e-7f);
    assertArrayEquals(new float[] {0, 93}, split.heldOut().features());
    Normalization normalization = Normalization.of(training);
    assertArrayEquals(new float[] {4, 7}, normalization.means());
    assertArrayEquals(new float[] {step, 1}, normalization.deviations(), 1e-7f);
  }

  /** Two images of 1x2 pixels with two channels: all four values of a channel count. */
  @Test
  void imagesAreNormalizedByChannel() {
    float[] pixels = {0, 10, 2, 10, 4, 30, 6, 30};
    Dataset images = Dataset.ofImages(pixels, new int[2], 1, new ImageShape(1, 2, 2));
    assertArrayEquals(new float[] {3, 20}, Normalization.of(images).means());
    assertArrayEquals(
        new float[] {(float) Math.sqrt(5), 10}, Normalization.of(images).deviations(), 1e-7f);
    assertArrayEquals(new float[] {2, 20, 4, 20}, Normalization.byFeature(images).means());
    assertEquals(images.image(), Normalization.of(images).apply(images).image());
  }

  /** In float the sum of a hundred thousand of these would be off, and the deviation not 0. */
  @Test
  void valuesThatNeverChangeBecomeZero() {
    float[] same = new float[100_000];
    Arrays.fill(same, 0.1f);
    Dataset data = Dataset.of(same, new int[same.length], 1);
    assertArrayEquals(new float[same.length], Normalization.of(data).apply(data).features());
  }

  /**
   * Two features with a million of offset and one around 0, of so many examples that they are taken
   * in parts, the last of which is smaller.
   */
  @Test
  void ofManyExamplesItIsThatInTwoPasses() {
    int rows = 64 * 70 + 13;
    Random random = new Random(5);
    float[] features = new float[3 * rows];
    for (int i = 0; i < features.length; i++) {
      features[i] = (float) (random.nextGaussian() * (1 + i % 3) + (i % 3 == 2 ? 0 : 1e6 + i / 3));
    }
    Dataset data = Dataset.of(features, new int[rows], 1);
    Normalization found = Normalization.of(data);
    for (int kind = 0; kind < 3; kind++) {
      double mean = 0;
      for (int row = 0; row < rows; row++) {
        mean += (double) data.feature(row, kind) / rows;
      }
      double squares = 0;
      for (int row = 0; row < rows; row++) {
        squares += (data.feature(row, kind) - mean) * (data.feature(row, kind) - mean);
      }
      double deviation = Math.sqrt(squares / rows);
      // Both are rounded to float; the mean itself is off by its sum's rounding.
      assertEquals(mean, found.means()[kind], Math.ulp((float) mean) + 1e-9 * Math.abs(mean));
      assertEquals(deviation, found.deviations()[kind], Math.ulp((float) deviation));
    }
    Normalization again = Normalization.of(data);
    assertArrayEquals(found.means(), again.means(), "the parts depend on the examples alone");
    assertArrayEquals(found.deviations(), again.deviations());
  }

  @Test
  void refusesOtherFeatures() {
    Normalization two = Normalization.of(Dataset.of(new float[] {1, 2}, new int[1], 1));
    assertEquals(
        "normalization: 3 values do not make rows of 2 features, as those had that it was made"
            + " from",
        assertThrows(IllegalArgumentException.class, () -> two.apply(new float[3])).getMessage());
    Dataset one = Dataset.of(new float[] {1, 2}, new int[2], 1);
    assertThrows(IllegalArgumentException.class, () -> two.apply(one));
  }
}
