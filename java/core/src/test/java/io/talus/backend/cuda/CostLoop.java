package io.talus.backend.cuda;

import io.talus.backend.cuda.CostLaunch.OpCost;

/** The main loop of a kernel: what more of k costs, and nothing else. */
record CostLoop(String kernel, long blocks, CostCounts counts) {

  /**
   * @param longer the same product with a greater k
   */
  static CostLoop of(OpCost shorter, OpCost longer) {
    CostLaunch little = only(shorter);
    CostLaunch much = only(longer);
    if (!little.kernel().equals(much.kernel()) || little.blocks() != much.blocks()) {
      throw new AssertionError(
          "these products differ in more than the length of a loop: " + little + ", " + much);
    }
    return new CostLoop(much.kernel(), much.blocks(), much.counts().minus(little.counts()));
  }

  private static CostLaunch only(OpCost cost) {
    if (cost.launches().size() != 1) {
      throw new AssertionError("one launch was expected: " + cost.launches());
    }
    return cost.launches().get(0);
  }
}
