package io.talus.bench.work;

import io.talus.Device;
import io.talus.Workspace;
import io.talus.op.Activation;
import io.talus.op.Epilogue;
import io.talus.op.Gemm;
import io.talus.op.Transpose;
import io.talus.tensor.Tensor;

/** Matrix products. */
public final class GemmWork {
  private static final int SAMPLES = 64;

  private GemmWork() {}

  public static Work of(Device device, GemmShape shape) {
    Workspace workspace = device.workspace();
    boolean transposedA = shape.transposeA() == Transpose.YES;
    boolean transposedB = shape.transposeB() == Transpose.YES;
    long m = shape.m();
    long n = shape.n();
    long k = shape.k();
    Tensor a = transposedA ? workspace.tensor(k, m) : workspace.tensor(m, k);
    Tensor b = transposedB ? workspace.tensor(n, k) : workspace.tensor(k, n);
    Tensor bias = shape.relu() ? Numbers.signed(workspace.tensor(n), 3) : null;
    Gemm op =
        new Gemm(
            shape.transposeA(),
            shape.transposeB(),
            1f,
            Numbers.signed(a, 1),
            Numbers.signed(b, 2),
            0f,
            workspace.tensor(m, n),
            shape.relu() ? Epilogue.bias(bias, Activation.RELU) : Epilogue.NONE);
    return new Work(workspace, op, () -> device.gemm(op), () -> check(op));
  }

  /**
   * Compares sampled elements of the result as it is with dot products in double.
   *
   * @throws WrongAnswerException when one is wrong
   */
  public static void check(Gemm op) {
    for (long sample : Answer.samples(SAMPLES, op.c().size())) {
      long row = sample / op.n();
      long column = sample % op.n();
      double sum = op.epilogue().bias() == null ? 0 : op.epilogue().bias().get(column);
      double magnitude = Math.abs(sum);
      for (long i = 0; i < op.k(); i++) {
        double a = op.transposeA() == Transpose.NO ? op.a().get(row, i) : op.a().get(i, row);
        double b = op.transposeB() == Transpose.NO ? op.b().get(i, column) : op.b().get(column, i);
        sum += a * b;
        magnitude += Math.abs(a * b);
      }
      double expected = op.epilogue().activation() == Activation.RELU ? Math.max(0, sum) : sum;
      double tolerance = (op.k() + 8) * Answer.EPSILON * magnitude;
      Answer.near(expected, op.c().get(row, column), tolerance, "gemm's c", row, column);
    }
  }
}
