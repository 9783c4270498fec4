package io.talus.bench.table;

import io.talus.Device;
import io.talus.Devices;
import io.talus.bench.LimitProbe;
import io.talus.bench.peer.GemmPeers;
import io.talus.bench.peer.Peer;
import io.talus.bench.work.GemmShape;
import io.talus.bench.work.GemmWork;
import io.talus.bench.work.Work;
import io.talus.op.Gemm;

/** Matrix products: Talus, the libraries on the same memory, and the multiply-add limit. */
final class GemmContests {
  /** The same product by Talus without bias and activation. */
  static final String UNFUSED = "talus unfused";

  private GemmContests() {}

  static Contest product(GemmShape shape) {
    Contest contest = new Contest();
    addTalus(contest, Contest.TALUS, shape);
    return contest;
  }

  static Contest fused(GemmShape shape) {
    String plain = shape.name().substring(0, shape.name().lastIndexOf('-'));
    Contest contest = product(shape);
    Device device = Devices.require("cpu");
    Work work = GemmWork.of(device, GemmShape.parse(plain));
    work.verify();
    return contest.timed(UNFUSED, work::run).onClose(work::close);
  }

  private static void addTalus(Contest contest, String name, GemmShape shape) {
    Device device = Devices.require("cpu");
    Work work = GemmWork.of(device, shape);
    contest.onClose(work::close);
    work.verify();
    contest.timed(name, work::run);
    Gemm op = (Gemm) work.op();
    for (String library : GemmPeers.namesFor(op)) {
      Peer peer = GemmPeers.of(library, op);
      contest.onClose(peer::close);
      peer.run();
      work.check();
      contest.timed(library, peer::run);
    }
    contest.gauge(Contest.FMA_LIMIT, () -> work.flops() / (LimitProbe.fmaGflops(device) * 1e9));
  }
}
