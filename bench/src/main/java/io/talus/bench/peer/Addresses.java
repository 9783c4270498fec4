package io.talus.bench.peer;

import io.talus.tensor.HostMemory;
import io.talus.tensor.Tensor;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.javacpp.Pointer;

/** JavaCPP pointers to a tensor's own memory, so that peers work on what Talus works on. */
final class Addresses {
  private Addresses() {}

  /**
   * @throws IllegalArgumentException when only Java sees the memory
   */
  static FloatPointer of(Tensor tensor) {
    long address =
        tensor.memory() instanceof HostMemory memory && memory.address() != 0
            ? memory.address() + tensor.offset() * Float.BYTES
            : 0;
    if (address == 0) {
      throw new IllegalArgumentException(tensor + " is not in memory that a library can reach");
    }
    return new FloatPointer(at(address, tensor.size()));
  }

  private static Pointer at(long start, long elements) {
    return new Pointer() {
      Pointer set() {
        address = start;
        limit = elements;
        capacity = elements;
        return this;
      }
    }.set();
  }
}
