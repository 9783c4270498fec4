package io.talus.train;

import io.talus.Device;
import io.talus.op.Gemm;
import java.util.ArrayList;
import java.util.List;

/** Ops one after another, made once and run many times. */
final class OpList implements LayerForward, LayerBackward {
  private final List<LayerForward> ops = new ArrayList<>();
  private long flops;

  void add(LayerForward op) {
    ops.add(op);
  }

  void add(Gemm product) {
    flops += product.flops();
    ops.add(device -> device.gemm(product));
  }

  @Override
  public void run(Device device) {
    for (int i = 0; i < ops.size(); i++) {
      ops.get(i).run(device);
    }
  }

  @Override
  public long flops() {
    return flops;
  }
}
