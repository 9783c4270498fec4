package io.talus.bench.peers;

import io.talus.bench.peers.PeerLine.Goal;
import io.talus.bench.table.Unit;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** The lines and their targets. */
final class PeerLines {
  /** Losses are near 2.3, and float32 sums of the same numbers in another order. */
  private static final double LOSS_TOLERANCE = 1e-4;

  /** What the two promise: a few hundred co-rated users at 2^-24 each, and the float of Mahout. */
  private static final double SIMILARITY_TOLERANCE = 1e-4;

  private PeerLines() {}

  static List<PeerLine> all() {
    List<PeerLine> lines = new ArrayList<>();
    for (Net net : Net.values()) {
      lines.add(training(net));
    }
    for (Likeness likeness : Likeness.values()) {
      String name = likeness.name().toLowerCase(Locale.ROOT);
      lines.add(
          new PeerLine(
              name + " over co-rated users, 50 nearest of 3,706 items, 1,000,209 ratings",
              name,
              Contender.TALUS_LIKENESS,
              List.of(new Goal(100, Contender.MAHOUT, Contender.MAHOUT_ALONE)),
              Unit.MILLISECONDS,
              0,
              SIMILARITY_TOLERANCE));
    }
    return lines;
  }

  private static PeerLine training(Net net) {
    List<Goal> goals = new ArrayList<>();
    boolean images = net.isConvolutional();
    goals.add(new Goal(images ? 2.5 : 3, Contender.DJL));
    goals.add(
        images
            ? new Goal(
                1.3, Contender.TORCH_PASSIVE, Contender.TORCH_ONE, Contender.TORCH_CHANNELS_LAST)
            : new Goal(1.7, Contender.TORCH_PASSIVE, Contender.TORCH_ONE));
    if (net.batch == 128) {
      goals.add(new Goal(images ? 0.55 : 0.6, Contender.FMA));
    }
    return new PeerLine(
        "training step of " + net.title,
        net.name().toLowerCase(Locale.ROOT).replace('_', '-'),
        Contender.TALUS,
        goals,
        Unit.SAMPLES_PER_SECOND,
        net.batch,
        LOSS_TOLERANCE);
  }
}
