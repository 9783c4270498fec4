package io.talus.train;

import java.lang.reflect.Method;

/** Bytes that a thread takes from the heap; by reflection, as no module requires it. */
final class Allocations {
  private final Object threads;
  private final Method allocatedBytes;

  Allocations() throws ReflectiveOperationException {
    threads =
        Class.forName("java.lang.management.ManagementFactory")
            .getMethod("getThreadMXBean")
            .invoke(null);
    allocatedBytes =
        Class.forName("com.sun.management.ThreadMXBean")
            .getMethod("getThreadAllocatedBytes", long.class);
    during(() -> {});
  }

  /** By this thread. */
  long during(Runnable work) throws ReflectiveOperationException {
    return during(Thread.currentThread(), work);
  }

  /** By another thread while this one works. */
  long during(Thread thread, Runnable work) throws ReflectiveOperationException {
    Object before = allocatedBytes.invoke(threads, thread.getId());
    work.run();
    return (long) allocatedBytes.invoke(threads, thread.getId()) - (long) before;
  }
}
