package io.talus.backend.cpu;

import io.talus.tensor.DeviceArray;
import io.talus.tensor.DeviceException;
import io.talus.tensor.HostMemory;
import io.talus.tensor.MemoryLedger;
import java.nio.ByteBuffer;
import org.bytedeco.javacpp.Pointer;

/** Memory that the native library hands out, and where in it operands lie. */
final class CpuMemory {
  private CpuMemory() {}

  /**
   * A block of zeros.
   *
   * @throws DeviceException when there is not enough memory, with what holds it
   */
  static HostMemory allocate(MemoryLedger ledger, long bytes, String label) {
    long address = TalusCpu.talus_cpu_alloc(bytes);
    if (address == 0) {
      throw new DeviceException(
          "out of memory: " + label + " needs " + bytes + " bytes; " + ledger.describe());
    }
    ByteBuffer[] chunks = new ByteBuffer[HostMemory.chunkCount(bytes)];
    for (int i = 0; i < chunks.length; i++) {
      long start = (long) i * HostMemory.CHUNK_BYTES;
      long length = Math.min(HostMemory.CHUNK_BYTES, bytes - start);
      chunks[i] = new View(address + start, length).asByteBuffer();
    }
    HostMemory memory =
        new HostMemory(
            ledger, bytes, label, address, chunks, () -> TalusCpu.talus_cpu_free(address));
    CpuElementwise.fill(address, bytes / Float.BYTES, 0f);
    return memory;
  }

  /** Where an operand's first element lies; 0 for one that is absent. */
  static long at(DeviceArray array) {
    return array == null
        ? 0
        : ((HostMemory) array.memory()).address() + array.offset() * array.elementBytes();
  }

  /** Memory that Java did not allocate, as JavaCPP makes a buffer of it. */
  private static final class View extends Pointer {
    View(long start, long bytes) {
      address = start;
      limit = bytes;
      capacity = bytes;
    }

    @Override
    public int sizeof() {
      return 1;
    }
  }
}
