package io.talus.backend.cpu;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Looks for what keeps the native CPU backend below what this machine can do. */
final class CpuAdvice {
  private static final Path CGROUP_LIMIT = Path.of("/sys/fs/cgroup/cpu.max");
  private static final Path ONLINE = Path.of("/sys/devices/system/cpu/online");
  private static final List<String> FASTEST_FIRST = List.of("avx512", "avx2", "portable");

  private CpuAdvice() {}

  static List<String> list() {
    List<String> advice = new ArrayList<>();
    instructionSet(TalusCpu.talus_cpu_isa()).ifPresent(advice::add);
    int threads = TalusCpu.talus_cpu_threads();
    text(CGROUP_LIMIT).flatMap(limit -> quota(limit, threads)).ifPresent(advice::add);
    text(ONLINE).flatMap(online -> processors(countOf(online), threads)).ifPresent(advice::add);
    return advice;
  }

  private static Optional<String> instructionSet(String used) {
    for (String better : FASTEST_FIRST.subList(0, FASTEST_FIRST.indexOf(used))) {
      if (TalusCpu.talus_cpu_supports(better) != 0) {
        return Optional.of(
            "kernels for "
                + used
                + " are in use, though this processor has "
                + better
                + ": unset talus.cpu.isa and TALUS_CPU_ISA");
      }
    }
    return used.equals("portable")
        ? Optional.of(
            "this processor has no AVX2: only the portable kernels run, several times slower")
        : Optional.empty();
  }

  /** {@code limit}: quota and period in microseconds, as in "150000 100000", or "max 100000". */
  static Optional<String> quota(String limit, int threads) {
    String[] parts = limit.split("\\s+");
    if (parts.length < 2 || parts[0].equals("max")) {
      return Optional.empty();
    }
    double processors = Double.parseDouble(parts[0]) / Double.parseDouble(parts[1]);
    return processors >= threads
        ? Optional.empty()
        : Optional.of(
            String.format(
                "the container may use %.2f processors, fewer than the %d threads: threads are"
                    + " stopped in mid-work. Raise the CPU limit, or set talus.cpu.threads to %d",
                processors, threads, Math.max(1, (int) processors)));
  }

  private static Optional<String> processors(int online, int threads) {
    return threads >= online
        ? Optional.empty()
        : Optional.of(
            threads
                + " of "
                + online
                + " processors are used: talus.cpu.threads or TALUS_CPU_THREADS is set, the process"
                + " is bound to some (taskset, cpuset), or its container is limited");
  }

  /** The number of processors in a list such as "0-3,8". */
  static int countOf(String list) {
    int count = 0;
    for (String range : list.trim().split(",")) {
      String[] ends = range.split("-");
      count += Integer.parseInt(ends[ends.length - 1]) - Integer.parseInt(ends[0]) + 1;
    }
    return count;
  }

  /** A file of the kernel's, or nothing where this system has no such file. */
  private static Optional<String> text(Path file) {
    try {
      return Files.isReadable(file) ? Optional.of(Files.readString(file).trim()) : Optional.empty();
    } catch (IOException notThere) {
      return Optional.empty();
    }
  }
}
