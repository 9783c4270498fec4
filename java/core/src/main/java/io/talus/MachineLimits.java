package io.talus;

import io.talus.op.Copy;
import io.talus.tensor.Tensor;

/**
 * What a device can do at most, as measured on it: the two numbers that speeds are compared with.
 *
 * @param fmaGflops multiply-adds on registers alone, on every thread, in 10^9 flops a second, a
 *     multiply-add counted as two
 * @param copyGigabytesPerSecond one large array copied to another by {@link Copy}, in 10^9 bytes a
 *     second, read and write both counted
 */
public record MachineLimits(double fmaGflops, double copyGigabytesPerSecond) {
  private static final int ROUNDS = 5;

  /**
   * Measures both, in a fraction of a second; the best of several rounds.
   *
   * @param copyBytes size of the array copied: well above the caches, and twice this is held
   * @throws io.talus.tensor.DeviceException when the device fails, or has not that much memory
   */
  public static MachineLimits measure(Device device, long copyBytes) {
    double flops = 0;
    for (int round = 0; round < ROUNDS; round++) {
      flops = Math.max(flops, device.measureFmaGflops());
    }
    return new MachineLimits(flops, copySpeed(device, copyBytes));
  }

  private static double copySpeed(Device device, long copyBytes) {
    try (Workspace workspace = device.workspace()) {
      Tensor from = workspace.tensor(copyBytes / Float.BYTES);
      Tensor to = workspace.tensor(copyBytes / Float.BYTES);
      Copy copy = new Copy(from, to);
      double best = 0;
      for (int round = 0; round < ROUNDS; round++) {
        long nanos = workspace.measureNanos(() -> device.copy(copy));
        best = Math.max(best, copy.bytes() / (double) nanos);
      }
      return best;
    }
  }
}
