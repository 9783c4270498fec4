package io.talus.backend.cuda;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.talus.Device;
import io.talus.backend.cuda.CostLaunch.OpCost;
import io.talus.op.Op;
import java.io.IOException;
import java.lang.reflect.Method;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What the kernels cost, counted on the software device: it keeps promises, and it is what {@code
 * bench/results/cuda-counters.md} says, to the last sector.
 *
 * <p>{@code -Dtalus.counters.write=true} writes that table anew.
 */
@Tag("emulated")
class CountedCostTest {
  private static final Path TABLE = Path.of("../../bench/results/cuda-counters.md");
  private static final double EFFICIENT = 0.95;
  private static final double MULTIPLY_ADDS = 0.85;
  private static final int SECTOR = 32;
  private static final int PROCESSES = 2;

  private static final List<CostCase> CASES = CostCases.all();
  private static final Map<CostCard, List<OpCost>> COSTS = new EnumMap<>(CostCard.class);

  /** Of a card for each of the two versions of the kernels. */
  private static final Map<CostCard, List<OpCost>> LOOPS = new EnumMap<>(CostCard.class);

  @BeforeAll
  static void count(@TempDir Path folder) throws Exception {
    SoftwareDevice.folder();
    ExecutorService threads = Executors.newFixedThreadPool(PROCESSES);
    try {
      Map<CostCard, Future<List<OpCost>>> cases = new EnumMap<>(CostCard.class);
      Map<CostCard, Future<List<OpCost>>> loops = new EnumMap<>(CostCard.class);
      for (CostCard card : CostCard.values()) {
        Path file = folder.resolve(card + ".jsonl");
        cases.put(card, threads.submit(() -> count(card, card.multiprocessors, false, file)));
      }
      for (CostCard card : List.of(CostCard.T4, CostCard.A100)) {
        Path file = folder.resolve(card + "-loops.jsonl");
        loops.put(
            card,
            threads.submit(() -> count(card, ProductCostCases.LOOP_MULTIPROCESSORS, true, file)));
      }
      for (CostCard card : cases.keySet()) {
        COSTS.put(card, cases.get(card).get());
      }
      for (CostCard card : loops.keySet()) {
        LOOPS.put(card, loops.get(card).get());
      }
    } finally {
      threads.shutdownNow();
    }
  }

  private static List<OpCost> count(CostCard card, int multiprocessors, boolean loops, Path file)
      throws IOException, InterruptedException {
    Map<String, String> settings = new HashMap<>(card.settings(multiprocessors));
    settings.put("SOFTCUDA_COUNTERS", file.toString());
    settings.put("SOFTCUDA_CHECK", "bounds");
    settings.put("SOFTCUDA_THREADS", "1");
    SoftwareDevice.Outcome outcome =
        SoftwareDevice.run(
            CostRun.class,
            settings,
            "-D" + CostRun.FILE + "=" + file,
            "-D" + CostRun.LOOPS + "=" + loops);
    assertEquals(0, outcome.status(), outcome.output());
    assertEquals("", outcome.findings());
    List<OpCost> costs = CostLaunch.read(file);
    assertEquals((loops ? ProductCostCases.loops() : CASES).size(), costs.size(), outcome.output());
    return costs;
  }

  @Test
  void alignedShapesMoveWhatTheyNeed() {
    List<String> wrong = new ArrayList<>();
    COSTS.forEach(
        (card, costs) -> {
          for (int i = 0; i < CASES.size(); i++) {
            CostCase one = CASES.get(i);
            OpCost cost = costs.get(i);
            String name = cost.op() + " " + one.shape() + " on " + card;
            CostCounts total = cost.total();
            boolean coalesced = total.leastSectors() >= EFFICIENT * total.sectors();
            if (one.promise() != CostCase.Promise.NONE && !coalesced) {
              wrong.add(name + " needs " + total.leastSectors() + " of " + total.sectors());
            }
            boolean once = cost.bytes() >= EFFICIENT * SECTOR * total.sectors();
            if (one.promise() == CostCase.Promise.ONCE && !once) {
              wrong.add(name + ": " + total.sectors() + " sectors, " + cost.bytes() + " bytes");
            }
          }
        });
    assertEquals(List.of(), wrong);
  }

  @Test
  void mainLoopsOfProductsMultiply() {
    List<String> wrong = new ArrayList<>();
    LOOPS.forEach(
        (card, costs) -> {
          for (int i = 0; i < costs.size(); i += 2) {
            CostLoop loop = CostLoop.of(costs.get(i), costs.get(i + 1));
            CostCounts counts = loop.counts();
            if (counts.conflicts() != 0) {
              wrong.add(loop.kernel() + " on " + card + ": bank conflicts " + counts.conflicts());
            }
            double share = counts.fma() / counts.instructions();
            if (loop.kernel().contains("gemm_f32_large") && share < MULTIPLY_ADDS) {
              wrong.add(loop.kernel() + " on " + card + ": multiply-adds " + share);
            }
          }
        });
    assertEquals(List.of(), wrong);
  }

  @Test
  void everyOpIsCounted() {
    Set<String> missing =
        Stream.of(Device.class.getMethods())
            .filter(method -> method.getParameterCount() == 1)
            .filter(method -> Op.class.isAssignableFrom(method.getParameterTypes()[0]))
            .map(Method::getName)
            .collect(Collectors.toCollection(TreeSet::new));
    COSTS.get(CostCard.A100).forEach(cost -> missing.remove(cost.op()));
    assertEquals(Set.of(), missing, "without a line in CostCases");
  }

  @Test
  void theTableSaysWhatWasCounted() throws IOException {
    String counted = CostTable.of(LOOPS, COSTS, CASES);
    if (Boolean.getBoolean("talus.counters.write")) {
      Files.writeString(TABLE, counted);
    }
    List<String> wrong = new ArrayList<>(counted.lines().toList());
    List<String> committed = Files.exists(TABLE) ? Files.readAllLines(TABLE) : List.of();
    assertTrue(
        counted.equals(String.join("\n", committed) + "\n"),
        () -> {
          wrong.removeAll(committed);
          return "the cost is not what "
              + TABLE
              + " says; if it is meant to be so, write it anew with -Dtalus.counters.write=true."
              + " Lines that differ:\n"
              + String.join("\n", wrong);
        });
  }
}
