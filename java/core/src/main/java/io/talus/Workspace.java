package io.talus;

import io.talus.backend.Stream;
import io.talus.op.Recording;
import io.talus.tensor.Memory;
import io.talus.tensor.TensorFactory;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * A scope for tensors: everything that it made is closed, last first, when it is closed. Closing it
 * twice, or closing one of its tensors by hand before, is harmless. Not for use by several threads
 * at once.
 *
 * <p>On a GPU, each workspace is an order of work of its own: operations on the tensors of two
 * workspaces may run side by side. One on tensors of both waits for both.
 */
public final class Workspace extends TensorFactory implements AutoCloseable {
  private final Device device;
  private final Stream stream;
  private final Deque<Memory> blocks = new ArrayDeque<>();
  private boolean open = true;

  Workspace(Device device, Stream stream) {
    this.device = device;
    this.stream = stream;
  }

  /** The device whose memory this is. */
  public Device device() {
    return device;
  }

  /**
   * Keeps the operations that {@code work} runs, to be done any number of times by {@link
   * Recording#run}. On a GPU they are then launched as one (a CUDA graph); elsewhere {@code work}
   * runs each time.
   *
   * <p>The recording is of this thread's operations on the device, whatever workspaces their
   * tensors belong to; other threads may use those meanwhile, but not this workspace's: what they
   * run on it waits, or is refused with {@link IllegalStateException}. {@code work} reads no
   * results, makes no tensors and no other recording. Close the recording before the tensors. A
   * product whose shape a GPU has not met before is made by Talus's kernels in it, not by cuBLAS.
   *
   * @throws io.talus.tensor.DeviceException when the device cannot record them
   */
  public Recording record(Runnable work) {
    if (!open) {
      throw new IllegalStateException("the workspace is closed; nothing can be recorded in it");
    }
    return device.record(stream, work);
  }

  /**
   * Runs {@code work} and waits for it.
   *
   * @param work operations that write tensors of this workspace
   * @return nanoseconds that these took, as a GPU's own events measure it; elsewhere by the clock
   */
  public long measureNanos(Runnable work) {
    return device.measureNanos(stream, work);
  }

  @Override
  protected Memory allocate(long bytes, String label) {
    if (!open) {
      throw new IllegalStateException(
          "the workspace is closed; " + label + " cannot be made in it");
    }
    Memory block = device.allocate(bytes, label, stream);
    blocks.push(block);
    return block;
  }

  @Override
  public void close() {
    open = false;
    try {
      while (!blocks.isEmpty()) {
        blocks.pop().close();
      }
    } finally {
      stream.close();
    }
  }
}
