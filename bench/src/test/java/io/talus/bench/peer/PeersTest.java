package io.talus.bench.peer;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.talus.Device;
import io.talus.Devices;
import io.talus.bench.work.GemmShape;
import io.talus.bench.work.GemmWork;
import io.talus.bench.work.Numbers;
import io.talus.bench.work.SparseSimilarityWork;
import io.talus.bench.work.Work;
import io.talus.bench.work.ZipfRatings;
import io.talus.op.Gemm;
import io.talus.tensor.Tensor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The peers compute what Talus computes. */
class PeersTest {
  private static Device cpu() {
    assumeTrue(
        Devices.available().stream().anyMatch(device -> device.name().equals("cpu")),
        "the peers work on the native backend's memory, which is not here");
    return Devices.require("cpu");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "square-33",
        "dense-8x33x10-forward",
        "dense-8x33x10-forward-relu",
        "dense-8x33x10-weights",
        "dense-8x33x10-input"
      })
  void librariesMultiplyTheSame(String shape) {
    try (Work work = GemmWork.of(cpu(), GemmShape.parse(shape))) {
      Gemm op = (Gemm) work.op();
      for (String name : GemmPeers.namesFor(op)) {
        Numbers.uniform(op.c(), Float.NaN, Float.NaN, 0);
        try (Peer peer = GemmPeers.of(name, op)) {
          peer.run();
          work.check();
        }
      }
    }
  }

  @Test
  void blocksCoverTheWholeProduct() {
    Device device = cpu();
    try (Tensor x = Numbers.signed(device.tensor(50, 16), 1);
        Tensor buffer = device.tensor(20, 30);
        BlockedProduct product = new BlockedProduct(GemmPeers.OPENBLAS_SGEMM, x, buffer, 20, 30)) {
      product.verify();
    }
  }

  @Test
  void plainJavaFindsTheMostSimilarItems() {
    ZipfRatings ratings = new ZipfRatings(60, 90, 2000);
    try (StraightforwardItemSimilarity plain = new StraightforwardItemSimilarity(ratings, 5, 2)) {
      plain.run();
      for (int item = 0; item < 90; item++) {
        SparseSimilarityWork.checkCosines(ratings, item, plain.indices(item), plain.scores(item));
      }
    }
  }
}
