package io.talus.bench;

import io.talus.Device;
import io.talus.Workspace;
import io.talus.op.Copy;
import io.talus.tensor.DeviceException;
import java.util.function.DoubleSupplier;
import java.util.stream.DoubleStream;

/**
 * The limits of a device, measured as often as wanted: multiply-adds on registers, and a copy of 1
 * GiB, read and write counted. Each is the median of a few, as the work compared with it is: an
 * interruption would lower a limit, and flatter what is measured against it.
 */
public final class LimitProbe implements AutoCloseable {
  private static final long COPY_BYTES = 1L << 30;
  private static final int MEASUREMENTS = 5;

  private final Workspace workspace;
  private final Copy copy;
  private double fmaGflops = Double.NaN;
  private double copyGigabytesPerSecond = Double.NaN;

  public LimitProbe(Device device) {
    this(device, COPY_BYTES);
  }

  /**
   * @param copyBytes size of the array copied, well above the caches
   */
  public LimitProbe(Device device, long copyBytes) {
    workspace = device.workspace();
    copy =
        new Copy(
            workspace.tensor(copyBytes / Float.BYTES), workspace.tensor(copyBytes / Float.BYTES));
  }

  /** Measures both. A limit that cannot be measured is NaN. */
  public void measure() {
    fmaGflops = fmaGflops(workspace.device());
    copyGigabytesPerSecond = median(this::copySpeed);
  }

  /** The multiply-adds of a device, in 10^9 flops a second. */
  public static double fmaGflops(Device device) {
    return median(device::measureFmaGflops);
  }

  private static double median(DoubleSupplier measurement) {
    return DoubleStream.generate(measurement)
        .limit(MEASUREMENTS)
        .sorted()
        .skip(MEASUREMENTS / 2)
        .findFirst()
        .orElseThrow();
  }

  private double copySpeed() {
    try {
      return copy.bytes() / (double) workspace.measureNanos(() -> workspace.device().copy(copy));
    } catch (DeviceException notHere) {
      return Double.NaN;
    }
  }

  public double fmaGflops() {
    return fmaGflops;
  }

  public double copyGigabytesPerSecond() {
    return copyGigabytesPerSecond;
  }

  @Override
  public void close() {
    workspace.close();
  }
}
