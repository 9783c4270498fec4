package io.talus.backend.cuda;

import io.talus.Device;
import io.talus.Devices;
import io.talus.Workspace;
import io.talus.op.Gemm;
import io.talus.tensor.DeviceException;
import io.talus.tensor.Tensor;
import java.util.Arrays;

/** Products, and training with recordings, as {@code talus.cuda.cublas} says. */
final class CublasWork {
  private CublasWork() {}

  public static void main(String[] arguments) {
    Device cuda = Devices.require("cuda");
    try (Workspace workspace = cuda.workspace()) {
      Tensor a = workspace.tensor(new float[] {1, 2, 3, 4, 5, 6}, 2, 3);
      Tensor b = workspace.tensor(new float[] {1, 0, 0, 1, 1, 1}, 3, 2);
      Tensor c = workspace.tensor(2, 2);
      cuda.gemm(new Gemm(a, b, c));
      System.out.println("right " + Arrays.equals(c.toArray(), new float[] {4, 5, 10, 11}));
    } catch (DeviceException failed) {
      System.out.println(failed.getMessage());
    }
    cuda.advice().forEach(System.out::println);
    System.out.println("same " + Workload.run(cuda).equals(Workload.run(cuda)));
    System.out.println("bytes " + cuda.memoryBytes());
  }
}
