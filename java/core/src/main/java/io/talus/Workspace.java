package io.talus;

import io.talus.tensor.Memory;
import io.talus.tensor.TensorFactory;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * A scope for tensors: everything that it made is closed, last first, when it is closed. Closing it
 * twice, or closing one of its tensors by hand before, is harmless. Not for use by several threads
 * at once.
 */
public final class Workspace extends TensorFactory implements AutoCloseable {
  private final Device device;
  private final Deque<Memory> blocks = new ArrayDeque<>();
  private boolean open = true;

  Workspace(Device device) {
    this.device = device;
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
    Memory block = device.allocate(bytes, label);
    blocks.push(block);
    return block;
  }

  @Override
  public void close() {
    open = false;
    while (!blocks.isEmpty()) {
      blocks.pop().close();
    }
  }
}
