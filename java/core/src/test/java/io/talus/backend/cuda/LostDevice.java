package io.talus.backend.cuda;

import io.talus.Device;
import io.talus.Devices;
import io.talus.Workspace;
import io.talus.op.Fill;
import io.talus.tensor.DeviceException;
import io.talus.tensor.Tensor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Goes on after an error that ends the device's context (SOFTCUDA_FAIL must be {@code @} and the
 * path in the property {@code faults}).
 */
final class LostDevice {
  private LostDevice() {}

  public static void main(String[] arguments) throws IOException {
    Device cuda = Devices.require("cuda");
    Files.writeString(Path.of(System.getProperty("faults")), "cuMemcpyHtoDAsync_v2:1:700");
    try (Workspace workspace = cuda.workspace()) {
      Tensor y = workspace.tensor(1000);
      tell("during", () -> y.copyFrom(new float[1000]));
      tell("after", () -> cuda.fill(new Fill(1, y)));
      tell("copy", () -> y.toArray());
      tell("new", () -> cuda.tensor(10));
      tell("workspace", () -> cuda.workspace());
    }
    System.out.println("bytes " + cuda.memoryBytes());
    Device java = Devices.require("java");
    try (Tensor y = java.tensor(3)) {
      java.fill(new Fill(2, y));
      System.out.println("java " + y.toArray()[2]);
    }
  }

  private static void tell(String when, Runnable work) {
    try {
      work.run();
      System.out.println(when + ": nothing");
    } catch (DeviceException expected) {
      System.out.println(when + ": " + expected.getMessage());
    }
  }
}
