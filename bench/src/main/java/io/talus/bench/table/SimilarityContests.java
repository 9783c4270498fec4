package io.talus.bench.table;

import io.talus.Device;
import io.talus.Devices;
import io.talus.bench.peer.BlockedProduct;
import io.talus.bench.peer.GemmPeers;
import io.talus.bench.peer.StraightforwardItemSimilarity;
import io.talus.bench.work.NamedShape;
import io.talus.bench.work.SimilarityWork;
import io.talus.bench.work.SparseSimilarityWork;
import io.talus.bench.work.Work;
import io.talus.bench.work.ZipfRatings;
import io.talus.op.SimilarityMeasure;
import io.talus.op.SimilarityTopK;
import io.talus.op.SparseMeasure;
import io.talus.tensor.Tensor;

/** Dense similarity against the bare product, sparse similarity against plain Java. */
final class SimilarityContests {
  static final String PLAIN_JAVA = "plain java";

  /** Heights and widths of blocks tried for the bare product. */
  private static final long[][] BLOCKS = {{500, 20_000}, {1000, 1000}, {2000, 2000}, {500, 4000}};

  private SimilarityContests() {}

  private static Work topK(int rows, int columns, int k) {
    NamedShape shape = NamedShape.parse("items-" + rows + "x" + columns, 2);
    return SimilarityWork.topK(Devices.require("cpu"), SimilarityMeasure.COSINE, k, shape);
  }

  static Contest cosine(int rows, int columns, int k) {
    Contest contest = new Contest();
    Work work = topK(rows, columns, k);
    contest.onClose(work::close);
    work.verify();
    contest.timed(Contest.TALUS, work::run);
    Tensor x = ((SimilarityTopK) work.op()).a();
    addBareProduct(contest, GemmPeers.ONEDNN_MATMUL, x, work.device());
    addBareProduct(contest, GemmPeers.ONEDNN_SGEMM, x, work.device());
    return contest;
  }

  /** With the blocks that suit the library best. */
  private static void addBareProduct(Contest contest, String library, Tensor x, Device device) {
    BlockedProduct best = null;
    double bestSeconds = Double.POSITIVE_INFINITY;
    for (long[] block : BLOCKS) {
      Tensor buffer = device.tensor(block[0], block[1]);
      BlockedProduct product = new BlockedProduct(library, x, buffer, block[0], block[1]);
      contest.onClose(buffer::close).onClose(product::close);
      product.verify();
      product.run();
      double seconds = Stopwatch.seconds(product::run);
      if (seconds < bestSeconds) {
        bestSeconds = seconds;
        best = product;
      }
    }
    contest.timed(library, best::run);
  }

  /** The peak of the process during one run, beyond what it had with the input there. */
  static Contest cosineMemory(int rows, int columns, int k) {
    Work work = topK(rows, columns, k);
    return new Contest()
        .onClose(work::close)
        .gauge(
            Contest.TALUS,
            () -> {
              ResidentMemory.resetPeak();
              long before = ResidentMemory.bytes();
              work.run();
              return Math.max(0, ResidentMemory.peakBytes() - before);
            });
  }

  static Contest sparse(int users, int items, int ratings, int k) {
    ZipfRatings data = new ZipfRatings(users, items, ratings);
    Contest contest = new Contest();
    Device device = Devices.require("cpu");
    Work work = SparseSimilarityWork.of(device, SparseMeasure.COSINE, k, data);
    contest.onClose(work::close);
    work.verify();
    contest.timed(Contest.TALUS, work::run);
    int threads = Runtime.getRuntime().availableProcessors();
    StraightforwardItemSimilarity plain = new StraightforwardItemSimilarity(data, k, threads);
    plain.run();
    for (int item : new int[] {0, items / 2, items - 1}) {
      SparseSimilarityWork.checkCosines(data, item, plain.indices(item), plain.scores(item));
    }
    return contest.timed(PLAIN_JAVA, plain::run);
  }
}
