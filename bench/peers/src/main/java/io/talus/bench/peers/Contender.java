package io.talus.bench.peers;

import java.util.Map;

/**
 * Who takes part in a line.
 *
 * @param title for the report
 * @param kind for {@link PeerProcess}
 * @param environment in which its process runs
 */
record Contender(String title, String kind, Map<String, String> environment) {
  static final Contender TALUS = new Contender("Talus", "talus", Map.of());
  static final Contender DJL = new Contender("DJL, libtorch 2.7.1", "djl", Map.of());

  /** As it comes, libtorch's two thread pools spin against each other. */
  static final Contender TORCH_PASSIVE =
      new Contender(
          "libtorch 2.10, passive waiting", "torch", Map.of("OMP_WAIT_POLICY", "PASSIVE"));

  static final Contender TORCH_ONE =
      new Contender(
          "libtorch 2.10, one OpenBLAS thread", "torch", Map.of("OPENBLAS_NUM_THREADS", "1"));

  static final Contender FMA = new Contender("multiply-adds on registers", "fma", Map.of());
  static final Contender TALUS_LIKENESS = new Contender("Talus", "talus-likeness", Map.of());
  static final Contender MAHOUT = new Contender("Mahout Taste 0.13.0", "mahout", Map.of());
  static final Contender MAHOUT_ALONE =
      new Contender("Mahout Taste 0.13.0, similarities alone", "mahout-alone", Map.of());
}
