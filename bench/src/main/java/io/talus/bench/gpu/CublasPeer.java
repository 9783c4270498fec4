package io.talus.bench.gpu;

import io.talus.Device;
import io.talus.bench.work.GemmWork;
import io.talus.op.Activation;
import io.talus.op.Gemm;
import io.talus.op.Precision;
import io.talus.op.Transpose;
import io.talus.tensor.DeviceException;
import java.nio.file.Path;
import jcuda.Pointer;
import jcuda.Sizeof;
import jcuda.cudaDataType;
import jcuda.driver.CUdeviceptr;
import jcuda.driver.CUevent;
import jcuda.driver.CUresult;
import jcuda.driver.CUstream;
import jcuda.driver.CUstream_flags;
import jcuda.driver.JCudaDriver;
import jcuda.jcublas.JCublas2;
import jcuda.jcublas.cublasComputeType;
import jcuda.jcublas.cublasGemmAlgo;
import jcuda.jcublas.cublasHandle;
import jcuda.jcublas.cublasOperation;
import jcuda.jcublas.cublasStatus;
import jcuda.runtime.cudaStream_t;

/**
 * cuBLAS, where it loads, called directly, on memory, a stream and events of its own in the context
 * that Talus has made current on this thread.
 */
final class CublasPeer implements AutoCloseable {
  private final String reason;
  private final cublasHandle handle;
  private final CUstream stream;
  private final CUdeviceptr flush;
  private final long flushBytes;

  private CublasPeer(String reason) {
    this.reason = reason;
    handle = null;
    stream = null;
    flush = null;
    flushBytes = 0;
  }

  private CublasPeer(cublasHandle handle, long flushBytes) {
    reason = null;
    this.handle = handle;
    this.flushBytes = flushBytes;
    stream = new CUstream();
    check(JCudaDriver.cuStreamCreate(stream, CUstream_flags.CU_STREAM_NON_BLOCKING));
    checkBlas(JCublas2.cublasSetStream(handle, new cudaStream_t(stream)));
    flush = memory(flushBytes);
  }

  /** One that can be used, or one that says why not. */
  static CublasPeer open(Device device) {
    if (!device.name().startsWith("cuda")) {
      return new CublasPeer(device.name() + " is no GPU");
    }
    try {
      String software = System.getProperty("talus.cuda.software", "");
      if (!software.isBlank()) {
        System.load(Path.of(software, "libcublas.so.12").toAbsolutePath().toString());
      }
      // An operation of the device makes its context this thread's.
      device.measureFmaGflops();
      JCublas2.setExceptionsEnabled(false);
      cublasHandle handle = new cublasHandle();
      int status = JCublas2.cublasCreate(handle);
      if (status != 0) {
        return new CublasPeer("cublasCreate gave " + cublasStatus.stringFor(status));
      }
      return new CublasPeer(handle, Timing.flushBytes(device));
    } catch (LinkageError missing) {
      String message = String.valueOf(missing.getMessage());
      return new CublasPeer(
          message.contains("libcublas")
              ? "libcublas.so.12 was not found; with it in LD_LIBRARY_PATH, cuBLAS takes part"
              : message.lines().findFirst().orElse("JCublas2 does not load"));
    }
  }

  /** Why it cannot be used, or null. */
  String reason() {
    return reason;
  }

  /** Whether it computes the same: cuBLAS fuses nothing. */
  boolean takes(Gemm op) {
    return op.epilogue().bias() == null && op.epilogue().activation() == Activation.IDENTITY;
  }

  Product prepare(Gemm op) {
    return new Product(op);
  }

  private static void check(int status) {
    if (status != 0) {
      throw new DeviceException("the driver gave " + CUresult.stringFor(status) + " beside cuBLAS");
    }
  }

  private static void checkBlas(int status) {
    if (status != 0) {
      throw new DeviceException("cuBLAS gave " + cublasStatus.stringFor(status));
    }
  }

  private static CUdeviceptr memory(long bytes) {
    CUdeviceptr pointer = new CUdeviceptr();
    check(JCudaDriver.cuMemAlloc(pointer, bytes));
    return pointer;
  }

  private static CUdeviceptr copy(float[] values) {
    long bytes = (long) values.length * Sizeof.FLOAT;
    CUdeviceptr pointer = memory(bytes);
    check(JCudaDriver.cuMemcpyHtoD(pointer, Pointer.to(values), bytes));
    return pointer;
  }

  @Override
  public void close() {
    if (reason == null) {
      JCudaDriver.cuMemFree(flush);
      JCublas2.cublasDestroy(handle);
      JCudaDriver.cuStreamDestroy(stream);
    }
  }

  /** One product with copies of the operands. */
  final class Product implements AutoCloseable {
    private final Gemm op;
    private final CUdeviceptr a;
    private final CUdeviceptr b;
    private final CUdeviceptr c;
    private final CUevent start = new CUevent();
    private final CUevent end = new CUevent();
    private final Pointer one = Pointer.to(new float[] {1});
    private final Pointer zero = Pointer.to(new float[] {0});

    private Product(Gemm op) {
      this.op = op;
      a = copy(op.a().toArray());
      b = copy(op.b().toArray());
      c = memory(op.c().bytes());
      check(JCudaDriver.cuEventCreate(start, 0));
      check(JCudaDriver.cuEventCreate(end, 0));
    }

    /**
     * @throws io.talus.bench.work.WrongAnswerException when the result is wrong
     */
    void verify() {
      launch();
      check(JCudaDriver.cuStreamSynchronize(stream));
      float[] result = new float[Math.toIntExact(op.c().size())];
      check(JCudaDriver.cuMemcpyDtoH(Pointer.to(result), c, op.c().bytes()));
      GemmWork.check(op, result);
    }

    /** One run, after something else has filled the caches. */
    long nanos() {
      check(JCudaDriver.cuMemsetD32Async(flush, 0, flushBytes / Integer.BYTES, stream));
      check(JCudaDriver.cuEventRecord(start, stream));
      launch();
      check(JCudaDriver.cuEventRecord(end, stream));
      check(JCudaDriver.cuEventSynchronize(end));
      float[] millis = new float[1];
      check(JCudaDriver.cuEventElapsedTime(millis, start, end));
      return Math.round(millis[0] * 1e6);
    }

    /** Row after row is column after column of the transposed: C' = op(B)' op(A)'. */
    private void launch() {
      checkBlas(
          JCublas2.cublasGemmEx_new(
              handle,
              operation(op.transposeB()),
              operation(op.transposeA()),
              (int) op.n(),
              (int) op.m(),
              (int) op.k(),
              one,
              b,
              cudaDataType.CUDA_R_32F,
              (int) op.b().columns(),
              a,
              cudaDataType.CUDA_R_32F,
              (int) op.a().columns(),
              zero,
              c,
              cudaDataType.CUDA_R_32F,
              (int) op.n(),
              computeType(op.precision()),
              cublasGemmAlgo.CUBLAS_GEMM_DEFAULT));
    }

    /** The same inputs in float32, rounded on the way. */
    private static int computeType(Precision precision) {
      return switch (precision) {
        case FLOAT32 -> cublasComputeType.CUBLAS_COMPUTE_32F;
        case TF32 -> cublasComputeType.CUBLAS_COMPUTE_32F_FAST_TF32;
        case BFLOAT16 -> cublasComputeType.CUBLAS_COMPUTE_32F_FAST_16BF;
      };
    }

    private static int operation(Transpose transpose) {
      return transpose == Transpose.NO ? cublasOperation.CUBLAS_OP_N : cublasOperation.CUBLAS_OP_T;
    }

    @Override
    public void close() {
      JCudaDriver.cuMemFree(a);
      JCudaDriver.cuMemFree(b);
      JCudaDriver.cuMemFree(c);
      JCudaDriver.cuEventDestroy(start);
      JCudaDriver.cuEventDestroy(end);
    }
  }
}
