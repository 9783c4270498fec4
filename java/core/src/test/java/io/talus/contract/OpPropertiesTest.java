package io.talus.contract;

import static io.talus.contract.Accuracy.EPS;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.fail;

import io.talus.op.Axis;
import io.talus.op.Gemm;
import io.talus.op.Reduce;
import io.talus.op.ReduceFunction;
import io.talus.op.SimilarityMeasure;
import io.talus.op.SimilarityTopK;
import io.talus.op.Softmax;
import io.talus.op.Transpose;
import io.talus.op.TransposeMatrix;
import io.talus.tensor.IntTensor;
import io.talus.tensor.Tensor;
import java.util.function.Consumer;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

/**
 * What holds for any shape, on every backend: laws that need no other result to compare with. jqwik
 * tells the shape and the seed that fail.
 */
class OpPropertiesTest {
  private static final int TRIES = 60;

  private static void onEachBackend(Consumer<Subject> test) {
    for (Subject on : Subject.usable()) {
      try {
        on.run(() -> test.accept(on));
      } catch (Error | RuntimeException failure) {
        throw failure;
      } catch (Throwable impossible) {
        fail(impossible);
      }
    }
  }

  /** (A B)' = B' A', to the bit where all sums are exact. */
  @Property(tries = TRIES)
  void productOfTransposesIsTheTransposedProduct(
      @ForAll @IntRange(max = 70) int m,
      @ForAll @IntRange(max = 70) int n,
      @ForAll @IntRange(max = 130) int k) {
    onEachBackend(
        on -> {
          Tensor a = on.in(on.wholes(m * k), m, k);
          Tensor b = on.in(on.wholes(k * n), k, n);
          Tensor product = on.out(m, n);
          on.device().gemm(new Gemm(a, b, product));
          Tensor transposed = on.out(n, m);
          on.device().transpose(new TransposeMatrix(product, transposed));
          Tensor other = on.out(n, m);
          on.device().gemm(new Gemm(Transpose.YES, Transpose.YES, b, a, other));
          Accuracy.assertExact("B' A'", transposed.toArray(), other.toArray());
        });
  }

  /** Rows of softmax sum to 1 and order their elements as the logits do. */
  @Property(tries = TRIES)
  void softmaxIsADistribution(
      @ForAll @IntRange(max = 40) int rows, @ForAll @IntRange(min = 1, max = 3000) int columns) {
    onEachBackend(
        on -> {
          float[] logits = on.signed((long) rows * columns);
          Tensor y = on.out(rows, columns);
          on.device().softmax(new Softmax(on.in(logits, rows, columns), y));
          float[] shares = y.toArray();
          for (int row = 0; row < rows; row++) {
            double sum = 0;
            for (int j = row * columns; j < (row + 1) * columns; j++) {
              sum += shares[j];
              int other = row * columns;
              if (logits[j] > logits[other] && shares[j] < shares[other]) {
                fail("softmax turns round " + logits[j] + " and " + logits[other]);
              }
            }
            // Each share is within (8 + min(columns, 128) + |x - max|) eps of the exact one.
            double tolerance = (8 + Math.min(columns, 128) + 20) * EPS;
            Accuracy.assertWithin("sum of shares", 1, tolerance, (float) sum);
          }
        });
  }

  /** Sums of rows and sums of columns have the same sum, to the bit where all are exact. */
  @Property(tries = TRIES)
  void bothWaysOfSummingAgree(
      @ForAll @IntRange(min = 1, max = 300) int rows,
      @ForAll @IntRange(min = 1, max = 300) int columns) {
    onEachBackend(
        on -> {
          Tensor x = on.in(on.wholes((long) rows * columns), rows, columns);
          Tensor ofRows = on.out(rows);
          Tensor ofColumns = on.out(columns);
          on.device().reduce(new Reduce(ReduceFunction.SUM, Axis.EACH_ROW, x, ofRows));
          on.device().reduce(new Reduce(ReduceFunction.SUM, Axis.EACH_COLUMN, x, ofColumns));
          float expected = sum(on, x);
          assertEquals(expected, sum(on, ofRows));
          assertEquals(expected, sum(on, ofColumns));
        });
  }

  private static float sum(Subject on, Tensor x) {
    Tensor y = on.out(1);
    on.device().reduce(new Reduce(ReduceFunction.SUM, Axis.ALL, x, y));
    return y.get(0);
  }

  /** The k best are the first k of the k + 1 best. */
  @Property(tries = TRIES)
  void topKBeginsTheLongerList(
      @ForAll @IntRange(min = 1, max = 300) int rows,
      @ForAll @IntRange(min = 1, max = 12) int columns,
      @ForAll @IntRange(max = 60) int k,
      @ForAll SimilarityMeasure measure) {
    onEachBackend(
        on -> {
          float[] values = on.wholes((long) rows * columns);
          int[][] lists = new int[2][];
          for (int more = 0; more < 2; more++) {
            Tensor a = on.in(values, rows, columns);
            IntTensor indices = on.intsOut(rows, k + more);
            Tensor scores = on.out(rows, k + more);
            on.device().similarityTopK(new SimilarityTopK(measure, a, a, true, indices, scores));
            lists[more] = indices.toArray();
          }
          for (int row = 0; row < rows; row++) {
            for (int place = 0; place < k; place++) {
              int longer = lists[1][row * (k + 1) + place];
              assertEquals(longer, lists[0][row * k + place], "row " + row + ", place " + place);
            }
          }
        });
  }
}
