package io.talus.contract;

import static io.talus.contract.Accuracy.EPS;

import io.talus.op.Activation;
import io.talus.op.Epilogue;
import io.talus.op.Gemm;
import io.talus.op.Precision;
import io.talus.op.Transpose;
import io.talus.tensor.Tensor;
import java.util.Arrays;

/** One matrix product with everything that can be chosen about it, and what must come out. */
record GemmProblem(
    Transpose transposeA,
    Transpose transposeB,
    int m,
    int n,
    int k,
    float alpha,
    float beta,
    boolean bias,
    Activation activation,
    boolean preActivation,
    Precision precision) {

  static GemmProblem plain(Transpose transposeA, Transpose transposeB, int m, int n, int k) {
    return new GemmProblem(
        transposeA,
        transposeB,
        m,
        n,
        k,
        1,
        0,
        false,
        Activation.IDENTITY,
        false,
        Precision.FLOAT32);
  }

  GemmProblem with(float newAlpha, float newBeta) {
    return new GemmProblem(
        transposeA,
        transposeB,
        m,
        n,
        k,
        newAlpha,
        newBeta,
        bias,
        activation,
        preActivation,
        precision);
  }

  GemmProblem with(boolean newBias, Activation newActivation, boolean newPreActivation) {
    return new GemmProblem(
        transposeA,
        transposeB,
        m,
        n,
        k,
        alpha,
        beta,
        newBias,
        newActivation,
        newPreActivation,
        precision);
  }

  GemmProblem with(Precision newPrecision) {
    return new GemmProblem(
        transposeA,
        transposeB,
        m,
        n,
        k,
        alpha,
        beta,
        bias,
        activation,
        preActivation,
        newPrecision);
  }

  /** The operands; c before the product, or null where it is not to be read. */
  record Values(float[] a, float[] b, float[] bias, float[] c) {}

  Values signed(Subject on) {
    return new Values(
        on.signed((long) m * k),
        on.signed((long) k * n),
        bias ? on.signed(n) : null,
        beta == 0 ? null : on.signed((long) m * n));
  }

  Values wholes(Subject on) {
    return new Values(
        on.wholes((long) m * k),
        on.wholes((long) k * n),
        bias ? on.wholes(n) : null,
        beta == 0 ? null : on.wholes((long) m * n));
  }

  /** What comes out: c and the pre-activation, or null. */
  record Result(float[] c, float[] preActivation) {}

  Result run(Subject on, Values v) {
    Gemm op = op(on, v);
    on.device().gemm(op);
    Tensor pre = op.epilogue().preActivation();
    return new Result(op.c().toArray(), pre == null ? null : pre.toArray());
  }

  private Gemm op(Subject on, Values v) {
    boolean storedA = transposeA == Transpose.NO;
    boolean storedB = transposeB == Transpose.NO;
    return new Gemm(
        transposeA,
        transposeB,
        alpha,
        on.in(v.a, storedA ? m : k, storedA ? k : m),
        on.in(v.b, storedB ? k : n, storedB ? n : k),
        beta,
        v.c == null ? on.out(m, n) : on.inOut(v.c, m, n),
        new Epilogue(
            v.bias == null ? null : on.in(v.bias, n),
            activation,
            preActivation ? on.out(m, n) : null),
        precision);
  }

  /** What a product of depth k may be off by, of the sum of the absolute values. */
  static double tolerance(Precision precision, int k) {
    return switch (precision) {
      case FLOAT32 -> (k + 4) * EPS;
      case TF32 -> 2.1 * 0x1p-11 + 3 * (k + 4) * EPS;
      case BFLOAT16 -> 2.1 * 0x1p-8 + 3 * (k + 4) * EPS;
    };
  }

  /** Compares with sums in double: the product's tolerance, carried through the activation. */
  void check(Subject on, Values v) {
    double[] pre = new double[m * n];
    double[] preTolerance = new double[pre.length];
    double[] c = new double[pre.length];
    double[] tolerance = new double[pre.length];
    double[] sums = new double[n];
    double[] sizes = new double[n];
    for (int i = 0; i < m; i++) {
      sumProducts(v, i, sums, sizes);
      for (int j = 0; j < n; j++) {
        int at = i * n + j;
        double before = v.c == null ? 0 : beta * (double) v.c[at];
        double added = v.bias == null ? 0 : v.bias[j];
        pre[at] = alpha * sums[j] + before + added;
        double ofProduct = Math.abs(alpha) * sizes[j];
        preTolerance[at] =
            tolerance(precision, k) * ofProduct
                + (k + 4) * EPS * (Math.abs(before) + Math.abs(added));
        c[at] = Exact.activate(activation, pre[at]);
        tolerance[at] =
            Exact.steepness(activation) * preTolerance[at]
                + Exact.activationTolerance(activation, pre[at]);
      }
    }
    Result result = run(on, v);
    Accuracy.assertWithin("c of " + this, c, tolerance, result.c);
    if (preActivation) {
      Accuracy.assertWithin("preActivation of " + this, pre, preTolerance, result.preActivation);
    }
    on.nextCase();
  }

  /** Every transposition, with signed values. */
  void checkAllTransposes(Subject on) {
    for (Transpose ofA : Transpose.values()) {
      for (Transpose ofB : Transpose.values()) {
        GemmProblem turned =
            new GemmProblem(
                ofA, ofB, m, n, k, alpha, beta, bias, activation, preActivation, precision);
        turned.check(on, turned.signed(on));
      }
    }
  }

  /** sums[j] and sizes[j] = the sum over p of a[i, p] b[p, j] and of its absolute value. */
  void sumProducts(Values v, int i, double[] sums, double[] sizes) {
    Arrays.fill(sums, 0);
    Arrays.fill(sizes, 0);
    for (int q = 0; q < k; q++) {
      double a = transposeA == Transpose.NO ? v.a[i * k + q] : v.a[q * m + i];
      for (int j = 0; j < n; j++) {
        double product = a * (transposeB == Transpose.NO ? v.b[q * n + j] : v.b[j * k + q]);
        sums[j] += product;
        sizes[j] += Math.abs(product);
      }
    }
  }
}
