package io.talus.backend.cuda;

import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * A card by what NVIDIA publishes of it (data sheets and architecture papers; the rates of a
 * multiprocessor are those of the CUDA C++ Programming Guide), and the shortest time that counted
 * work can take on it. An estimate: nothing here was measured.
 */
enum CostCard {
  T4("7.5", 40, 1.590, 64, 320, 65, 65),
  A100("8.0", 108, 1.410, 64, 2039, 156, 312),
  H100("9.0", 132, 1.980, 128, 3350, 494.7, 989.4);

  private static final int WARP = 32;
  private static final int SECTOR = 32;

  /** Each clock, a multiprocessor issues 4 warp instructions and reads 32 banks once. */
  private static final double ISSUED = 4;

  private static final double SPECIAL_LANES = 16;

  final String capability;
  final int multiprocessors;
  final double gigahertz;
  final int floatLanes;
  final double gigabytesPerSecond;
  private final double tf32Teraflops;
  private final double bf16Teraflops;

  CostCard(
      String capability,
      int multiprocessors,
      double gigahertz,
      int floatLanes,
      double gigabytesPerSecond,
      double tf32Teraflops,
      double bf16Teraflops) {
    this.capability = capability;
    this.multiprocessors = multiprocessors;
    this.gigahertz = gigahertz;
    this.floatLanes = floatLanes;
    this.gigabytesPerSecond = gigabytesPerSecond;
    this.tf32Teraflops = tf32Teraflops;
    this.bf16Teraflops = bf16Teraflops;
  }

  /** For the software device that stands for it, or for a card like it that is smaller. */
  Map<String, String> settings(int itsMultiprocessors) {
    return Map.of(
        "SOFTCUDA_CC", capability, "SOFTCUDA_MULTIPROCESSORS", String.valueOf(itsMultiprocessors));
  }

  double floatTeraflops() {
    return 2e-3 * multiprocessors * floatLanes * gigahertz;
  }

  double tf32Teraflops() {
    return tf32Teraflops;
  }

  double bf16Teraflops() {
    return bf16Teraflops;
  }

  /**
   * Microseconds.
   *
   * @param least if the caches keep all that is used again
   * @param most if every counted sector comes from memory
   * @param limit what takes the longest of {@code least}
   */
  record Estimate(double least, double most, String limit) {}

  Estimate estimate(CostLaunch.OpCost cost) {
    double compute = 0;
    double most = 0;
    double longest = 0;
    String limit = "nothing";
    for (CostLaunch launch : cost.launches()) {
      Map.Entry<String, Double> slowest = slowest(launch);
      compute += slowest.getValue();
      if (slowest.getValue() > longest) {
        longest = slowest.getValue();
        limit = slowest.getKey();
      }
      most += Math.max(slowest.getValue(), memory(launch.counts().sectors() * (double) SECTOR));
    }
    double memory = memory(cost.bytes());
    return new Estimate(
        Math.max(compute, memory), Math.max(most, memory), memory > compute ? "memory" : limit);
  }

  private double memory(double bytes) {
    return bytes / gigabytesPerSecond * 1e-3;
  }

  /** The slowest of a multiprocessor's units, on the multiprocessor with the most blocks. */
  private Map.Entry<String, Double> slowest(CostLaunch launch) {
    CostCounts counts = launch.counts();
    double clocks = 1e3 * gigahertz * multiprocessors;
    double tensor = launch.kernel().contains("bf16") ? bf16Teraflops : tf32Teraflops;
    double rounds = Math.ceil((double) launch.blocks() / multiprocessors);
    double busiest = rounds * multiprocessors / launch.blocks();
    return List.of(
            Map.entry("issue", counts.instructions() / (clocks * ISSUED)),
            Map.entry("float32", counts.get("kinds.float32") * WARP / (clocks * floatLanes)),
            Map.entry("special", counts.get("kinds.special") * WARP / (clocks * SPECIAL_LANES)),
            Map.entry("shared", counts.wavefronts() / clocks),
            Map.entry("tensor", 2e-6 * counts.get("tensorFma") / tensor))
        .stream()
        .map(unit -> Map.entry(unit.getKey(), unit.getValue() * busiest))
        .max(Map.Entry.comparingByValue())
        .orElseThrow();
  }

  /** As in {@code 12.3-45.6 memory}. */
  String show(CostLaunch.OpCost cost) {
    Estimate estimate = estimate(cost);
    String least = significant(estimate.least());
    String most = significant(estimate.most());
    return (least.equals(most) ? least : least + " to " + most) + ", " + estimate.limit();
  }

  private static String significant(double value) {
    int digits = value >= 100 ? 0 : value >= 10 ? 1 : 2;
    return String.format(Locale.ROOT, "%." + digits + "f", value);
  }
}
