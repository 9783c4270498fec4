package io.talus.backend.cpu;

import java.util.List;

/** Opens the native backend's instruction set and threads to the tests. */
public final class CpuSettings {
  /** Every instruction set that there are kernels for, best first. */
  public static final List<String> INSTRUCTION_SETS = List.of("avx512", "avx2", "portable");

  private CpuSettings() {}

  /** Whether this processor and this build have it. */
  public static boolean supports(String instructionSet) {
    return TalusCpu.talus_cpu_supports(instructionSet) != 0;
  }

  public static void selectInstructionSet(String instructionSet) {
    CpuBackendProvider.selectIsa(instructionSet);
  }

  public static void setThreads(int threads) {
    TalusCpu.talus_cpu_set_threads(threads);
  }

  /** Undoes both. */
  public static void restore() {
    selectInstructionSet("auto");
    setThreads(0);
  }
}
