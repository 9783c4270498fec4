package io.talus.backend.cuda;

import io.talus.backend.Backend;
import io.talus.backend.MemoryStatistics;
import io.talus.backend.Stream;
import io.talus.op.Precision;
import io.talus.op.Recording;
import io.talus.tensor.DeviceException;
import io.talus.tensor.Memory;
import io.talus.tensor.MemoryLedger;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import jcuda.driver.JCudaDriver;

/**
 * A backend on one GPU, but for its operations: memory, orders of work, recordings, time. What its
 * kernels do is {@link CudaBackend}.
 */
abstract class GpuBackend implements Backend {
  private final CudaContext context;
  private final CudaAllocator allocator;
  private final List<String> advice;
  private final CudaStream ownStream;
  private final Set<CudaStream> streams = ConcurrentHashMap.newKeySet();

  /**
   * @param advice what a person should know about this device and those passed over
   */
  GpuBackend(CudaContext context, CudaAllocator allocator, List<String> advice) {
    this.context = context;
    this.allocator = allocator;
    this.advice = advice;
    ownStream = openStream();
  }

  @Override
  public String name() {
    return context.name();
  }

  @Override
  public String description() {
    return context.toString();
  }

  @Override
  public List<String> advice() {
    List<String> all = new ArrayList<>(advice);
    if (context.cublas().reason() != null) {
      all.add(context.cublas().reason());
    }
    return all;
  }

  @Override
  public boolean isEmulated() {
    return context.isEmulated();
  }

  @Override
  public Precision precision(Precision wanted) {
    return context.precision(wanted);
  }

  @Override
  public MemoryLedger ledger() {
    return context.ledger();
  }

  @Override
  public MemoryStatistics memory() {
    long[] free = new long[1];
    long[] capacity = new long[1];
    context.enter();
    context.check(JCudaDriver.cuMemGetInfo(free, capacity), "cuMemGetInfo", name());
    return new MemoryStatistics(
        ledger().bytes(),
        ledger().mostBytes(),
        allocator.statistics().bytesHeld(),
        OptionalLong.of(capacity[0]),
        OptionalLong.of(free[0]),
        OptionalLong.of(allocator.available(free[0])));
  }

  CudaContext context() {
    return context;
  }

  CudaAllocator allocator() {
    return allocator;
  }

  @Override
  public final CudaStream openStream() {
    CudaStream stream = new CudaStream(context, allocator, streams::remove);
    streams.add(stream);
    return stream;
  }

  private CudaStream orOwn(Stream stream) {
    return stream == null ? ownStream : (CudaStream) stream;
  }

  @Override
  public Memory allocate(long bytes, String label, Stream stream) {
    CudaRecording.refuse("making a tensor");
    CudaStream its = orOwn(stream);
    its.lock();
    try {
      CudaAllocator.Block block = allocator.take(bytes, label, its);
      try {
        its.clear(block.pointer(), bytes);
      } catch (DeviceException failed) {
        allocator.give(block);
        throw failed;
      }
      return new CudaMemory(allocator, block, its, bytes, label);
    } finally {
      its.unlock();
    }
  }

  @Override
  public Recording record(Stream stream, Runnable work) {
    return CudaRecording.of(orOwn(stream), work);
  }

  @Override
  public void synchronize() {
    CudaRecording.refuse("waiting for the device");
    context.enter();
    streams.forEach(CudaStream::synchronizeFromAnywhere);
  }

  /** Frees what the backend holds; for the end of the process, where a tool looks for leaks. */
  void close() {
    if (!context.isLost()) {
      ownStream.close();
      context.enter();
      context.cublas().close();
      allocator.trim();
    }
    context.close();
  }

  @Override
  public long measureNanos(Stream stream, Runnable work) {
    CudaRecording.refuse("measuring");
    CudaStream its = orOwn(stream);
    its.lock();
    try (EventTimer timer = new EventTimer(its)) {
      return timer.nanos(work);
    } finally {
      its.unlock();
    }
  }

  @Override
  public double measureFmaGflops() {
    return FmaLimit.gflops(ownStream);
  }
}
