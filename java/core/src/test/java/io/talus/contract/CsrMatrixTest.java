package io.talus.contract;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.talus.Workspace;
import io.talus.tensor.CsrMatrix;
import org.junit.jupiter.api.Test;

/** {@link CsrMatrix}: what it keeps, and what it refuses. */
class CsrMatrixTest {

  @EachBackend
  void keepsItsParts(Subject on) {
    long[] offsets = {0, 2, 2, 3};
    CsrMatrix matrix =
        on.workspace().csr(3, 5, offsets, new int[] {0, 4, 2}, new float[] {1, 2, 3});
    assertArrayEquals(offsets, matrix.rowOffsets().toArray());
    assertArrayEquals(new int[] {0, 4, 2}, matrix.columnIndices().toArray());
    assertArrayEquals(new float[] {1, 2, 3}, matrix.values().toArray());
    assertEquals("CsrMatrix 3x5, 3 stored", matrix.toString());
    matrix.close();
    matrix.close();
    assertTrue(!matrix.values().isOpen() && !matrix.columnIndices().isOpen());
  }

  private static void assertRefused(
      String part, long rows, long columns, long[] offsets, int[] indices) {
    try (Workspace w = Subject.usable().get(0).device().workspace()) {
      long before = w.device().memoryBytes();
      String message =
          assertThrows(
                  IllegalArgumentException.class,
                  () -> w.csr(rows, columns, offsets, indices, new float[3]))
              .getMessage();
      assertTrue(message.contains(part), message);
      assertEquals(before, w.device().memoryBytes(), "nothing is left of it");
    }
  }

  @Test
  void refusesWhatIsNoSparseMatrix() {
    int[] good = {0, 1, 2};
    assertRefused("needs 3 row offsets (not 2)", 2, 3, new long[] {0, 3}, good);
    assertRefused("from 1 to 3", 2, 3, new long[] {1, 2, 3}, good);
    assertRefused("from 0 to 2", 2, 3, new long[] {0, 1, 2}, good);
    assertRefused("2 column indices and 3 values", 1, 3, new long[] {0, 3}, new int[2]);
    assertRefused("descend or overrun at row 1", 3, 3, new long[] {0, 2, 1, 3}, good);
    assertRefused("descend or overrun at row 0", 2, 3, new long[] {0, 9, 3}, good);
    assertRefused("row 1 has column 3 after -1", 2, 3, new long[] {0, 2, 3}, new int[] {0, 1, 3});
    assertRefused("row 0 has column 1 after 1", 1, 3, new long[] {0, 3}, new int[] {0, 1, 1});
    assertRefused("row 0 has column 0 after 2", 1, 3, new long[] {0, 3}, new int[] {2, 0, 1});
    assertRefused("row 0 has column -1 after -1", 1, 3, new long[] {0, 3}, new int[] {-1, 0, 1});
    assertRefused("at most 2^31 - 1 columns", 1, 1L << 31, new long[] {0, 3}, good);
    assertRefused("needs 0 row offsets", -1, 3, new long[] {0, 3}, good);
  }
}
