package io.talus.bench.work;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.talus.op.Transpose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ShapesTest {
  @ParameterizedTest
  @CsvSource({
    "square-1024, NO, NO, 1024, 1024, 1024, false",
    "dense-128x784x512-forward, NO, NO, 128, 512, 784, false",
    "dense-128x784x512-forward-relu, NO, NO, 128, 512, 784, true",
    "dense-128x784x512-weights, YES, NO, 784, 512, 128, false",
    "dense-128x784x512-input, NO, YES, 128, 784, 512, false"
  })
  void productsAreNamedByWhereTheyOccur(
      String name, Transpose a, Transpose b, long m, long n, long k, boolean relu) {
    assertEquals(new GemmShape(name, a, b, m, n, k, relu), GemmShape.parse(name));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "square", "square-10x10", "dense-1x2-forward", "dense-1x2x3-back"})
  void otherProductsAreRefused(String name) {
    assertThrows(IllegalArgumentException.class, () -> GemmShape.parse(name));
  }

  @Test
  void sizesFollowTheWord() {
    assertArrayEquals(
        new long[] {4096, 32000}, NamedShape.parse("vocabulary-4096x32000", 2).sizes());
    assertThrows(IllegalArgumentException.class, () -> NamedShape.parse("vocabulary-4096", 2));
    assertThrows(IllegalArgumentException.class, () -> NamedShape.parse("4096x32000", 2));
  }
}
