package io.talus.backend.cuda;

import io.talus.tensor.DeviceException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import jcuda.driver.CUresult;
import jcuda.driver.JCudaDriver;

/**
 * Device memory. The driver's own allocation waits for the device, so what is given back is kept
 * and handed out again: at once to the stream that used it, whose order keeps the two users apart,
 * and to others after that stream has been waited for.
 *
 * <p>Sizes are rounded up by at most an eighth, so that blocks fit again. When the driver has no
 * more, everything kept is given back to it and the request is made once more.
 */
final class CudaAllocator {
  private static final long SMALLEST = 512;

  private final CudaContext context;
  private final boolean keeping;
  private final long limit;
  private final Map<CudaStream, TreeMap<Long, Deque<Block>>> kept = new HashMap<>();
  private long bytesHeld;
  private long bytesKept;
  private long mostHeld;
  private long driverCalls;

  /** Memory got from the driver, and the stream that uses or used it last; null: nobody does. */
  static final class Block {
    private final DevicePointer pointer;
    private final long bytes;
    private CudaStream stream;

    private Block(DevicePointer pointer, long bytes) {
      this.pointer = pointer;
      this.bytes = bytes;
    }

    DevicePointer pointer() {
      return pointer;
    }

    long bytes() {
      return bytes;
    }
  }

  /**
   * What the allocator has done.
   *
   * @param bytesHeld got from the driver, in use or kept
   * @param bytesKept of those, kept for later
   * @param mostHeld the most that were ever held
   * @param driverCalls allocations that reached the driver
   */
  record Statistics(long bytesHeld, long bytesKept, long mostHeld, long driverCalls) {}

  /**
   * @param keeping false: exact sizes, nothing is kept, so that every access beyond an array is one
   *     beyond an allocation; for checking tools
   * @param limit bytes never to be exceeded
   */
  CudaAllocator(CudaContext context, boolean keeping, long limit) {
    this.context = context;
    this.keeping = keeping;
    this.limit = limit;
  }

  synchronized Statistics statistics() {
    return new Statistics(bytesHeld, bytesKept, mostHeld, driverCalls);
  }

  /** Bytes that may still be taken where the driver has {@code free}. */
  synchronized long available(long free) {
    long inUse = bytesHeld - bytesKept;
    return Math.min(free + bytesKept, limit - inUse);
  }

  /**
   * A block of at least {@code bytes} for work on {@code stream}, with anything in it.
   *
   * @throws DeviceException when there is not enough memory, with what holds it
   */
  synchronized Block take(long bytes, String label, CudaStream stream) {
    long size = keeping ? rounded(bytes) : Math.max(bytes, 1);
    Block block = keeping ? again(size, stream) : null;
    if (block == null) {
      block = fromDriver(size, label);
    }
    block.stream = stream;
    return block;
  }

  /**
   * Takes a block back. Work that uses it may still be under way on its stream. One that the driver
   * does not take back now is kept and offered again by {@link #trim}.
   */
  synchronized void give(Block block) {
    if (context.isLost()) {
      bytesHeld -= block.bytes;
      return;
    }
    // The driver waits for the device before it frees.
    if (keeping || free(block) != 0) {
      keep(block, block.stream);
    }
  }

  /** A stream that has been waited for and will do no more: what it used is anybody's. */
  synchronized void retire(CudaStream stream) {
    TreeMap<Long, Deque<Block>> its = kept.remove(stream);
    if (its != null) {
      its.values().forEach(blocks -> blocks.forEach(block -> bytesKept -= block.bytes));
      its.values().forEach(blocks -> blocks.forEach(block -> keep(block, null)));
    }
  }

  /** Gives everything kept back to the driver. */
  synchronized void trim() {
    List<Block> all = new ArrayList<>();
    kept.values().forEach(sizes -> sizes.values().forEach(all::addAll));
    kept.clear();
    bytesKept = 0;
    int failed = 0;
    for (Block block : all) {
      int status = free(block);
      if (status != 0) {
        failed = status;
        keep(block, block.stream);
      }
    }
    context.check(failed, "cuMemFree", context.name());
  }

  private void keep(Block block, CudaStream stream) {
    block.stream = stream;
    kept.computeIfAbsent(stream, s -> new TreeMap<>())
        .computeIfAbsent(block.bytes, size -> new ArrayDeque<>())
        .push(block);
    bytesKept += block.bytes;
  }

  private Block again(long size, CudaStream stream) {
    Block own = again(size, kept.get(stream));
    return own != null ? own : again(size, kept.get(null));
  }

  private Block again(long size, TreeMap<Long, Deque<Block>> sizes) {
    Map.Entry<Long, Deque<Block>> entry = sizes == null ? null : sizes.ceilingEntry(size);
    if (entry == null || entry.getKey() > size + size / 4) {
      return null;
    }
    Block block = entry.getValue().pop();
    if (entry.getValue().isEmpty()) {
      sizes.remove(entry.getKey());
    }
    bytesKept -= block.bytes;
    return block;
  }

  private Block fromDriver(long size, String label) {
    if (bytesHeld + size > limit) {
      trim();
    }
    if (bytesHeld + size > limit) {
      throw outOfMemory(size, label, "the limit of " + limit + " bytes (talus.cuda.memory)");
    }
    DevicePointer pointer = new DevicePointer();
    int status = JCudaDriver.cuMemAlloc(pointer, size);
    if (status == CUresult.CUDA_ERROR_OUT_OF_MEMORY) {
      trim();
      pointer = new DevicePointer();
      status = JCudaDriver.cuMemAlloc(pointer, size);
    }
    if (status == CUresult.CUDA_ERROR_OUT_OF_MEMORY) {
      throw outOfMemory(size, label, "the device, which has " + free() + " bytes free");
    }
    context.check(status, "cuMemAlloc", label);
    driverCalls++;
    bytesHeld += size;
    mostHeld = Math.max(mostHeld, bytesHeld);
    return new Block(pointer, size);
  }

  private DeviceException outOfMemory(long size, String label, String bound) {
    return new DeviceException(
        "out of memory: "
            + label
            + " needs "
            + size
            + " bytes, more than is left of "
            + bound
            + "; "
            + context.ledger().describe());
  }

  private static long free() {
    long[] free = new long[1];
    JCudaDriver.cuMemGetInfo(free, new long[1]);
    return free[0];
  }

  /** The driver's status. */
  private int free(Block block) {
    context.enterToFree();
    int status = JCudaDriver.cuMemFree(block.pointer);
    if (status == 0) {
      bytesHeld -= block.bytes;
    }
    return status;
  }

  /** Up to the next of eight sizes between two powers of two. */
  static long rounded(long bytes) {
    if (bytes <= SMALLEST) {
      return SMALLEST;
    }
    long step = Math.max(SMALLEST, Long.highestOneBit(bytes - 1) / 8);
    return Ceil.multiple(bytes, step);
  }
}
