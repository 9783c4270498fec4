package io.talus.backend.cuda;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Memory for what lies between the launches of one operation. It is the stream's, used again by its
 * next operation, which the device does later; it grows to what the largest one needs and is freed
 * with the stream.
 */
final class Scratch {
  private static final long ALIGNMENT = 256;

  private final CudaStream stream;
  private final CudaAllocator allocator;
  private final List<CudaAllocator.Block> blocks = new ArrayList<>();
  private int current;
  private long used;
  private int keptBlocks;
  private long keptBytes;

  Scratch(CudaStream stream, CudaAllocator allocator) {
    this.stream = stream;
    this.allocator = allocator;
  }

  private static long aligned(long bytes) {
    return Math.max(ALIGNMENT, Ceil.multiple(bytes, ALIGNMENT));
  }

  /** The most memory of the device that pieces of these sizes hold, when nothing is there yet. */
  static long held(long... pieces) {
    return Arrays.stream(pieces).map(bytes -> CudaAllocator.rounded(aligned(bytes))).sum();
  }

  /** Pieces taken by one operation are apart. */
  long take(long bytes) {
    long size = aligned(bytes);
    while (current < blocks.size() && blocks.get(current).bytes() - used < size) {
      current++;
      used = 0;
    }
    if (current == blocks.size()) {
      blocks.add(allocator.take(size, "scratch memory", stream));
    }
    long address = blocks.get(current).pointer().address() + used;
    used += size;
    return address;
  }

  /** What has been taken so far stays taken at {@link #release}. */
  void keep() {
    keptBlocks = current;
    keptBytes = used;
  }

  /** What was taken since {@link #keep} may be taken again, for what the device does later. */
  void release() {
    current = keptBlocks;
    used = keptBytes;
  }

  void reset() {
    current = 0;
    used = 0;
    keep();
  }

  void close() {
    for (CudaAllocator.Block block : blocks) {
      allocator.give(block);
    }
    blocks.clear();
  }
}
