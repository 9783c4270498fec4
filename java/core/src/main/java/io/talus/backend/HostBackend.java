package io.talus.backend;

import io.talus.op.Precision;
import io.talus.op.Recording;

/**
 * A backend that works in the machine's own memory and has done an operation when its call returns.
 */
public interface HostBackend extends Backend {
  @Override
  default boolean isEmulated() {
    return false;
  }

  /** Processors make all products in float32. */
  @Override
  default Precision precision(Precision wanted) {
    return Precision.FLOAT32;
  }

  @Override
  default MemoryStatistics memory() {
    return MemoryStatistics.ofHost(ledger());
  }

  @Override
  default Stream openStream() {
    return Stream.IN_ORDER;
  }

  @Override
  default Recording record(Stream stream, Runnable work) {
    return Recording.of(work);
  }

  @Override
  default void synchronize() {
    // Every call has done its work when it returns.
  }

  @Override
  default long measureNanos(Stream stream, Runnable work) {
    long start = System.nanoTime();
    work.run();
    return System.nanoTime() - start;
  }
}
