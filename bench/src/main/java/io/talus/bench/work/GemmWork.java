package io.talus.bench.work;

import io.talus.Device;
import io.talus.Workspace;
import io.talus.op.Activation;
import io.talus.op.Epilogue;
import io.talus.op.Gemm;
import io.talus.op.Precision;
import io.talus.op.Transpose;
import io.talus.tensor.Tensor;

/** Matrix products. */
public final class GemmWork {
  private static final int SAMPLES = 64;

  private GemmWork() {}

  /** In float32. */
  public static Work of(Device device, GemmShape shape) {
    return of(device, shape, Precision.FLOAT32);
  }

  /** In a precision. */
  public static Work of(Device device, GemmShape shape, Precision precision) {
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
            shape.relu() ? Epilogue.bias(bias, Activation.RELU) : Epilogue.NONE,
            precision);
    return new Work(workspace, op, () -> device.gemm(op), () -> check(op));
  }

  /**
   * Compares sampled elements of the result as it is with dot products in double.
   *
   * @throws WrongAnswerException when one is wrong
   */
  public static void check(Gemm op) {
    check(op, op.c().toArray());
  }

  /**
   * The same for a result that a peer has computed elsewhere.
   *
   * @param c row after row
   */
  public static void check(Gemm op, float[] c) {
    float[] a = op.a().toArray();
    float[] b = op.b().toArray();
    float[] bias = op.epilogue().bias() == null ? null : op.epilogue().bias().toArray();
    for (long sample : Answer.samples(SAMPLES, op.c().size())) {
      checkOne(op, a, b, bias, c[(int) sample], (int) (sample / op.n()), (int) (sample % op.n()));
    }
  }

  private static void checkOne(
      Gemm op, float[] a, float[] b, float[] bias, float actual, int row, int column) {
    int m = (int) op.m();
    int n = (int) op.n();
    int k = (int) op.k();
    double sum = bias == null ? 0 : bias[column];
    double magnitude = Math.abs(sum);
    for (int i = 0; i < k; i++) {
      double left = a[op.transposeA() == Transpose.NO ? row * k + i : i * m + row];
      double right = b[op.transposeB() == Transpose.NO ? i * n + column : column * k + i];
      sum += left * right;
      magnitude += Math.abs(left * right);
    }
    double expected = op.epilogue().activation() == Activation.RELU ? Math.max(0, sum) : sum;
    double tolerance = tolerance(op.precision(), k) * magnitude;
    Answer.near(expected, actual, tolerance, "gemm's c", row, column);
  }

  /** That of {@link Precision}, with room for the epilogue. */
  private static double tolerance(Precision precision, int k) {
    double sums = (k + 8) * Answer.EPSILON;
    return switch (precision) {
      case FLOAT32 -> sums;
      case TF32 -> 2.1 * 0x1p-11 + 3 * sums;
      case BFLOAT16 -> 2.1 * 0x1p-8 + 3 * sums;
    };
  }
}
