package io.talus.backend.cuda;

import io.talus.Device;
import io.talus.Devices;
import io.talus.data.RatingsMatrix;
import io.talus.data.SyntheticRatings;
import io.talus.op.SparseMeasure;
import io.talus.op.Support;
import io.talus.recommend.NeighborTiles;
import io.talus.recommend.Neighbors;

/** Tells, for rising limits, the most that was held of the device's memory so far. */
final class NeighborsInMemory {
  private static final int K = 10;

  private NeighborsInMemory() {}

  public static void main(String[] arguments) {
    Device cuda = Devices.require("cuda");
    CudaBackend backend = (CudaBackend) new CudaBackendProvider().start().get(0);
    RatingsMatrix rows = SyntheticRatings.zipf(150, 100, 1_500, 79).byItem();
    long least = NeighborTiles.leastBytes(cuda, rows, SparseMeasure.COSINE, Support.ANY, K);
    for (long more : new long[] {3_000, 6_000, 12_000, 1 << 20}) {
      NeighborTiles tiles =
          NeighborTiles.plan(cuda, rows, SparseMeasure.COSINE, Support.ANY, K, least + more);
      Neighbors.find(cuda, rows, SparseMeasure.COSINE, Support.ANY, K, least + more);
      long held = backend.allocator().statistics().mostHeld();
      System.out.println(
          (tiles.tiles() == 1 ? "one" : "some")
              + " within "
              + (held <= tiles.bytes() && tiles.bytes() <= least + more)
              + " near "
              + (held > tiles.bytes() * 3 / 4));
    }
  }
}
