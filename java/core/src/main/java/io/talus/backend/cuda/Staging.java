package io.talus.backend.cuda;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.IntBuffer;
import java.nio.LongBuffer;
import jcuda.Pointer;
import jcuda.driver.CUevent;
import jcuda.driver.CUevent_flags;
import jcuda.driver.JCudaDriver;

/**
 * Page-locked memory through which a stream's copies go: only from there does the device copy by
 * itself. Two halves, so that one is filled while the other is being copied. An upload returns when
 * the last piece has been handed over.
 */
final class Staging {
  static final int HALF_BYTES = 4 << 20;

  private final CudaStream stream;
  private final Half[] halves = new Half[2];
  private int next;

  /** One half, and the event after its last copy. */
  static final class Half {
    private final Pointer pointer = new Pointer();
    private final CUevent copied = new CUevent();
    private FloatBuffer floats;
    private IntBuffer ints;
    private LongBuffer longs;

    FloatBuffer floats() {
      return floats;
    }

    IntBuffer ints() {
      return ints;
    }

    LongBuffer longs() {
      return longs;
    }

    Pointer pointer() {
      return pointer;
    }
  }

  Staging(CudaStream stream) {
    this.stream = stream;
  }

  /** The half that was used longer ago; waits until its copy is done. The stream must be locked. */
  Half next() {
    next = 1 - next;
    if (halves[next] == null) {
      halves[next] = make();
    }
    Half half = halves[next];
    stream
        .context()
        .check(JCudaDriver.cuEventSynchronize(half.copied), "cuEventSynchronize", "a copy");
    return half;
  }

  /** Marks the copy just handed over as the half's last. */
  void copied(Half half) {
    stream
        .context()
        .check(JCudaDriver.cuEventRecord(half.copied, stream.handle()), "cuEventRecord", "a copy");
  }

  private Half make() {
    CudaContext context = stream.context();
    Half half = new Half();
    context.check(
        JCudaDriver.cuMemAllocHost(half.pointer, HALF_BYTES),
        "cuMemAllocHost",
        "page-locked memory for copies, " + HALF_BYTES + " bytes");
    ByteBuffer bytes = half.pointer.getByteBuffer(0, HALF_BYTES).order(ByteOrder.nativeOrder());
    half.floats = bytes.asFloatBuffer();
    half.ints = bytes.asIntBuffer();
    half.longs = bytes.asLongBuffer();
    int status = JCudaDriver.cuEventCreate(half.copied, CUevent_flags.CU_EVENT_DISABLE_TIMING);
    if (status != 0) {
      JCudaDriver.cuMemFreeHost(half.pointer);
      context.check(status, "cuEventCreate", context.name());
    }
    return half;
  }

  void close() {
    for (Half half : halves) {
      if (half != null) {
        JCudaDriver.cuEventDestroy(half.copied);
        JCudaDriver.cuMemFreeHost(half.pointer);
      }
    }
  }
}
