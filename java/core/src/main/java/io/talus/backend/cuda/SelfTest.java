package io.talus.backend.cuda;

import io.talus.op.Fill;
import io.talus.tensor.DeviceException;
import io.talus.tensor.Memory;
import io.talus.tensor.Tensor;
import io.talus.tensor.TensorFactory;

/** A few small operations with known results: that kernels load, run, and compute. */
final class SelfTest {
  private SelfTest() {}

  /**
   * @throws DeviceException when a kernel does not load or its result is wrong
   */
  static void run(CudaContext context) {
    CudaAllocator allocator = new CudaAllocator(context, false, Long.MAX_VALUE);
    try (CudaStream stream = new CudaStream(context, allocator, closed -> {})) {
      TensorFactory memory =
          new TensorFactory() {
            @Override
            protected Memory allocate(long bytes, String label) {
              return new CudaMemory(
                  allocator, allocator.take(bytes, label, stream), stream, bytes, label);
            }
          };
      fill(context, memory);
    }
  }

  private static void fill(CudaContext context, TensorFactory memory) {
    try (Tensor y = memory.tensor(1000)) {
      new ElementwiseKernels(context).fill(new Fill(2.5f, y));
      for (float value : y.toArray()) {
        if (value != 2.5f) {
          throw new DeviceException(
              context
                  + " gave "
                  + value
                  + " for a fill with 2.5: the device or its driver is broken");
        }
      }
    }
  }
}
