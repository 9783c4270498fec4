package io.talus.bench.peers;

import io.talus.Device;
import io.talus.Devices;
import io.talus.bench.table.Stopwatch;
import io.talus.data.Ratings;
import io.talus.op.Support;
import io.talus.recommend.Neighbors;

/** From ratings in the Java heap to the neighbours of every item there. */
final class TalusLikeness implements Measured {
  private final Device device = Devices.require("cpu");
  private final Ratings ratings = Likeness.ratings();
  private final Likeness likeness;

  TalusLikeness(Likeness likeness) {
    this.likeness = likeness;
  }

  private Neighbors find() {
    return Neighbors.find(device, ratings.byItem(), likeness.measure, Support.ANY, Likeness.K);
  }

  @Override
  public double[] evidence() {
    Stopwatch.warmUp(this::find);
    Neighbors found = find();
    int[] items = Likeness.compared(ratings);
    double[] similarities = new double[items.length * Likeness.K];
    for (int i = 0; i < similarities.length; i++) {
      similarities[i] = found.similarity(items[i / Likeness.K], i % Likeness.K);
    }
    return similarities;
  }

  @Override
  public double seconds() {
    return Stopwatch.seconds(this::find);
  }
}
