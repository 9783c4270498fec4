package io.talus.train;

import io.talus.op.Activation;
import io.talus.op.BatchNormalization;
import io.talus.op.BatchNormalizationGradient;
import io.talus.op.BatchNormalizationInference;
import io.talus.tensor.Tensor;
import io.talus.tensor.TensorFactory;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** {@link BatchNormLayer}s. */
final class BatchNormKind extends LayerKind<BatchNormLayer> {
  // Places in a layer's memory.
  private static final int MEAN = 0;
  private static final int INVERSE_DEVIATION = 1;

  BatchNormKind() {
    super("batch_norm", BatchNormLayer.class);
  }

  @Override
  void write(BatchNormLayer layer, Map<String, Object> fields) {
    fields.put("input", LayerFields.of(layer.input()));
    fields.put("activation", layer.activation().name().toLowerCase(Locale.ROOT));
    fields.put("epsilon", layer.epsilon());
    fields.put("momentum", layer.momentum());
  }

  @Override
  BatchNormLayer read(LayerFields fields) {
    return new BatchNormLayer(
        fields.shape("input"),
        fields.activation(),
        fields.number("epsilon").floatValue(),
        fields.number("momentum").floatValue());
  }

  @Override
  LayerMemory memory(BatchNormLayer layer, int rows, boolean training, TensorFactory memory) {
    return training
        ? LayerMemory.whole(memory.tensor(layer.features()), memory.tensor(layer.features()))
        : LayerMemory.NONE;
  }

  @Override
  LayerForward forward(BatchNormLayer layer, LayerArrays arrays) {
    List<Tensor> parameters = arrays.parameters();
    if (arrays.training() == null) {
      BatchNormalizationInference inference =
          new BatchNormalizationInference(
              layer.activation(),
              arrays.x(),
              parameters.get(BatchNormLayer.SCALE),
              parameters.get(BatchNormLayer.SHIFT),
              layer.epsilon(),
              parameters.get(BatchNormLayer.RUNNING_MEAN),
              parameters.get(BatchNormLayer.RUNNING_VARIANCE),
              arrays.y());
      return device -> device.batchNormalizationInference(inference);
    }
    BatchNormalization normalization =
        new BatchNormalization(
            layer.activation(),
            arrays.x(),
            parameters.get(BatchNormLayer.SCALE),
            parameters.get(BatchNormLayer.SHIFT),
            layer.epsilon(),
            layer.momentum(),
            arrays.memory().whole().get(MEAN),
            arrays.memory().whole().get(INVERSE_DEVIATION),
            parameters.get(BatchNormLayer.RUNNING_MEAN),
            parameters.get(BatchNormLayer.RUNNING_VARIANCE),
            arrays.y());
    return device -> device.batchNormalization(normalization);
  }

  @Override
  LayerBackward backward(BatchNormLayer layer, LayerArrays arrays) {
    LayerArrays.Training training = arrays.training();
    // The first layer's input has no use for a gradient, which then takes dY's place.
    Tensor dX = training.dX() == null ? training.dY() : training.dX();
    BatchNormalizationGradient gradient =
        new BatchNormalizationGradient(
            layer.activation(),
            training.dY(),
            layer.activation() == Activation.IDENTITY ? null : arrays.y(),
            arrays.x(),
            arrays.parameters().get(BatchNormLayer.SCALE),
            arrays.memory().whole().get(MEAN),
            arrays.memory().whole().get(INVERSE_DEVIATION),
            dX,
            training.gradients().get(BatchNormLayer.SCALE),
            training.gradients().get(BatchNormLayer.SHIFT));
    return device -> device.batchNormalizationGradient(gradient);
  }
}
