package io.talus.bench.gpu;

import io.talus.Device;
import io.talus.Devices;
import io.talus.bench.LimitProbe;
import io.talus.bench.table.Stopwatch;
import io.talus.bench.work.Work;
import io.talus.bench.work.WrongAnswerException;
import io.talus.op.Fill;
import io.talus.op.Gemm;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.OptionalLong;
import java.util.function.LongSupplier;

/**
 * The process that times one group of works. Before each repetition, the device's caches are filled
 * with something else, by an operation of the same stream: its time also hides that of handing the
 * work over, so that what lies between the events is the work alone.
 */
public final class Timing {
  private static final long FLUSH_BYTES = 256L << 20;
  private static final long EMULATED_FLUSH_BYTES = 1L << 16;
  private static final int WARM_UPS = 3;
  private static final int FEWEST = 11;
  private static final int MOST = 201;
  private static final int EMULATED_MOST = 3;
  private static final long ENOUGH_NANOS = 500_000_000;

  private final Records records;
  private final Device device;
  private final LimitProbe limits;
  private final CublasPeer cublas;

  private Timing(Records records, Device device, LimitProbe limits, CublasPeer cublas) {
    this.records = records;
    this.device = device;
    this.limits = limits;
    this.cublas = cublas;
  }

  /**
   * @param arguments the file to write to, the device, the group
   */
  public static void main(String[] arguments) throws IOException {
    Device device = Devices.require(arguments[1]);
    String group = arguments[2];
    try (Records records = new Records(Path.of(arguments[0]));
        LimitProbe limits = Identify.limits(device);
        CublasPeer cublas = CublasPeer.open(device)) {
      if (cublas.reason() != null) {
        records.add("no-cublas", cublas.reason());
      }
      Identify.measure(limits, records);
      Timing timing = new Timing(records, device, limits, cublas);
      Plan.timed(device.isEmulated()).stream()
          .filter(one -> one.group().equals(group))
          .forEach(timing::time);
    }
  }

  /** More than any cache of a GPU holds. */
  static long flushBytes(Device device) {
    return device.isEmulated() ? EMULATED_FLUSH_BYTES : FLUSH_BYTES;
  }

  private void time(Case one) {
    try (Work work = one.make(device)) {
      work.verify();
      report(one, "talus", work, talus(work));
      if (work.op() instanceof Gemm gemm && cublas.reason() == null && cublas.takes(gemm)) {
        timeCublas(one, work, gemm);
      }
    } catch (WrongAnswerException wrong) {
      records.add("wrong", one.kind(), one.shape(), wrong.getMessage());
    } catch (RuntimeException | OutOfMemoryError failed) {
      records.add("failed", one.kind(), one.shape(), failed);
    }
  }

  private double[] talus(Work work) {
    Fill flush = new Fill(0f, work.workspace().tensor(flushBytes(device) / Float.BYTES));
    return repeat(
        () -> {
          device.fill(flush);
          OptionalLong measured = work.measureNanos();
          return measured.isPresent() ? measured.getAsLong() : byTheClock(work);
        });
  }

  /** Of work that spans several streams: what the caller waits for. */
  private static long byTheClock(Work work) {
    work.device().synchronize();
    long start = System.nanoTime();
    work.run();
    return System.nanoTime() - start;
  }

  private void timeCublas(Case one, Work work, Gemm gemm) {
    try (CublasPeer.Product product = cublas.prepare(gemm)) {
      product.verify();
      report(one, "cublas", work, repeat(product::nanos));
    } catch (WrongAnswerException wrong) {
      records.add("wrong", one.kind() + " by cuBLAS", one.shape(), wrong.getMessage());
    }
  }

  private double[] repeat(LongSupplier once) {
    int most = device.isEmulated() ? EMULATED_MOST : MOST;
    for (int run = 0; run < WARM_UPS && !device.isEmulated(); run++) {
      once.getAsLong();
    }
    double[] seconds = new double[most];
    int count = 0;
    long start = System.nanoTime();
    while (count < most && (count < FEWEST || System.nanoTime() - start < ENOUGH_NANOS)) {
      seconds[count++] = once.getAsLong() * 1e-9;
    }
    return Arrays.copyOf(seconds, count);
  }

  private void report(Case one, String contender, Work work, double[] seconds) {
    records.add(
        "time",
        one.kind(),
        one.shape(),
        contender,
        Stopwatch.quantile(seconds, 0.5),
        Stopwatch.quantile(seconds, 0.25),
        Stopwatch.quantile(seconds, 0.75),
        seconds.length,
        work.flops(),
        work.bytes(),
        work.op() == null ? "clock" : "events",
        limits.fmaGflops(),
        limits.copyGigabytesPerSecond());
  }
}
