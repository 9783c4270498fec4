package io.talus.bench.peer;

import io.talus.op.Gemm;
import java.util.List;

/** The libraries that multiply matrices, by name. */
public final class GemmPeers {
  public static final String ONEDNN_MATMUL = "onednn-matmul";
  public static final String ONEDNN_SGEMM = "onednn-sgemm";
  public static final String OPENBLAS_SGEMM = "openblas-sgemm";

  private GemmPeers() {}

  /** Those that can do this product, its epilogue included. */
  public static List<String> namesFor(Gemm op) {
    return op.epilogue().bias() == null
        ? List.of(ONEDNN_MATMUL, ONEDNN_SGEMM, OPENBLAS_SGEMM)
        : List.of(ONEDNN_MATMUL);
  }

  /**
   * The same product on the same memory.
   *
   * @throws IllegalArgumentException when there is no such peer, or it cannot do this
   */
  public static Peer of(String name, Gemm op) {
    if (!namesFor(op).contains(name)) {
      throw new IllegalArgumentException(name + " does not do " + op + "; can: " + namesFor(op));
    }
    return switch (name) {
      case ONEDNN_MATMUL -> new OneDnnMatmul(op);
      case ONEDNN_SGEMM -> new OneDnnSgemm(op);
      default -> new OpenBlasSgemm(op);
    };
  }
}
