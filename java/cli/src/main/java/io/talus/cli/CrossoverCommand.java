package io.talus.cli;

import io.talus.Device;
import io.talus.Devices;
import io.talus.backend.BackendUnavailableException;
import io.talus.tensor.DeviceException;
import java.io.PrintWriter;
import java.util.Arrays;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** From which size on work is better done on the GPU than on the CPU. */
@Command(
    name = "crossover",
    description = {
      "Measures from which size on the GPU is faster than the CPU, with the operands there already"
          + " and with them on their way there and back.",
      "",
      "Talus never moves work by itself: these numbers are for choosing the device."
    },
    mixinStandardHelpOptions = true,
    sortOptions = false)
final class CrossoverCommand implements Callable<Integer> {
  private static final int ROUNDS = 5;
  private static final long ROUND_NANOS = 20_000_000;
  private static final int MOST_RUNS = 1000;
  private static final double LONG_ENOUGH_SECONDS = 0.3;
  private static final int LARGEST_EMULATED = 64;
  private static final double TOLERANCE = 1e-3;

  @Spec private CommandSpec spec;

  @Option(
      names = "--gpu",
      paramLabel = "NAME",
      defaultValue = "cuda",
      description = "The GPU, as talus info names it. Default: ${DEFAULT-VALUE}.")
  private String gpuName;

  @Option(
      names = "--cpu",
      paramLabel = "NAME",
      defaultValue = "cpu",
      description = "What it is compared with. Default: ${DEFAULT-VALUE}.")
  private String cpuName;

  private PrintWriter out;
  private boolean emulated;

  @Override
  public Integer call() {
    out = spec.commandLine().getOut();
    Device gpu;
    try {
      gpu = Devices.require(gpuName);
    } catch (BackendUnavailableException none) {
      out.println("There is no GPU to compare the CPU with: " + none.getMessage() + ".");
      out.println("Until there is one, every size is the CPU's, which is what Talus uses.");
      out.flush();
      return 1;
    }
    Device cpu = Devices.require(cpuName);
    emulated = gpu.isEmulated();
    if (emulated) {
      out.println("SOFTWARE DEVICE: NOT A MEASUREMENT. The times below say nothing about any GPU.");
      out.println();
    }
    out.println("GPU  " + gpu.description());
    out.println("CPU  " + cpu.description());
    for (CrossoverWork.Kind kind : CrossoverWork.Kind.values()) {
      measure(kind, gpu, cpu);
    }
    out.flush();
    return 0;
  }

  private void measure(CrossoverWork.Kind kind, Device gpu, Device cpu) {
    out.printf("%n%s%n", kind.title());
    out.printf("%8s %12s %12s %16s%n", kind.unit(), "CPU", "GPU", "GPU, transfers");
    Crossing there = new Crossing();
    Crossing moved = new Crossing();
    int largest = emulated ? Math.min(LARGEST_EMULATED, kind.largest()) : kind.largest();
    double slowest = 0;
    for (int size = kind.smallest(); size <= largest && slowest < LONG_ENOUGH_SECONDS; size *= 2) {
      try (CrossoverWork onCpu = kind.make(cpu, size);
          CrossoverWork onGpu = kind.make(gpu, size)) {
        requireSameResult(kind, size, onCpu, onGpu);
        double cpuSeconds = seconds(onCpu, onCpu::launch);
        double gpuSeconds = seconds(onGpu, onGpu::launch);
        double movedSeconds = seconds(onGpu, onGpu::runWithTransfers);
        out.printf(
            "%8d %12s %12s %16s%n", size, time(cpuSeconds), time(gpuSeconds), time(movedSeconds));
        out.flush();
        there.add(size, gpuSeconds < cpuSeconds);
        moved.add(size, movedSeconds < cpuSeconds);
        slowest = Math.max(cpuSeconds, movedSeconds);
      }
    }
    out.printf(
        "The GPU is faster %s; with transfers %s.%n",
        there.describe(kind.unit()), moved.describe(kind.unit()));
  }

  private static void requireSameResult(
      CrossoverWork.Kind kind, int size, CrossoverWork onCpu, CrossoverWork onGpu) {
    onCpu.launch();
    onGpu.launch();
    float[] expected = onCpu.result();
    float[] actual = onGpu.result();
    double largest = 0;
    for (float value : expected) {
      largest = Math.max(largest, Math.abs(value));
    }
    for (int i = 0; i < expected.length; i++) {
      if (!(Math.abs(expected[i] - actual[i]) <= TOLERANCE * largest)) {
        throw new DeviceException(
            String.format(
                "%s, %s %d: the GPU has %s where the CPU has %s; nothing is timed",
                kind.title(), kind.unit(), size, actual[i], expected[i]));
      }
    }
  }

  /** One run among many in a row, which are waited for together; the median of some rounds. */
  private double seconds(CrossoverWork work, Runnable run) {
    nanos(work, run, 1);
    long first = nanos(work, run, 1);
    long runs = Math.max(1, Math.min(MOST_RUNS, ROUND_NANOS / Math.max(1, first)));
    double[] rounds = new double[emulated ? 1 : ROUNDS];
    Arrays.setAll(rounds, round -> nanos(work, run, runs) * 1e-9 / runs);
    Arrays.sort(rounds);
    return rounds[rounds.length / 2];
  }

  private static long nanos(CrossoverWork work, Runnable run, long runs) {
    long start = System.nanoTime();
    for (long i = 0; i < runs; i++) {
      run.run();
    }
    work.synchronize();
    return System.nanoTime() - start;
  }

  private static String time(double seconds) {
    return seconds < 1e-3
        ? String.format(Locale.ROOT, "%.1f us", seconds * 1e6)
        : String.format(Locale.ROOT, "%.2f ms", seconds * 1e3);
  }

  /** The size from which on one is faster at every size that was measured. */
  static final class Crossing {
    private int from = -1;
    private int first = -1;
    private int last = -1;

    void add(int size, boolean faster) {
      first = first < 0 ? size : first;
      last = size;
      from = !faster ? -1 : from < 0 ? size : from;
    }

    String describe(String unit) {
      if (from < 0) {
        return "at no size up to " + unit + " = " + last;
      }
      return from == first
          ? "at every size from " + unit + " = " + first
          : "from " + unit + " = " + from + " on";
    }
  }
}
