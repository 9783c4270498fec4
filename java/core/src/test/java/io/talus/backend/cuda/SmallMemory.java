package io.talus.backend.cuda;

import io.talus.Device;
import io.talus.Devices;
import io.talus.Workspace;
import io.talus.tensor.DeviceException;

/** Runs out of the device's memory, and goes on (SOFTCUDA_MEM says how little there is). */
final class SmallMemory {
  private SmallMemory() {}

  public static void main(String[] arguments) {
    Device cuda = Devices.require("cuda");
    String right = Workload.run(cuda);
    try (Workspace workspace = cuda.workspace()) {
      while (true) {
        workspace.tensor(1000, 1000);
      }
    } catch (DeviceException expected) {
      System.out.println(expected.getMessage());
    }
    System.out.println("bytes " + cuda.memoryBytes());
    System.out.println("goes on " + Workload.run(cuda).equals(right));
  }
}
