package io.talus.bench.peers;

import java.util.HashMap;
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
      torch("passive waiting", "torch", Map.of("OMP_WAIT_POLICY", "PASSIVE"));

  static final Contender TORCH_ONE =
      torch("one OpenBLAS thread", "torch", Map.of("OPENBLAS_NUM_THREADS", "1"));

  /** The layout that suits images. */
  static final Contender TORCH_CHANNELS_LAST =
      torch(
          "channels last, passive waiting, one OpenBLAS thread",
          "torch-channels-last",
          Map.of("OMP_WAIT_POLICY", "PASSIVE", "OPENBLAS_NUM_THREADS", "1"));

  static final Contender FMA = new Contender("multiply-adds on registers", "fma", Map.of());
  static final Contender TALUS_LIKENESS = new Contender("Talus", "talus-likeness", Map.of());
  static final Contender MAHOUT = new Contender("Mahout Taste 0.13.0", "mahout", Map.of());
  static final Contender MAHOUT_ALONE =
      new Contender("Mahout Taste 0.13.0, similarities alone", "mahout-alone", Map.of());

  /**
   * It makes tensors anew in every step: memory given back each time would come with page faults.
   */
  private static Contender torch(String way, String kind, Map<String, String> environment) {
    Map<String, String> all = new HashMap<>(environment);
    all.put("MALLOC_ARENA_MAX", "1");
    all.put("MALLOC_MMAP_THRESHOLD_", "1073741824");
    all.put("MALLOC_TRIM_THRESHOLD_", "4294967296");
    return new Contender("libtorch 2.10, " + way, kind, all);
  }
}
