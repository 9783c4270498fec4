package io.talus.train;

import io.talus.op.Dropout;
import io.talus.tensor.Tensor;
import java.util.Map;

/** {@link DropoutLayer}s. The way back draws what the way forward of the same step drew. */
final class DropoutKind extends LayerKind<DropoutLayer> {
  DropoutKind() {
    super("dropout", DropoutLayer.class);
  }

  @Override
  void write(DropoutLayer layer, Map<String, Object> fields) {
    fields.put("input", LayerFields.of(layer.input()));
    fields.put("rate", layer.rate());
    fields.put("seed", layer.seed());
    fields.put("stream", layer.stream());
  }

  @Override
  DropoutLayer read(LayerFields fields) {
    return new DropoutLayer(
        fields.shape("input"),
        fields.number("rate").floatValue(),
        fields.number("seed").longValue(),
        fields.integer("stream"));
  }

  @Override
  boolean passesAtInference() {
    return true;
  }

  @Override
  LayerForward forward(DropoutLayer layer, LayerArrays arrays) {
    Dropout drop = dropout(layer, arrays, arrays.x(), arrays.y());
    return device -> device.dropout(drop);
  }

  @Override
  LayerBackward backward(DropoutLayer layer, LayerArrays arrays) {
    Tensor dX = arrays.training().dX();
    if (dX == null) {
      return device -> {};
    }
    Dropout drop = dropout(layer, arrays, arrays.training().dY(), dX);
    return device -> device.dropout(drop);
  }

  private static Dropout dropout(DropoutLayer layer, LayerArrays arrays, Tensor from, Tensor to) {
    return new Dropout(
        layer.seed(), layer.stream(), arrays.training().step(), layer.rate(), from, to);
  }
}
