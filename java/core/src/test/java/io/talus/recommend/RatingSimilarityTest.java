package io.talus.recommend;

import static io.talus.recommend.Golden.RATINGS;
import static io.talus.recommend.Golden.W;
import static io.talus.recommend.Golden.X;
import static io.talus.recommend.Golden.Y;
import static io.talus.recommend.Golden.Z;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.talus.Device;
import io.talus.op.Support;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Worked by hand on {@link Golden}, among items. */
class RatingSimilarityTest {
  private static final String DEVICES = "io.talus.recommend.RecommendDevices#all";
  private static final double EPS = 1e-6;

  /** Expected: index, similarity, index, similarity, ... */
  private static void assertRow(
      Device device, RatingSimilarity similarity, int row, double... expected) {
    List<Scored> similar = Knn.ofItems(similarity, 3).fit(device, RATINGS).similarItems(row, 3);
    assertEquals(expected.length / 2, similar.size(), similarity + ", row " + row + ": " + similar);
    for (int rank = 0; rank < similar.size(); rank++) {
      String place = similarity + ", row " + row + ", rank " + rank + ": " + similar;
      assertEquals((int) expected[2 * rank], similar.get(rank).index(), place);
      assertEquals(expected[2 * rank + 1], similar.get(rank).score(), EPS, place);
    }
  }

  @ParameterizedTest
  @MethodSource(DEVICES)
  void jaccardAndTanimoto(Device device) {
    assertRow(device, RatingSimilarity.JACCARD, W, X, 1, Z, 1 / 3.0);
    assertRow(device, RatingSimilarity.JACCARD, Y, Z, 1 / 2.0);
    assertRow(device, RatingSimilarity.JACCARD, Z, Y, 1 / 2.0, W, 1 / 3.0, X, 1 / 3.0);
    assertRow(device, RatingSimilarity.TANIMOTO, W, X, 24 / 26.0, Z, 16 / 34.0);
    assertRow(device, RatingSimilarity.TANIMOTO, Z, W, 16 / 34.0, X, 12 / 38.0, Y, 6 / 23.0);
  }

  @ParameterizedTest
  @MethodSource(DEVICES)
  void conditionalProbability(Device device) {
    assertRow(device, RatingSimilarity.CONDITIONAL_PROBABILITY, W, X, 1, Z, 1 / 2.0);
    assertRow(device, RatingSimilarity.CONDITIONAL_PROBABILITY, Y, Z, 1);
    assertRow(
        device, RatingSimilarity.CONDITIONAL_PROBABILITY, Z, W, 1 / 2.0, X, 1 / 2.0, Y, 1 / 2.0);
  }

  /** Less the users' means: w -1/2 1/3, x 1/2 -2/3 (ann, bob); z and y have one user each alike. */
  @ParameterizedTest
  @MethodSource(DEVICES)
  void adjustedCosine(Device device) {
    double wx = (-1 / 4.0 - 2 / 9.0) / Math.sqrt((1 / 4.0 + 1 / 9.0) * (1 / 4.0 + 4 / 9.0));
    assertRow(device, RatingSimilarity.ADJUSTED_COSINE, W, Z, 1, X, wx);
    assertRow(device, RatingSimilarity.ADJUSTED_COSINE, Y, Z, -1);
  }

  @ParameterizedTest
  @MethodSource(DEVICES)
  void pearsonAgainstBaselines(Device device) {
    Baselines b = Baselines.fit(RATINGS);
    double w0 = 3 - b.value(0, W);
    double w2 = 4 - b.value(2, W);
    double x0 = 4 - b.value(0, X);
    double x2 = 3 - b.value(2, X);
    double cosine = (w0 * x0 + w2 * x2) / Math.sqrt((w0 * w0 + w2 * w2) * (x0 * x0 + x2 * x2));
    // One common column leaves (1 - 1) / 100 of a similarity, which is none.
    assertRow(device, RatingSimilarity.PEARSON_BASELINE, W, X, cosine * 1 / 101);
  }

  @ParameterizedTest
  @MethodSource(DEVICES)
  void tooLittleIsLeftOut(Device device) {
    assertRow(device, RatingSimilarity.COSINE.atLeast(0.5f), Z, W, 16 / 25.0, Y, 6 / 10.0);
    assertRow(device, RatingSimilarity.CONDITIONAL_PROBABILITY.atLeast(0.6f), Z);
    double tanimoto = 24 / 26.0;
    assertRow(device, RatingSimilarity.TANIMOTO.atLeast(0.9f), W, X, tanimoto);
  }

  /** Of whole rows too: w and x have two users in common, all other pairs one or none. */
  @ParameterizedTest
  @MethodSource(DEVICES)
  void supportHoldsBack(Device device) {
    RatingSimilarity two = RatingSimilarity.JACCARD.supported(Support.atLeast(2));
    assertRow(device, two, W, X, 1);
    assertRow(device, two, Z);
    RatingSimilarity shrunk = RatingSimilarity.COSINE.supported(Support.ANY.shrunk(2));
    assertRow(device, shrunk, W, X, 24 / 25.0 / 2, Z, 16 / 25.0 / 3);
    RatingSimilarity afterTheFirst =
        RatingSimilarity.COSINE.supported(Support.ANY.shrunkAfterTheFirst(3));
    assertRow(device, afterTheFirst, W, X, 24 / 25.0 / 4);
    RatingSimilarity euclidean = RatingSimilarity.EUCLIDEAN.supported(Support.atLeast(2));
    assertRow(device, euclidean, W, X, 1 / (1 + Math.sqrt(2)));
    RatingSimilarity share = RatingSimilarity.CONDITIONAL_PROBABILITY.supported(Support.atLeast(2));
    assertRow(device, share, W, X, 1);
  }

  @Test
  void namesAndErrors() {
    assertEquals(11, RatingSimilarity.byName().size());
    assertEquals(
        "TANIMOTO of PRESENCE, at least 0.5",
        RatingSimilarity.byName().get("jaccard").atLeast(0.5f).toString());
    assertThrows(IllegalArgumentException.class, () -> RatingSimilarity.DOT.atLeast(Float.NaN));
  }
}
