package io.talus.backend.cuda;

import io.talus.op.Op;
import io.talus.tensor.DeviceArray;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import jcuda.Pointer;
import jcuda.driver.JCudaDriver;

/**
 * One operation being handed to a stream: launches of kernels, with arguments in the order of their
 * parameters. One object for a stream, used again for each operation, so that a run allocates
 * nothing:
 *
 * <pre>{@code
 * try (StreamRun run = StreamRun.begin(op, op.y())) {
 *   run.kernel(fill).i64(op.y().size()).f32(op.value()).array(op.y()).launch(blocks, 256);
 * }
 * }</pre>
 *
 * <p>An operand that belongs to another stream is waited for, and that stream then waits for this
 * operation.
 */
final class StreamRun implements AutoCloseable {
  private static final boolean SYNCHRONOUS = Boolean.getBoolean("talus.cuda.sync");
  private static final int MOST_ARGUMENTS = 32;

  private final CudaStream stream;
  private final ByteBuffer values =
      ByteBuffer.allocateDirect(MOST_ARGUMENTS * Long.BYTES).order(ByteOrder.nativeOrder());
  private final Pointer[] slots = new Pointer[MOST_ARGUMENTS];
  private final Pointer[] lists = new Pointer[MOST_ARGUMENTS + 1];
  private final GemmProduct product = new GemmProduct();
  private final CrossEntropyRows crossEntropyRows = new CrossEntropyRows();
  private final List<CudaStream> others = new ArrayList<>();
  private final Consumer<DeviceArray> join = this::join;
  private DevicePointer zeros = new DevicePointer();
  private Op op;
  private Kernel kernel;
  private int count;

  StreamRun(CudaStream stream) {
    this.stream = stream;
    Pointer base = Pointer.to(values);
    for (int i = 0; i < MOST_ARGUMENTS; i++) {
      slots[i] = base.withByteOffset((long) i * Long.BYTES);
    }
  }

  /** Begins to hand over an operation, on the stream of its {@code output} or of a recording. */
  static StreamRun begin(Op op, DeviceArray output) {
    CudaStream stream = CudaRecording.streamFor(((CudaMemory) output.memory()).stream());
    stream.lock();
    return stream.run().start(op);
  }

  /** The same on a stream that needs no other's memory. */
  static StreamRun begin(Op op, CudaStream stream) {
    stream.lock();
    StreamRun run = stream.run();
    run.op = op;
    return run;
  }

  private StreamRun start(Op next) {
    op = next;
    try {
      next.forEachOperand(join);
    } catch (RuntimeException failed) {
      stream.leaveUnused(others);
      stream.unlock();
      throw failed;
    }
    return this;
  }

  private void join(DeviceArray operand) {
    CudaStream owner = ((CudaMemory) operand.memory()).stream();
    if (owner != stream) {
      stream.join(owner, others);
    }
  }

  CudaContext context() {
    return stream.context();
  }

  CudaStream stream() {
    return stream;
  }

  /** What is being handed over. */
  Op op() {
    return op;
  }

  /** The matrix product being handed over. */
  GemmProduct product() {
    return product;
  }

  /** The rows of logits being handed over. */
  CrossEntropyRows crossEntropyRows() {
    return crossEntropyRows;
  }

  /**
   * Memory for this operation alone, in which nothing is known to be; good until {@link #close}.
   */
  long scratch(long bytes) {
    return stream.scratch().take(bytes);
  }

  /** {@link #scratch} memory that is full of zeros when the launches to come begin. */
  long zeros(long bytes) {
    long address = scratch(bytes);
    if (zeros.address() != address) {
      zeros = DevicePointer.of(address);
    }
    stream.clear(zeros, bytes);
    handedOver();
    return address;
  }

  /** Lets {@link #releaseScratch} spare what has been taken so far. */
  void keepScratch() {
    stream.scratch().keep();
  }

  /** Scratch memory taken since {@link #keepScratch} may be used by the launches to come. */
  void releaseScratch() {
    stream.scratch().release();
  }

  /** Begins a launch. */
  StreamRun kernel(Kernel next) {
    kernel = next;
    count = 0;
    return this;
  }

  /** An array's first element; null where the operand is absent. */
  StreamRun array(DeviceArray array) {
    return address(at(array));
  }

  /** Where the array's first element lies; 0 for one that is absent. */
  static long at(DeviceArray array) {
    return array == null
        ? 0
        : ((CudaMemory) array.memory()).address() + array.offset() * array.elementBytes();
  }

  StreamRun address(long value) {
    return i64(value);
  }

  StreamRun i64(long value) {
    values.putLong(count++ * Long.BYTES, value);
    return this;
  }

  StreamRun i32(int value) {
    values.putInt(count++ * Long.BYTES, value);
    return this;
  }

  StreamRun f32(float value) {
    values.putFloat(count++ * Long.BYTES, value);
    return this;
  }

  void launch(long blocks, int threads) {
    launch(blocks, 1, 1, threads, 0);
  }

  /**
   * Launches the kernel with the arguments given; one with no blocks is left out.
   *
   * @param threads of a block, in one dimension
   * @param sharedBytes dynamic shared memory of a block
   */
  void launch(long blocksX, long blocksY, long blocksZ, int threads, int sharedBytes) {
    if (count != kernel.parameters()) {
      throw new IllegalStateException(
          "kernel " + kernel.name() + " takes " + kernel.parameters() + " arguments, not " + count);
    }
    if (blocksX == 0 || blocksY == 0 || blocksZ == 0) {
      return;
    }
    int status =
        JCudaDriver.cuLaunchKernel(
            kernel.function(),
            Math.toIntExact(blocksX),
            Math.toIntExact(blocksY),
            Math.toIntExact(blocksZ),
            threads,
            1,
            1,
            sharedBytes,
            stream.handle(),
            arguments(),
            null);
    if (status != 0) {
      context().check(status, "cuLaunchKernel of " + kernel.name(), op);
    }
    handedOver();
  }

  /** After each piece of work: where errors are to name their operation, it is waited for. */
  void handedOver() {
    if (SYNCHRONOUS && !stream.isRecording()) {
      stream.synchronize(op);
    }
  }

  private Pointer arguments() {
    if (lists[count] == null) {
      Pointer[] first = new Pointer[count];
      System.arraycopy(slots, 0, first, 0, count);
      lists[count] = Pointer.to(first);
    }
    return lists[count];
  }

  @Override
  public void close() {
    try {
      stream.leave(others);
    } finally {
      stream.scratch().reset();
      stream.unlock();
    }
  }
}
