package io.talus.contract;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.talus.tensor.IntTensor;
import io.talus.tensor.Tensor;
import java.nio.FloatBuffer;
import java.nio.IntBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

/** That the contract tests can fail: each guard is broken once on purpose. */
class SubjectTest {
  private static final FloatBuffer ONE = FloatBuffer.wrap(new float[] {1});

  private static void assertCaught(String part, Subject on, Executable test) {
    AssertionError caught = assertThrows(AssertionError.class, () -> on.run(test));
    assertTrue(caught.getMessage().contains(part), caught.getMessage());
    assertTrue(caught.getSuppressed()[0].getMessage().contains("-Dtalus.test.seed="));
  }

  @Test
  void writesBesideAnOperandAreCaught() {
    for (Subject on : Subject.usable()) {
      for (int beside : new int[] {-1, 3}) {
        assertCaught(
            "written beyond, at " + beside,
            on,
            () -> {
              Tensor y = on.out(3);
              y.memory().upload(y.offset() + beside, ONE);
            });
        assertCaught(
            "written beyond, at " + beside,
            on,
            () -> {
              IntTensor y = on.intsOut(3);
              y.memory().upload(y.offset() + beside, IntBuffer.wrap(new int[1]));
            });
      }
    }
  }

  @Test
  void aChangedInputIsCaught() {
    for (Subject on : Subject.usable()) {
      assertCaught(
          "an input afterwards: element 1",
          on,
          () -> {
            Tensor x = on.in(new float[] {1, 2, 3}, 3);
            x.set(-2, 1);
          });
    }
  }

  @Test
  void whatIsNotWrittenIsNan() throws Throwable {
    for (Subject on : Subject.usable()) {
      on.run(() -> assertEquals(Float.NaN, on.out(2, 2).get(1, 1)));
    }
  }

  @Test
  void nanPassesNoBound() {
    double[] huge = {Double.POSITIVE_INFINITY};
    double[] nan = {Double.NaN};
    for (Executable wrong :
        new Executable[] {
          () -> Accuracy.assertWithin("", new double[1], huge, new float[] {Float.NaN}),
          () -> Accuracy.assertWithin("", nan, huge, new float[1]),
          () -> Accuracy.assertWithin("", new double[1], nan, new float[1]),
          () -> Accuracy.assertWithin("", 1, 1e-3, 1.002f),
          () -> Accuracy.assertWithin("", Double.POSITIVE_INFINITY, 1, Float.NEGATIVE_INFINITY),
          () -> Accuracy.assertExact("", new float[1], new float[] {Float.MIN_VALUE}),
          () -> Accuracy.assertExact("", new float[1], new float[] {Float.NaN}),
          () -> Accuracy.assertSameBits("", new float[] {0f}, new float[] {-0f})
        }) {
      assertThrows(AssertionError.class, wrong);
    }
    assertDoesNotThrow(
        () -> Accuracy.assertWithin("", nan, new double[1], new float[] {Float.NaN}));
  }

  @Test
  void aRequiredBackendThatIsUnknownFails() {
    String before = System.getProperty("talus.backends.required", "");
    try {
      System.setProperty("talus.backends.required", "java,abacus");
      AssertionError caught = assertThrows(AssertionError.class, Subject::all);
      assertTrue(caught.getMessage().contains("'abacus'"), caught.getMessage());
    } finally {
      System.setProperty("talus.backends.required", before);
    }
  }
}
