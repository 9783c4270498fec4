package io.talus.train;

import io.talus.tensor.Memory;
import io.talus.tensor.MemoryLedger;
import io.talus.tensor.TensorFactory;
import java.nio.FloatBuffer;
import java.nio.IntBuffer;
import java.nio.LongBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** Counts the bytes of tensors that would be made. What it makes keeps nothing copied there. */
final class MemoryCount extends TensorFactory {
  private final MemoryLedger ledger = new MemoryLedger("count");
  private final List<Memory> made = new ArrayList<>();

  private MemoryCount() {}

  /** The bytes of all that {@code making} makes. */
  static long of(Consumer<TensorFactory> making) {
    MemoryCount count = new MemoryCount();
    making.accept(count);
    long bytes = count.made.stream().mapToLong(Memory::bytes).sum();
    count.made.forEach(Memory::close);
    return bytes;
  }

  @Override
  protected Memory allocate(long bytes, String label) {
    Memory nothing = new Nothing(ledger, bytes, label);
    made.add(nothing);
    return nothing;
  }

  private static final class Nothing extends Memory {
    Nothing(MemoryLedger ledger, long bytes, String label) {
      super(ledger, bytes, label);
    }

    @Override
    protected void release() {}

    private static UnsupportedOperationException holdsNothing() {
      return new UnsupportedOperationException("memory that is only counted has nothing to copy");
    }

    @Override
    public void upload(long offset, FloatBuffer source) {}

    @Override
    public void download(long offset, FloatBuffer target) {
      throw holdsNothing();
    }

    @Override
    public void upload(long offset, IntBuffer source) {}

    @Override
    public void download(long offset, IntBuffer target) {
      throw holdsNothing();
    }

    @Override
    public void upload(long offset, LongBuffer source) {}

    @Override
    public void download(long offset, LongBuffer target) {
      throw holdsNothing();
    }
  }
}
