package io.talus.backend.cuda;

import java.util.Map;
import java.util.TreeMap;
import java.util.function.LongBinaryOperator;

/**
 * The software device's counters by name, as in {@code kinds.float32} and {@code
 * globalLoads.sectors}; native/softcuda/README.md says what they are.
 */
final class CostCounts {
  private static final String[] GLOBAL = {
    "globalLoads", "globalStores", "asyncCopies", "globalAtomics"
  };
  private static final String[] SHARED = {"sharedLoads", "sharedStores"};
  private static final int LANES = 32;

  private final Map<String, Long> values;

  private CostCounts(Map<String, Long> values) {
    this.values = values;
  }

  static CostCounts none() {
    return new CostCounts(new TreeMap<>());
  }

  /** From the object of a launch's JSON line. */
  static CostCounts of(Map<?, ?> json) {
    CostCounts counts = none();
    counts.read("", json);
    return counts;
  }

  private void read(String prefix, Map<?, ?> json) {
    json.forEach(
        (name, value) -> {
          if (value instanceof Map<?, ?> inner) {
            read(prefix + name + ".", inner);
          } else {
            values.put(prefix + name, ((Number) value).longValue());
          }
        });
  }

  long get(String name) {
    return values.getOrDefault(name, 0L);
  }

  CostCounts plus(CostCounts other) {
    return combine(other, Long::sum);
  }

  CostCounts minus(CostCounts other) {
    return combine(other, (a, b) -> a - b);
  }

  private CostCounts combine(CostCounts other, LongBinaryOperator operator) {
    CostCounts result = none();
    result.values.putAll(values);
    other.values.forEach(
        (name, value) -> result.values.put(name, operator.applyAsLong(get(name), value)));
    return result;
  }

  private long sum(String[] of, String what) {
    long sum = 0;
    for (String one : of) {
      sum += get(one + "." + what);
    }
    return sum;
  }

  /** Warp instructions. */
  long instructions() {
    return get("warpInstructions");
  }

  /** Warp instructions that are multiply-adds, on tensor cores or off them. */
  double fma() {
    return get("kinds.tensor") + (double) get("fma") / LANES;
  }

  /** Of 32 bytes of global memory, moved in both directions. */
  long sectors() {
    return sum(GLOBAL, "sectors");
  }

  /** What each access would need if its bytes lay side by side. */
  long leastSectors() {
    return sum(GLOBAL, "leastSectors");
  }

  /** Passes over the banks of shared memory. */
  long wavefronts() {
    return sum(SHARED, "wavefronts");
  }

  /** Passes that two words of one bank cost. */
  long conflicts() {
    return sum(SHARED, "conflicts");
  }
}
