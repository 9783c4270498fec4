package io.talus.bench.peer;

import io.talus.op.Gemm;
import io.talus.op.Transpose;
import org.bytedeco.dnnl.global.dnnl;
import org.bytedeco.javacpp.FloatPointer;

/** oneDNN's BLAS-like call. */
final class OneDnnSgemm implements Peer {
  private final Gemm op;
  private final FloatPointer a;
  private final FloatPointer b;
  private final FloatPointer c;
  private final byte transposeA;
  private final byte transposeB;

  OneDnnSgemm(Gemm op) {
    this.op = op;
    a = Addresses.of(op.a());
    b = Addresses.of(op.b());
    c = Addresses.of(op.c());
    transposeA = letter(op.transposeA());
    transposeB = letter(op.transposeB());
  }

  static byte letter(Transpose transpose) {
    return (byte) (transpose == Transpose.NO ? 'N' : 'T');
  }

  @Override
  public void run() {
    int status =
        dnnl.dnnl_sgemm(
            transposeA,
            transposeB,
            op.m(),
            op.n(),
            op.k(),
            op.alpha(),
            a,
            op.a().columns(),
            b,
            op.b().columns(),
            op.beta(),
            c,
            op.c().columns());
    OneDnn.require(status, "dnnl_sgemm");
  }

  @Override
  public void close() {
    a.close();
    b.close();
    c.close();
  }
}
