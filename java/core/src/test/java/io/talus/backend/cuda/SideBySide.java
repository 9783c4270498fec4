package io.talus.backend.cuda;

import io.talus.Device;
import io.talus.Devices;
import io.talus.Workspace;
import io.talus.op.Fill;
import io.talus.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** Four threads on two devices at once, and two threads in one workspace. */
final class SideBySide {
  private SideBySide() {}

  public static void main(String[] arguments) throws Exception {
    Device first = Devices.require("cuda");
    Device second = Devices.require("cuda:1");
    String right = Workload.run(first);
    ExecutorService threads = Executors.newFixedThreadPool(4);
    try {
      List<Future<String>> results = new ArrayList<>();
      for (Device device : List.of(first, second, first, second)) {
        results.add(threads.submit(() -> Workload.run(device)));
      }
      for (Future<String> result : results) {
        System.out.println("same " + result.get().equals(right));
      }
      System.out.println("one workspace " + oneWorkspace(first, threads));
    } finally {
      threads.shutdown();
    }
    try (Tensor y = second.tensor(3)) {
      first.fill(new Fill(1, y));
    } catch (IllegalStateException foreign) {
      System.out.println(foreign.getMessage());
    }
  }

  private static boolean oneWorkspace(Device device, ExecutorService threads) throws Exception {
    try (Workspace workspace = device.workspace()) {
      Tensor a = workspace.tensor(5000);
      Tensor b = workspace.tensor(5000);
      Future<Float> one = threads.submit(() -> last(device, a, 1));
      Future<Float> two = threads.submit(() -> last(device, b, 2));
      return one.get() == 20 && two.get() == 40;
    }
  }

  private static float last(Device device, Tensor y, float step) {
    for (int i = 1; i <= 20; i++) {
      device.fill(new Fill(i * step, y));
    }
    return y.toArray()[4999];
  }
}
