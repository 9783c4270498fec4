package io.talus.contract;

import io.talus.backend.cpu.CpuSettings;
import java.util.function.Supplier;

/** Runs an op again and with other numbers of threads, and asks for the same bits. */
final class Determinism {
  private Determinism() {}

  /**
   * @param run makes the operands anew, runs the op and gives all results in one array
   */
  static void check(Subject on, String what, Supplier<float[]> run) {
    float[] first = run.get();
    Accuracy.assertSameBits(what + ", run again", first, run.get());
    if (on.hasThreads()) {
      for (int threads : new int[] {1, 2, 3}) {
        CpuSettings.setThreads(threads);
        Accuracy.assertSameBits(what + " on " + threads + " threads", first, run.get());
      }
      CpuSettings.setThreads(0);
    }
  }
}
