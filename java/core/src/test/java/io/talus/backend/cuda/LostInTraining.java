package io.talus.backend.cuda;

import io.talus.Device;
import io.talus.Devices;
import io.talus.tensor.DeviceException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Trains on a GPU that is lost meanwhile, then on the second one and on the processor. With the
 * property {@code lost}, a rule of SOFTCUDA_FAIL (which must be {@code @} and the path in the
 * property {@code faults}), that is when; without it, the kernels themselves must be to blame.
 */
final class LostInTraining {
  private LostInTraining() {}

  public static void main(String[] arguments) throws IOException {
    Device first = Devices.require("cuda");
    Device second = Devices.require("cuda:1");
    String rule = System.getProperty("lost");
    String right = rule == null ? null : Workload.run(first);
    if (rule != null) {
      Files.writeString(Path.of(System.getProperty("faults")), rule);
    }
    tell("during", () -> Workload.run(first));
    tell("again", () -> Workload.run(first));
    tell("waiting", first::synchronize);
    System.out.println("bytes " + first.memoryBytes());
    if (right == null) {
      System.out.println("second " + Workload.recommend(second).equals(Workload.recommend(second)));
    } else {
      System.out.println("second " + Workload.run(second).equals(right));
    }
    Device java = Devices.require("java");
    System.out.println("java " + Workload.run(java).equals(Workload.run(java)));
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
