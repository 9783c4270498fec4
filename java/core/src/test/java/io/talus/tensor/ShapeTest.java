package io.talus.tensor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class ShapeTest {

  @Test
  void countsElementsRowsAndColumns() {
    Shape shape = Shape.of(2, 3, 4);
    assertEquals(24, shape.size());
    assertEquals(6, shape.rows());
    assertEquals(4, shape.columns());
    assertEquals("2x3x4", shape.toString());
    assertEquals(23, shape.index(1, 2, 3));
    assertEquals(1, Shape.of(5).rows());
    assertEquals(0, Shape.of(3, 0).size());
    assertEquals(3, Shape.of(3, 0).rows());
    assertEquals(1L << 62, Shape.of(1L << 31, 1L << 31).size());
  }

  @Test
  void isAValue() {
    assertEquals(Shape.of(2, 3), Shape.of(2, 3));
    assertEquals(Shape.of(2, 3).hashCode(), Shape.of(2, 3).hashCode());
    assertNotEquals(Shape.of(2, 3), Shape.of(3, 2));
    long[] lengths = {2, 3};
    Shape shape = Shape.of(lengths);
    lengths[0] = 9;
    shape.toArray()[1] = 9;
    assertEquals("2x3", shape.toString());
  }

  @Test
  void refusesWhatIsNoShape() {
    assertThrows(IllegalArgumentException.class, Shape::of);
    assertMessage("shape 2x-1: lengths cannot be negative", 2, -1);
    // The product 2^64 wraps to 0.
    assertMessage("shape 4294967296x4294967296: more than 2^63 - 1 elements", 1L << 32, 1L << 32);
  }

  private static void assertMessage(String message, long... lengths) {
    assertEquals(
        message,
        assertThrows(IllegalArgumentException.class, () -> Shape.of(lengths)).getMessage());
  }

  @Test
  void refusesIndicesOutside() {
    Shape shape = Shape.of(2, 3);
    assertThrows(IllegalArgumentException.class, () -> shape.index(1));
    for (long[] outside : new long[][] {{2, 0}, {0, 3}, {-1, 0}}) {
      String message =
          assertThrows(IndexOutOfBoundsException.class, () -> shape.index(outside)).getMessage();
      assertTrue(message.contains("outside shape 2x3"), message);
    }
  }
}
