package io.talus.train;

import io.talus.op.LayerNormalization;
import io.talus.op.LayerNormalizationGradient;
import io.talus.tensor.Tensor;
import io.talus.tensor.TensorFactory;
import java.util.Map;

/** {@link LayerNormLayer}s. */
final class LayerNormKind extends LayerKind<LayerNormLayer> {
  // Places in a layer's memory.
  private static final int MEAN = 0;
  private static final int INVERSE_DEVIATION = 1;

  LayerNormKind() {
    super("layer_norm", LayerNormLayer.class);
  }

  @Override
  void write(LayerNormLayer layer, Map<String, Object> fields) {
    fields.put("input", LayerFields.of(layer.input()));
    fields.put("epsilon", layer.epsilon());
  }

  @Override
  LayerNormLayer read(LayerFields fields) {
    return new LayerNormLayer(fields.shape("input"), fields.number("epsilon").floatValue());
  }

  /** The mean and the inverse deviation of each place of each example. */
  @Override
  LayerMemory memory(LayerNormLayer layer, int rows, boolean training, TensorFactory memory) {
    long places = layer.inputs() / layer.features();
    return LayerMemory.of(memory.tensor(rows, places), memory.tensor(rows, places));
  }

  @Override
  LayerForward forward(LayerNormLayer layer, LayerArrays arrays) {
    LayerNormalization normalization =
        new LayerNormalization(
            arrays.x(),
            arrays.parameters().get(LayerNormLayer.SCALE),
            arrays.parameters().get(LayerNormLayer.SHIFT),
            layer.epsilon(),
            arrays.memory().tensorOrNull(MEAN),
            arrays.memory().tensorOrNull(INVERSE_DEVIATION),
            arrays.y());
    return device -> device.layerNormalization(normalization);
  }

  @Override
  LayerBackward backward(LayerNormLayer layer, LayerArrays arrays) {
    LayerArrays.Training training = arrays.training();
    // The first layer's input has no use for a gradient, which then takes dY's place.
    Tensor dX = training.dX() == null ? training.dY() : training.dX();
    LayerNormalizationGradient gradient =
        new LayerNormalizationGradient(
            training.dY(),
            arrays.x(),
            arrays.parameters().get(LayerNormLayer.SCALE),
            arrays.memory().tensorOrNull(MEAN),
            arrays.memory().tensorOrNull(INVERSE_DEVIATION),
            dX,
            training.gradients().get(LayerNormLayer.SCALE),
            training.gradients().get(LayerNormLayer.SHIFT));
    return device -> device.layerNormalizationGradient(gradient);
  }
}
