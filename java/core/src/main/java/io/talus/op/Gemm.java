package io.talus.op;

import io.talus.tensor.DeviceArray;
import io.talus.tensor.Tensor;
import java.util.function.Consumer;

/**
 * The matrix product {@code C = activation(alpha op(A) op(B) + beta C + bias)}, with op(X) = X or
 * its transpose.
 *
 * <p><b>Shapes.</b> op(A) is m x k, op(B) is k x n, C is m x n, bias has n values. An array of more
 * axes counts as the matrix of its innermost axis.
 *
 * <p><b>Edge cases.</b> beta = 0: C is not read. alpha = 0 or k = 0: A and B are not read. m = 0 or
 * n = 0: nothing happens. Zeros in A do not stop a NaN or infinity in B.
 *
 * <p><b>Aliasing.</b> C and preActivation share no memory with each other or with any input.
 *
 * <p><b>Accuracy.</b> float32 accumulation in a fixed order; tolerance k + 4, plus 4 eps of the
 * activation. Another {@link Precision} has its own tolerance of the product.
 *
 * <p><b>Cost.</b> 2 m n k flops.
 *
 * <p><b>Source.</b> BLAS level 3, SGEMM, row-major.
 *
 * @throws IllegalArgumentException naming every shape that does not fit
 */
public record Gemm(
    Transpose transposeA,
    Transpose transposeB,
    float alpha,
    Tensor a,
    Tensor b,
    float beta,
    Tensor c,
    Epilogue epilogue,
    Precision precision)
    implements Op {

  public Gemm {
    long m = transposeA == Transpose.NO ? a.rows() : a.columns();
    long k = transposeA == Transpose.NO ? a.columns() : a.rows();
    long kOfB = transposeB == Transpose.NO ? b.rows() : b.columns();
    long n = transposeB == Transpose.NO ? b.columns() : b.rows();
    Tensor pre = epilogue.preActivation();
    Check.of("gemm")
        .together(a, b, c, epilogue.bias(), pre)
        .that(precision != null, "precision is null; use FLOAT32 for the usual one")
        .that(
            k == kOfB,
            "%s is %s, %s is %s: inner sizes %s and %s differ",
            transposeA == Transpose.NO ? "a" : "a (transposed)",
            a.shape(),
            transposeB == Transpose.NO ? "b" : "b (transposed)",
            b.shape(),
            k,
            kOfB)
        .matrix(c, "c", m, n)
        .matrix(pre, "preActivation", m, n)
        .size(epilogue.bias(), "bias", n)
        .apart(c, "c", a, "a")
        .apart(c, "c", b, "b")
        .apart(c, "c", epilogue.bias(), "bias")
        .apart(pre, "preActivation", a, "a")
        .apart(pre, "preActivation", b, "b")
        .apart(pre, "preActivation", c, "c")
        .apart(pre, "preActivation", epilogue.bias(), "bias")
        .orThrow();
  }

  /** In float32. */
  public Gemm(
      Transpose transposeA,
      Transpose transposeB,
      float alpha,
      Tensor a,
      Tensor b,
      float beta,
      Tensor c,
      Epilogue epilogue) {
    this(transposeA, transposeB, alpha, a, b, beta, c, epilogue, Precision.FLOAT32);
  }

  /** {@code C = A B}. */
  public Gemm(Tensor a, Tensor b, Tensor c) {
    this(Transpose.NO, Transpose.NO, 1f, a, b, 0f, c, Epilogue.NONE);
  }

  /** {@code C = op(A) op(B)}. */
  public Gemm(Transpose transposeA, Transpose transposeB, Tensor a, Tensor b, Tensor c) {
    this(transposeA, transposeB, 1f, a, b, 0f, c, Epilogue.NONE);
  }

  /** The same product in another precision. */
  public Gemm with(Precision other) {
    return new Gemm(transposeA, transposeB, alpha, a, b, beta, c, epilogue, other);
  }

  /** Rows of the result. */
  public long m() {
    return c.rows();
  }

  /** Columns of the result. */
  public long n() {
    return c.columns();
  }

  /** Products summed for each element of the result. */
  public long k() {
    return transposeA == Transpose.NO ? a.columns() : a.rows();
  }

  @Override
  public String name() {
    return "gemm";
  }

  @Override
  public void forEachOperand(Consumer<? super DeviceArray> action) {
    action.accept(a);
    action.accept(b);
    action.accept(c);
    Check.visit(epilogue.bias(), action);
    Check.visit(epilogue.preActivation(), action);
  }

  @Override
  public long flops() {
    return 2 * m() * n() * k();
  }

  @Override
  public long bytes() {
    return a.bytes() + b.bytes() + (beta == 0 ? 1 : 2) * c.bytes();
  }
}
