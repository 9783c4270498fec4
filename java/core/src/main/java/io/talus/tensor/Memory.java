package io.talus.tensor;

import java.nio.FloatBuffer;
import java.nio.IntBuffer;
import java.nio.LongBuffer;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * One block of a backend's memory, freed by {@link #close}. Implemented by backends; users hold
 * {@link Tensor}s.
 *
 * <p>Closing twice is harmless. Closing a block while another thread runs an operation on it is a
 * mistake that is not caught.
 */
public abstract class Memory implements AutoCloseable {
  private final MemoryLedger ledger;
  private final MemoryLedger.Entry entry;
  private final long bytes;
  private final AtomicBoolean open = new AtomicBoolean(true);

  /**
   * @param ledger the backend's account; its identity is the backend's identity
   * @param bytes size, at least 0
   * @param label what the block is for, as shown in leak and out-of-memory reports
   */
  protected Memory(MemoryLedger ledger, long bytes, String label) {
    this.ledger = ledger;
    this.bytes = bytes;
    this.entry = ledger.add(this, bytes, label);
  }

  /** The account of the backend that owns this block; operands of one operation share it. */
  public final MemoryLedger ledger() {
    return ledger;
  }

  public final long bytes() {
    return bytes;
  }

  public final boolean isOpen() {
    return open.get();
  }

  /** Frees the block. Only the first call has an effect. */
  @Override
  public final void close() {
    if (open.compareAndSet(true, false)) {
      ledger.remove(entry);
      release();
    }
  }

  /** Gives the memory back; called once. */
  protected abstract void release();

  /** Copies the remaining floats of {@code source} to the block, from element {@code offset} on. */
  public abstract void upload(long offset, FloatBuffer source);

  /** Fills {@code target} from element {@code offset} on. */
  public abstract void download(long offset, FloatBuffer target);

  /** Copies the remaining ints of {@code source} to the block, from element {@code offset} on. */
  public abstract void upload(long offset, IntBuffer source);

  /** Fills {@code target} from element {@code offset} on. */
  public abstract void download(long offset, IntBuffer target);

  /** Copies the remaining longs of {@code source} to the block, from element {@code offset} on. */
  public abstract void upload(long offset, LongBuffer source);

  /** Fills {@code target} from element {@code offset} on. */
  public abstract void download(long offset, LongBuffer target);
}
