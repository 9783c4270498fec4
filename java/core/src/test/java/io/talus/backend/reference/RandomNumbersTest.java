package io.talus.backend.reference;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

/** Philox's words against what its authors publish, and what is made of them against double. */
class RandomNumbersTest {
  private static final double TWO_POW_24 = 1 << 24;

  /** The known answers of Random123, file kat_vectors, philox4x32 with 10 rounds. */
  @Test
  void knownAnswers() {
    assertArrayEquals(
        new int[] {0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8},
        RandomNumbers.block(0, 0, 0, 0));
    assertArrayEquals(
        new int[] {0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd},
        RandomNumbers.block(-1, -1, -1, -1));
    assertArrayEquals(
        new int[] {0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1},
        RandomNumbers.block(0x299f31d0a4093822L, 0x13198a2e, 0x03707344, 0x85a308d3243f6a88L));
  }

  @Test
  void elementsTakeTheWordsOfTheirBlockInTurn() {
    for (long element : new long[] {0, 5, 1L << 33, (1L << 40) + 3}) {
      int[] block = RandomNumbers.block(42, 1, 2, element / 4);
      assertEquals(block[(int) (element % 4)], RandomNumbers.word(42, 1, 2, element));
    }
  }

  @Test
  void normalNumbersFollowBoxAndMuller() {
    for (long pair = 0; pair < 20_000; pair++) {
      int[] words = RandomNumbers.block(7, 3, 1, pair / 2);
      int first = (int) (pair % 2 * 2);
      double u = ((words[first] >>> 8) + 1) / TWO_POW_24;
      double angle = 2 * Math.PI * (words[first + 1] >>> 8) / TWO_POW_24;
      double radius = Math.sqrt(-2 * Math.log(u));
      assertNear(radius * Math.cos(angle), RandomNumbers.normal(7, 3, 1, 2 * pair, 0, 1));
      assertNear(radius * Math.sin(angle), RandomNumbers.normal(7, 3, 1, 2 * pair + 1, 0, 1));
    }
  }

  private static void assertNear(double expected, float actual) {
    assertTrue(
        Math.abs(expected - actual) <= 1e-6 * Math.max(1, Math.abs(expected)),
        () -> actual + " instead of " + expected);
  }

  @Test
  void uniformNumbersStayBelowTheirEnd() {
    // The largest u takes 1 + 2^24 u past every float below 2^24 + 1, which is none.
    float high = 0x1p24f;
    for (long element = 0; element < 100_000; element++) {
      float value = RandomNumbers.uniform(1, 0, 0, element, high - 1, high);
      assertTrue(value >= high - 1 && value < high, () -> "drew " + value);
    }
  }
}
