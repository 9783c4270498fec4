package io.talus.backend.cuda;

import io.talus.Device;
import io.talus.Devices;

/** Tells what {@link Workload} makes, and how often its second run had to ask the driver. */
final class KeptMemory {
  private KeptMemory() {}

  public static void main(String[] arguments) {
    Device cuda = Devices.require("cuda");
    CudaBackend backend = (CudaBackend) new CudaBackendProvider().start().get(0);
    String first = Workload.run(cuda);
    long before = backend.allocator().statistics().driverCalls();
    String second = Workload.run(cuda);
    long after = backend.allocator().statistics().driverCalls();
    System.out.println(first + second);
    System.out.println("new blocks " + (after - before));
  }
}
