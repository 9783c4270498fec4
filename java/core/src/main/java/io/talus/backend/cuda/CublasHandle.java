package io.talus.backend.cuda;

import io.talus.tensor.DeviceException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import jcuda.Pointer;
import jcuda.jcublas.JCublas2;
import jcuda.jcublas.cublasHandle;
import jcuda.jcublas.cublasOperation;
import jcuda.jcublas.cublasStatus;
import jcuda.runtime.cudaStream_t;

/**
 * cuBLAS for one stream at a time, with working memory of its own: shared by several streams, it
 * would not give the same bits every time, and in a recording it would ask the driver for memory.
 */
final class CublasHandle {
  /** What NVIDIA recommends. */
  private static final long WORKSPACE_BYTES = 4 << 20;

  private static final long WORKSPACE_BYTES_OF_90 = 32 << 20;
  private static final int LARGEST = Integer.MAX_VALUE;

  private final CudaAllocator allocator;
  private final cublasHandle handle = new cublasHandle();
  private final CudaAllocator.Block workspace;
  private final long bytes;
  private final FloatBuffer scalars =
      ByteBuffer.allocateDirect(2 * Float.BYTES).order(ByteOrder.nativeOrder()).asFloatBuffer();
  private final Pointer alpha = Pointer.to(scalars);
  private final Pointer beta = alpha.withByteOffset(Float.BYTES);

  /**
   * Starts cuBLAS, for no stream yet.
   *
   * @param stream one of the context, locked and not recording
   * @throws DeviceException when it cannot be started
   */
  CublasHandle(CudaStream stream) {
    allocator = stream.allocator();
    bytes = stream.context().capability() >= 90 ? WORKSPACE_BYTES_OF_90 : WORKSPACE_BYTES;
    workspace = allocator.take(bytes, "cuBLAS", stream);
    int status = JCublas2.cublasCreate(handle);
    if (status != 0) {
      allocator.give(workspace);
      throw new DeviceException(describe("cublasCreate", status));
    }
  }

  /** As in 120601. */
  int version() {
    int[] version = new int[1];
    check(JCublas2.cublasGetVersion(handle, version), "cublasGetVersion");
    return version[0];
  }

  /** Takes work for that stream from now on. */
  CublasHandle on(CudaStream stream) {
    check(JCublas2.cublasSetStream(handle, new cudaStream_t(stream.handle())), "cublasSetStream");
    // With the stream, the workspace was set back to that of cuBLAS.
    check(JCublas2.cublasSetWorkspace(handle, workspace.pointer(), bytes), "cublasSetWorkspace");
    return this;
  }

  private static void check(int status, String call) {
    if (status != 0) {
      throw new DeviceException(describe(call, status));
    }
  }

  private static String describe(String call, int status) {
    return call + " gave " + cublasStatus.stringFor(status) + " (" + status + ")";
  }

  /** Whether cuBLAS takes numbers as large as the product's. */
  static boolean takes(GemmProduct p) {
    return Math.max(Math.max(p.m, p.n), p.k) <= LARGEST
        && Math.max(Math.max(p.strideA, p.strideB), p.strideC) <= LARGEST;
  }

  /**
   * C = alpha op(A) op(B) + beta C, without what else the product asks for. cuBLAS goes by columns,
   * and row after row is column after column of the transposed: C' = op(B)' op(A)'.
   *
   * @param what the operation, for the message
   * @throws DeviceException when cuBLAS fails
   */
  void multiply(GemmProduct p, float factor, float factorOfC, long c, long strideC, Object what) {
    scalars.put(0, factor).put(1, factorOfC);
    int status =
        JCublas2.cublasSgemm(
            handle,
            operation(p.transposeB),
            operation(p.transposeA),
            (int) p.n,
            (int) p.m,
            (int) p.k,
            alpha,
            DevicePointer.of(p.b),
            (int) p.strideB,
            DevicePointer.of(p.a),
            (int) p.strideA,
            beta,
            DevicePointer.of(c),
            (int) strideC);
    if (status != 0) {
      throw new DeviceException(
          what
              + ": "
              + describe("cublasSgemm", status)
              + "; with -Dtalus.cuda.cublas=off products are made without cuBLAS");
    }
  }

  private static int operation(boolean isTransposed) {
    return isTransposed ? cublasOperation.CUBLAS_OP_T : cublasOperation.CUBLAS_OP_N;
  }

  /** Its last stream has been waited for. */
  void close() {
    JCublas2.cublasDestroy(handle);
    allocator.give(workspace);
  }
}
