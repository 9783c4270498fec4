package io.talus.backend.cuda;

import io.talus.backend.Stream;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import java.util.concurrent.locks.StampedLock;
import java.util.function.Consumer;
import jcuda.driver.CUevent;
import jcuda.driver.CUevent_flags;
import jcuda.driver.CUstream;
import jcuda.driver.CUstream_flags;
import jcuda.driver.JCudaDriver;

/**
 * One order of work on a GPU. Work is handed over and not waited for. One thread at a time hands
 * over: an operation may be several launches with scratch memory between them.
 */
final class CudaStream implements Stream {
  private final CudaContext context;
  private final CudaAllocator allocator;
  private final Consumer<CudaStream> whenClosed;
  private final CUstream handle = new CUstream();
  private final CUevent event = new CUevent();
  private final ReentrantLock lock = new ReentrantLock();

  /**
   * Held for reading while other threads wait for this stream or let it wait, for writing while it
   * is recorded: these would become part of the recording.
   */
  private final StampedLock visits = new StampedLock();

  private final StreamRun run;
  private final Staging staging;
  private final Scratch scratch;
  private boolean open = true;
  private int mayWait;
  private List<CudaStream> recordedOthers;
  private CublasHandle cublas;

  /**
   * @param whenClosed is told when it is closed
   */
  CudaStream(CudaContext context, CudaAllocator allocator, Consumer<CudaStream> whenClosed) {
    this.whenClosed = whenClosed;
    this.context = context;
    this.allocator = allocator;
    context.enter();
    context.check(
        JCudaDriver.cuStreamCreate(handle, CUstream_flags.CU_STREAM_NON_BLOCKING),
        "cuStreamCreate",
        context.name());
    int status = JCudaDriver.cuEventCreate(event, CUevent_flags.CU_EVENT_DISABLE_TIMING);
    if (status != 0) {
      JCudaDriver.cuStreamDestroy(handle);
      context.check(status, "cuEventCreate", context.name());
    }
    run = new StreamRun(this);
    staging = new Staging(this);
    scratch = new Scratch(this, allocator);
  }

  CudaContext context() {
    return context;
  }

  CUstream handle() {
    return handle;
  }

  CudaAllocator allocator() {
    return allocator;
  }

  Staging staging() {
    return staging;
  }

  Scratch scratch() {
    return scratch;
  }

  /**
   * cuBLAS for this stream, taken at the first use; null in a recording where there was none before
   * it. The stream must be locked.
   */
  CublasHandle cublas() {
    if (cublas == null && !isRecording()) {
      cublas = context.cublas().take(this);
    }
    return cublas;
  }

  /**
   * How many blocks of a launch may wait for each other: as many as are wanted, or fewer, at least
   * one. What is granted once stays granted until the stream is closed, for recordings that run
   * later. The stream must be locked.
   */
  int team(int wanted) {
    mayWait += context.grantWaiting(wanted - 1 - mayWait);
    return 1 + Math.min(wanted - 1, mayWait);
  }

  /** Whether what is handed over is kept for later instead of being done. */
  boolean isRecording() {
    return recordedOthers != null;
  }

  /**
   * The list fills with the other streams whose memory is used. Waits for operations that other
   * threads are just handing over.
   */
  List<CudaStream> startRecording() {
    visits.writeLock();
    recordedOthers = new ArrayList<>();
    return recordedOthers;
  }

  void endRecording() {
    recordedOthers = null;
    visits.tryUnlockWrite();
  }

  /** What is handed over from now on, until {@link #leave}, uses memory of {@code other}. */
  void join(CudaStream other, List<CudaStream> joined) {
    if (isRecording()) {
      if (!recordedOthers.contains(other)) {
        recordedOthers.add(other);
      }
    } else if (!joined.contains(other)) {
      other.visit();
      joined.add(other);
      waitFor(other);
    }
  }

  private void visit() {
    if (visits.tryReadLock() == 0) {
      throw new IllegalStateException(
          context.name()
              + ": an operand is in a workspace in which another thread is recording; its tensors"
              + " are free again when Workspace.record returns");
    }
  }

  /** The others, all of them {@link #join}ed, wait for what has been handed over. */
  void leave(List<CudaStream> joined) {
    try {
      for (int i = 0; i < joined.size(); i++) {
        joined.get(i).waitFor(this);
      }
    } finally {
      leaveUnused(joined);
    }
  }

  /** {@link #leave} when nothing was handed over. */
  void leaveUnused(List<CudaStream> joined) {
    for (int i = 0; i < joined.size(); i++) {
      joined.get(i).visits.tryUnlockRead();
    }
    joined.clear();
  }

  /**
   * Takes the right to hand over work, and makes the context current. {@link #unlock} gives it
   * back.
   */
  void lock() {
    lock.lock();
    try {
      context.enter();
    } catch (RuntimeException lost) {
      lock.unlock();
      throw lost;
    }
  }

  void unlock() {
    lock.unlock();
  }

  StreamRun run() {
    return run;
  }

  /** {@link #lock} before something is freed, which is tried in any case. */
  void lockToFree() {
    lock.lock();
    context.enterToFree();
  }

  /** What is handed over from now on waits for what {@code other} has been handed. */
  void waitFor(CudaStream other) {
    context.check(
        JCudaDriver.cuEventRecord(other.event, other.handle), "cuEventRecord", context.name());
    context.check(
        JCudaDriver.cuStreamWaitEvent(handle, other.event, 0), "cuStreamWaitEvent", context.name());
  }

  /** Fills memory with zeros. */
  void clear(DevicePointer start, long bytes) {
    if (bytes > 0) {
      context.check(
          JCudaDriver.cuMemsetD8Async(start, (byte) 0, bytes, handle),
          "cuMemsetD8Async",
          context.name());
    }
  }

  /** Waits until all that was handed over is done. */
  void synchronize(Object what) {
    context.check(JCudaDriver.cuStreamSynchronize(handle), "cuStreamSynchronize", what);
  }

  /** {@link #synchronize} from any thread: while another one records here, that is waited for. */
  void synchronizeFromAnywhere() {
    long stamp = visits.readLock();
    try {
      synchronize("an operation before");
    } finally {
      visits.unlockRead(stamp);
    }
  }

  @Override
  public void close() {
    if (!open) {
      return;
    }
    if (lock.isHeldByCurrentThread() && isRecording()) {
      throw new IllegalStateException("a workspace cannot be closed within its own recording");
    }
    open = false;
    whenClosed.accept(this);
    if (context.isLost()) {
      return;
    }
    lockToFree();
    try {
      synchronize("closing a workspace");
    } finally {
      free();
      unlock();
    }
  }

  private void free() {
    context.takeBackWaiting(mayWait);
    if (cublas != null) {
      context.cublas().give(cublas);
    }
    scratch.close();
    staging.close();
    allocator.retire(this);
    JCudaDriver.cuEventDestroy(event);
    context.check(JCudaDriver.cuStreamDestroy(handle), "cuStreamDestroy", context.name());
  }
}
