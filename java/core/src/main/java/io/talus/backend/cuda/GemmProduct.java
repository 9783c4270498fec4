package io.talus.backend.cuda;

import io.talus.op.Activation;
import io.talus.op.Precision;

/**
 * A matrix product between device addresses, being handed to a stream; one object for a stream,
 * used again for each product, so that a run allocates nothing. Strides are between rows as stored.
 */
final class GemmProduct {
  private static final int VECTOR_BYTES = 16;
  private static final int VECTOR_FLOATS = 4;

  boolean transposeA;
  boolean transposeB;
  long m;
  long n;
  long k;
  float alpha;
  long a;
  long strideA;
  long b;
  long strideB;
  float beta;
  long c;
  long strideC;
  long bias;
  int activation;
  long preActivation;
  Precision precision;

  GemmProduct shape(
      boolean isTransposedA, boolean isTransposedB, long rows, long columns, long depth) {
    transposeA = isTransposedA;
    transposeB = isTransposedB;
    m = rows;
    n = columns;
    k = depth;
    return this;
  }

  GemmProduct operands(float factor, long addressA, long rowOfA, long addressB, long rowOfB) {
    alpha = factor;
    a = addressA;
    strideA = rowOfA;
    b = addressB;
    strideB = rowOfB;
    return this;
  }

  GemmProduct result(float factor, long address, long row) {
    beta = factor;
    c = address;
    strideC = row;
    return this;
  }

  /** Another that writes an m x n array of its own, reads C nowhere, and is the same otherwise. */
  GemmProduct into(long address) {
    return new GemmProduct()
        .shape(transposeA, transposeB, m, n, k)
        .precision(precision)
        .operands(alpha, a, strideA, b, strideB)
        .result(0, address, n)
        .epilogue(bias, activation, 0);
  }

  /** Null addresses for what is absent. */
  GemmProduct epilogue(long addressOfBias, int code, long addressOfPreActivation) {
    bias = addressOfBias;
    activation = code;
    preActivation = addressOfPreActivation;
    return this;
  }

  GemmProduct withoutEpilogue() {
    return epilogue(0, Activation.IDENTITY.code(), 0);
  }

  GemmProduct precision(Precision value) {
    precision = value;
    return this;
  }

  /** Which of the kernels of a shape: 2 for a transposed A plus 1 for a transposed B. */
  int layout() {
    return (transposeA ? 2 : 0) + (transposeB ? 1 : 0);
  }

  /** In the order of {@link #layout}: nn, nt, tn, tt. */
  static String letters(int layout) {
    return (layout < 2 ? "n" : "t") + (layout % 2 == 0 ? "n" : "t");
  }

  /** Whether there is nothing to sum: neither A nor B is read then. */
  boolean isWithoutProducts() {
    return k == 0 || alpha == 0;
  }

  /**
   * What may be read or written by 16 bytes: 1 for A, 2 for B, 4 for C and preActivation, 32 for
   * bias. And 8 times {@link #layout}, for kernels that serve all.
   */
  int vectors() {
    boolean vectorC = isAligned(c, strideC) && isAligned(preActivation, strideC);
    boolean vectorBias = bias % VECTOR_BYTES == 0;
    return inputVectors() + (vectorC ? 4 : 0) + (vectorBias ? 32 : 0);
  }

  /** The same where C is scratch memory without gaps. */
  int vectorsIntoScratch() {
    return inputVectors() + (n % VECTOR_FLOATS == 0 ? 4 : 0);
  }

  private int inputVectors() {
    boolean vectorA = isAligned(a, strideA) && (transposeA ? m : k) % VECTOR_FLOATS == 0;
    boolean vectorB = isAligned(b, strideB) && (transposeB ? k : n) % VECTOR_FLOATS == 0;
    return (vectorA ? 1 : 0) + (vectorB ? 2 : 0) + 8 * layout();
  }

  private static boolean isAligned(long address, long stride) {
    return address % VECTOR_BYTES == 0 && stride % VECTOR_FLOATS == 0;
  }
}
