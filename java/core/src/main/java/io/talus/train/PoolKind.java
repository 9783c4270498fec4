package io.talus.train;

import io.talus.op.Pool;
import io.talus.op.PoolFunction;
import io.talus.op.PoolGradient;
import java.util.Locale;
import java.util.Map;

/** {@link PoolLayer}s. */
final class PoolKind extends LayerKind<PoolLayer> {
  PoolKind() {
    super("pool", PoolLayer.class);
  }

  @Override
  void write(PoolLayer layer, Map<String, Object> fields) {
    fields.put("input", LayerFields.of(layer.input()));
    fields.put("function", layer.function().name().toLowerCase(Locale.ROOT));
    fields.put("window", LayerFields.of(layer.window()));
  }

  @Override
  PoolLayer read(LayerFields fields) {
    return new PoolLayer(
        fields.shape("input"),
        PoolFunction.valueOf(fields.text("function").toUpperCase(Locale.ROOT)),
        fields.window("window"));
  }

  @Override
  LayerForward forward(PoolLayer layer, LayerArrays arrays) {
    Pool pool = new Pool(layer.function(), layer.window(), arrays.x(), arrays.y());
    return device -> device.pool(pool);
  }

  @Override
  LayerBackward backward(PoolLayer layer, LayerArrays arrays) {
    LayerArrays.Training training = arrays.training();
    if (training.dX() == null) {
      return device -> {};
    }
    PoolGradient gradient =
        new PoolGradient(
            layer.function(),
            layer.window(),
            layer.function() == PoolFunction.MAX ? arrays.x() : null,
            training.dY(),
            training.dX());
    return device -> device.poolGradient(gradient);
  }
}
