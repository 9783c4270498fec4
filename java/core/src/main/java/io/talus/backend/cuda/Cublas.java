package io.talus.backend.cuda;

import io.talus.op.Activation;
import io.talus.op.Precision;
import io.talus.tensor.DeviceException;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * Float32 products by cuBLAS, where {@link CublasMode} asks for it and it can be used; nothing
 * depends on it. A bias and an activation follow as a kernel of ours, from sums in scratch memory.
 */
final class Cublas {
  private final CublasMode mode;
  private final Queue<CublasHandle> idle = new ConcurrentLinkedQueue<>();
  private volatile String reason;
  private CublasChoices choices;

  /**
   * @param reason why it cannot be used, or null
   */
  Cublas(CublasMode mode, String reason) {
    this.mode = mode;
    this.reason = reason;
  }

  /** Why it is not used though it was asked for, and what to do; or null. */
  String reason() {
    return reason;
  }

  /**
   * Makes the product, unless it is better made by our kernels.
   *
   * @param p with something to sum
   * @return whether it has been made
   */
  boolean multiply(StreamRun run, GemmProduct p) {
    if (mode == CublasMode.OFF || reason != null || !takes(p)) {
      return false;
    }
    CublasHandle handle = handle(run.stream());
    if (handle == null || (mode == CublasMode.MEASURE && !isFaster(run, handle, p))) {
      return false;
    }
    multiply(run, handle, p);
    return true;
  }

  /**
   * A handle for that stream, which is locked and not recording; to be given back.
   *
   * @throws DeviceException when cuBLAS cannot be started
   */
  CublasHandle take(CudaStream stream) {
    CublasHandle handle = idle.poll();
    if (handle == null) {
      handle = new CublasHandle(stream);
    }
    try {
      return handle.on(stream);
    } catch (DeviceException failed) {
      handle.close();
      throw failed;
    }
  }

  /** Takes one back whose stream has been waited for: to start one takes milliseconds. */
  void give(CublasHandle handle) {
    idle.add(handle);
  }

  /** Ends those that are not in use. */
  void close() {
    for (CublasHandle handle = idle.poll(); handle != null; handle = idle.poll()) {
      handle.close();
    }
  }

  private static boolean takes(GemmProduct p) {
    return p.precision == Precision.FLOAT32 && CublasHandle.takes(p);
  }

  private CublasHandle handle(CudaStream stream) {
    try {
      return stream.cublas();
    } catch (DeviceException failed) {
      reason = "cuBLAS is not used: " + failed.getMessage();
      return null;
    }
  }

  /** The product by cuBLAS. */
  static void multiply(StreamRun run, CublasHandle handle, GemmProduct p) {
    if (!isFinished(p)) {
      handle.multiply(p, p.alpha, p.beta, p.c, p.strideC, run.op());
      run.handedOver();
      return;
    }
    long sums = run.scratch(p.m * p.n * Float.BYTES);
    handle.multiply(p, 1, 0, sums, p.n, run.op());
    GemmKernels.combine(run, p, 1, sums);
  }

  static boolean isFinished(GemmProduct p) {
    return p.bias != 0 || p.activation != Activation.IDENTITY.code() || p.preActivation != 0;
  }

  private boolean isFaster(StreamRun run, CublasHandle handle, GemmProduct p) {
    CublasChoices choices = choices(run.context(), handle);
    CublasChoices.Shape shape = CublasChoices.Shape.of(p);
    Boolean known = choices.get(shape);
    if (known != null || run.stream().isRecording()) {
      return known != null && known;
    }
    return choices.put(shape, CublasTrial.isFaster(run, p));
  }

  private synchronized CublasChoices choices(CudaContext context, CublasHandle handle) {
    if (choices == null) {
      choices = CublasChoices.of(context, handle.version());
    }
    return choices;
  }
}
