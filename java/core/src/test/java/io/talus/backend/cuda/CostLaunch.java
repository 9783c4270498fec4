package io.talus.backend.cuda;

import com.fasterxml.jackson.jr.ob.JSON;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** One launch of a kernel and what it cost. */
record CostLaunch(String kernel, long blocks, long threads, CostCounts counts) {

  /**
   * What one run of an op cost.
   *
   * @param bytes that it must move at least
   */
  record OpCost(String op, long bytes, List<CostLaunch> launches) {
    CostCounts total() {
      return launches.stream().map(CostLaunch::counts).reduce(CostCounts.none(), CostCounts::plus);
    }
  }

  /** Reads what {@link CostRun} and the software device have written. */
  static List<OpCost> read(Path file) throws IOException {
    List<OpCost> costs = new ArrayList<>();
    for (String line : Files.readAllLines(file)) {
      Map<String, Object> json = JSON.std.mapFrom(line);
      if (json.containsKey("op")) {
        costs.add(
            new OpCost(
                (String) json.get("op"),
                ((Number) json.get("bytes")).longValue(),
                new ArrayList<>()));
      } else if (!costs.isEmpty()) {
        // Launches before the first op are the backend's own, at its start.
        costs.get(costs.size() - 1).launches().add(of(json));
      }
    }
    return costs;
  }

  static CostLaunch of(Map<String, Object> json) {
    return new CostLaunch(
        (String) json.get("kernel"),
        product(json.get("grid")),
        product(json.get("block")),
        CostCounts.of((Map<?, ?>) json.get("counters")));
  }

  private static long product(Object lengths) {
    return ((List<?>) lengths)
        .stream().mapToLong(length -> ((Number) length).longValue()).reduce(1, Math::multiplyExact);
  }
}
