package io.talus.backend.cuda;

import io.talus.backend.cuda.CostLaunch.OpCost;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** Writes what was counted as Markdown, the same text for the same counts. */
final class CostTable {
  private static final int SECTOR = 32;

  private final StringBuilder text = new StringBuilder();

  private CostTable() {}

  static String of(
      Map<CostCard, List<OpCost>> loops, Map<CostCard, List<OpCost>> costs, List<CostCase> cases) {
    CostTable table = new CostTable();
    table.line(INTRODUCTION);
    table.loops(loops);
    table.estimates(costs, cases);
    for (CostCard card : List.of(CostCard.A100, CostCard.T4)) {
      table.launches(card, costs.get(card), cases);
    }
    return table.text.toString();
  }

  private static final String INTRODUCTION =
      """
      # Counted cost of the CUDA kernels

      Counted on the software device (`native/softcuda`), which executes the shipped PTX: nothing here is a measurement of
      a GPU. `CountedCostTest` counts anew in every test run, holds the promises below, and fails when any number differs;

          mvn -pl java/core test-compile surefire:test@test-cuda -Dtest=CountedCostTest -Dtalus.counters.write=true

      writes this file. An instruction is one of PTX, for a warp; the card's own code differs from it here and there.

      Promised: on shapes whose rows begin at multiples of 32 bytes at least 95 % of the sectors are needed, for products,
      softmax, cross-entropy, elementwise operations, recurrent cells and optimizers; all but the products also move no more than the op
      must. No bank conflicts in the main loops of the products. In that of the large float32 product at least 85 % of the
      instructions are multiply-adds.
      """;

  private void line(String line) {
    text.append(line).append('\n');
  }

  private void loops(Map<CostCard, List<OpCost>> loops) {
    line(
        """
        ## Main loops of the products

        The difference between two products that differ in k alone, for each 16 of k: warp instructions of a block by
        kind, and what part of them are multiply-adds (`mma` on tensor cores, which does 1024 or 2048 of them a warp). By the
        kernels for 8.0 and up (A100) and for 7.5 (T4).

        | kernel | card | instructions | multiply-adds | shared | integer | other | bank conflicts | sectors needed |
        | --- | --- | --- | --- | --- | --- | --- | --- | --- |\
        """);
    Set<String> lines = new LinkedHashSet<>();
    for (CostCard card : List.of(CostCard.A100, CostCard.T4)) {
      for (int i = 0; i < loops.get(card).size(); i += 2) {
        lines.add(loop(card, loops.get(card).get(i), loops.get(card).get(i + 1)));
      }
    }
    lines.forEach(this::line);
    line("");
  }

  private static String loop(CostCard card, OpCost shorter, OpCost longer) {
    CostLoop loop = CostLoop.of(shorter, longer);
    CostCounts counts = loop.counts();
    double all = counts.instructions();
    double shared = counts.get("kinds.sharedLoad") + counts.get("kinds.sharedStore");
    double integer = counts.get("kinds.integer");
    double steps = 64.0 / 16 * loop.blocks();
    return String.format(
        Locale.ROOT,
        "| `%s` | %s | %.1f | %s | %s | %s | %s | %d | %s |",
        loop.kernel(),
        card,
        all / steps,
        percent(counts.fma(), all),
        percent(shared, all),
        percent(integer, all),
        percent(all - counts.fma() - shared - integer, all),
        counts.conflicts(),
        percent(counts.leastSectors(), counts.sectors()));
  }

  private void estimates(Map<CostCard, List<OpCost>> costs, List<CostCase> cases) {
    line(
        """
        ## Roofline: an estimate

        Microseconds that an op takes at least, from counted work and published rates: the longest of what the slowest
        unit of the multiprocessor with the most blocks needs and of what memory needs, first with each byte moved once
        (`Op.bytes()`), then with each counted sector from memory, as if there were no cache. Launches, latencies and
        blocks that begin or end alone are not in it; a real card takes longer.

        | card | capability | multiprocessors | GHz | float32 TFLOP/s | TF32 | BF16 | GB/s |
        | --- | --- | --- | --- | --- | --- | --- | --- |\
        """);
    for (CostCard card : CostCard.values()) {
      line(
          String.format(
              Locale.ROOT,
              "| %s | %s | %d | %.3f | %.1f | %s | %s | %.0f |",
              card,
              card.capability,
              card.multiprocessors,
              card.gigahertz,
              card.floatTeraflops(),
              card == CostCard.T4 ? "" : card.tf32Teraflops(),
              card == CostCard.T4 ? "" : card.bf16Teraflops(),
              card.gigabytesPerSecond));
    }
    line(
        """

        In each clock a multiprocessor issues 4 instructions, does 64 float32 multiply-adds (H100: 128) and 16 special
        functions, and reads or writes 32 banks of shared memory.

        | op | shape | bytes | T4 | A100 | H100 |
        | --- | --- | --- | --- | --- | --- |\
        """);
    for (int i = 0; i < cases.size(); i++) {
      OpCost any = costs.get(CostCard.A100).get(i);
      StringBuilder row = new StringBuilder();
      row.append(
          String.format(
              Locale.ROOT, "| %s | %s | %d |", any.op(), cases.get(i).shape(), any.bytes()));
      for (CostCard card : CostCard.values()) {
        row.append(' ').append(card.show(costs.get(card).get(i))).append(" |");
      }
      line(row.toString());
    }
    line("");
  }

  private void launches(CostCard card, List<OpCost> costs, List<CostCase> cases) {
    line(
        """
        ## Launches on the %s: compute capability %s, %d multiprocessors

        `sectors`: 32 bytes of global memory, both directions; `needed`: of these, what the bytes of each access need;
        `op needs`: what the op must move, of all that its launches move. `conflicts`: passes over shared memory because
        of bank conflicts. `barriers`: for each warp. `divergent`: branches that split a warp.

        | op | shape | op needs | kernel | blocks | instructions | multiply-adds | tensor | sectors | needed | conflicts | barriers | divergent |
        | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |\
        """
            .formatted(card, card.capability, card.multiprocessors));
    for (int i = 0; i < cases.size(); i++) {
      OpCost cost = costs.get(i);
      String needs = percent(cost.bytes(), (double) SECTOR * cost.total().sectors());
      String begin = "| %s | %s | %s |".formatted(cost.op(), cases.get(i).shape(), needs);
      for (CostLaunch launch : together(cost.launches())) {
        launch(begin, launch);
        begin = "| | | |";
      }
    }
    line("");
  }

  /** Launches of one kernel and size as one. */
  private static List<CostLaunch> together(List<CostLaunch> launches) {
    Map<String, CostLaunch> together = new LinkedHashMap<>();
    for (CostLaunch launch : launches) {
      together.merge(
          launch.kernel() + " " + launch.threads(),
          launch,
          (a, b) ->
              new CostLaunch(
                  a.kernel(), a.blocks() + b.blocks(), a.threads(), a.counts().plus(b.counts())));
    }
    return new ArrayList<>(together.values());
  }

  private void launch(String begin, CostLaunch launch) {
    CostCounts counts = launch.counts();
    line(
        String.format(
            Locale.ROOT,
            "%s `%s` | %d x %d | %d | %s | %d | %d | %s | %d | %.1f | %d |",
            begin,
            launch.kernel(),
            launch.blocks(),
            launch.threads(),
            counts.instructions(),
            percent(counts.fma(), counts.instructions()),
            counts.get("tensorFma"),
            counts.sectors(),
            percent(counts.leastSectors(), counts.sectors()),
            counts.conflicts(),
            (double) counts.get("barriers") / counts.get("warps"),
            counts.get("divergentBranches")));
  }

  static String percent(double part, double whole) {
    return whole == 0 ? "" : String.format(Locale.ROOT, "%.1f %%", 100 * part / whole);
  }
}
