package io.talus.bench;

import io.talus.Device;
import io.talus.Workspace;
import io.talus.op.Copy;
import io.talus.tensor.DeviceException;

/**
 * The limits of a device, measured as often as wanted: multiply-adds on registers, and a copy of 1
 * GiB, read and write counted.
 */
public final class LimitProbe implements AutoCloseable {
  private static final long COPY_BYTES = 1L << 30;

  private final Workspace workspace;
  private final Copy copy;
  private double fmaGflops;
  private double copyGigabytesPerSecond;

  public LimitProbe(Device device) {
    workspace = device.workspace();
    copy =
        new Copy(
            workspace.tensor(COPY_BYTES / Float.BYTES), workspace.tensor(COPY_BYTES / Float.BYTES));
  }

  /** Measures both. A limit that cannot be measured is NaN. */
  public void measure() {
    fmaGflops = workspace.device().measureFmaGflops();
    copyGigabytesPerSecond = copySpeed();
  }

  private double copySpeed() {
    try {
      long start = System.nanoTime();
      workspace.device().copy(copy);
      workspace.device().synchronize();
      return copy.bytes() / (double) (System.nanoTime() - start);
    } catch (DeviceException | UnsupportedOperationException notYet) {
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
