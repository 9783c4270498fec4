package io.talus.bench;

import io.talus.Device;
import io.talus.bench.work.NamedShape;
import io.talus.bench.work.RecurrentWork;
import io.talus.bench.work.Work;
import org.openjdk.jmh.annotations.Param;

/** One step of LSTM and GRU, beside its products, and its gradient. */
public class RecurrentBench extends OpBench {
  @Param({"lstm-cell", "lstm-cell-gradient", "gru-cell", "gru-cell-gradient"})
  public String kind;

  @Param({"rows-128x128", "wide-1024x1024"})
  public String shape;

  @Override
  protected Work prepare(Device on) {
    return RecurrentWork.of(on, kind, NamedShape.parse(shape, 2));
  }
}
