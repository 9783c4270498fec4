package io.talus.bench;

import io.talus.Device;
import io.talus.Devices;
import io.talus.bench.work.Work;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * What every benchmark of an op has in common: the device, the check of the answer before anything
 * is timed, the limits of the machine measured beside each iteration, and the rates that come of
 * them. A subclass says what to time.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(value = 2, jvmArgsAppend = "-XX:MaxDirectMemorySize=6g")
public abstract class OpBench {
  @Param({"cpu", "java"})
  public String device;

  private Work work;
  private LimitProbe probe;

  /** The op, its operands and its check. */
  protected abstract Work prepare(Device on);

  @Setup
  public void prepareAndVerify() {
    Device on = Devices.require(device);
    work = prepare(on);
    work.verify();
    probe = new LimitProbe(on);
  }

  @Setup(Level.Iteration)
  public void measureLimits() {
    probe.measure();
  }

  @Benchmark
  public void run(Rates rates) {
    work.run();
    rates.count(work, probe);
  }

  @TearDown
  public void close() {
    work.close();
    probe.close();
  }
}
