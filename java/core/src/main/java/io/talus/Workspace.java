package io.talus;

import io.talus.backend.Stream;
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
    while (!blocks.isEmpty()) {
      blocks.pop().close();
    }
    stream.close();
  }
}
