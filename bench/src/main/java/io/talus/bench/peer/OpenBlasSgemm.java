package io.talus.bench.peer;

import io.talus.op.Gemm;
import io.talus.op.Transpose;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.openblas.global.openblas_nolapack;

/** OpenBLAS's cblas_sgemm. */
final class OpenBlasSgemm implements Peer {
  private final FloatPointer a;
  private final FloatPointer b;
  private final FloatPointer c;
  private final Gemm op;

  OpenBlasSgemm(Gemm op) {
    this.op = op;
    a = Addresses.of(op.a());
    b = Addresses.of(op.b());
    c = Addresses.of(op.c());
  }

  private static int code(Transpose transpose) {
    return transpose == Transpose.NO
        ? openblas_nolapack.CblasNoTrans
        : openblas_nolapack.CblasTrans;
  }

  @Override
  public void run() {
    openblas_nolapack.cblas_sgemm(
        openblas_nolapack.CblasRowMajor,
        code(op.transposeA()),
        code(op.transposeB()),
        (int) op.m(),
        (int) op.n(),
        (int) op.k(),
        op.alpha(),
        a,
        (int) op.a().columns(),
        b,
        (int) op.b().columns(),
        op.beta(),
        c,
        (int) op.c().columns());
  }

  @Override
  public void close() {
    a.close();
    b.close();
    c.close();
  }
}
