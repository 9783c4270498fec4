package io.talus.train;

import io.talus.Device;
import io.talus.op.Convolution;
import io.talus.op.ConvolutionInputGradient;
import io.talus.op.ConvolutionWeightGradient;
import io.talus.op.Epilogue;
import io.talus.tensor.Tensor;
import io.talus.tensor.TensorFactory;
import java.util.Locale;
import java.util.Map;

/** {@link ConvolutionLayer}s. */
final class ConvolutionKind extends LayerKind<ConvolutionLayer> {
  ConvolutionKind() {
    super("convolution", ConvolutionLayer.class);
  }

  @Override
  void write(ConvolutionLayer layer, Map<String, Object> fields) {
    fields.put("input", LayerFields.of(layer.input()));
    fields.put("window", LayerFields.of(layer.window()));
    fields.put("filters", layer.filters());
    if (layer.groups() != 1) {
      fields.put("groups", layer.groups());
    }
    fields.put("activation", layer.activation().name().toLowerCase(Locale.ROOT));
  }

  @Override
  ConvolutionLayer read(LayerFields fields) {
    return new ConvolutionLayer(
        fields.shape("input"),
        fields.window("window"),
        fields.integer("filters"),
        fields.optional("groups").isPresent() ? fields.integer("groups") : 1,
        fields.activation());
  }

  /** What the activation is applied to, where its derivative needs that. */
  @Override
  LayerMemory memory(ConvolutionLayer layer, int rows, boolean training, TensorFactory memory) {
    return training && layer.activation().needsInput()
        ? LayerMemory.of(memory.tensor(rows, layer.outputs()))
        : LayerMemory.NONE;
  }

  @Override
  LayerForward forward(ConvolutionLayer layer, LayerArrays arrays) {
    Convolution convolution =
        new Convolution(
            layer.window(),
            layer.groups(),
            arrays.x(),
            arrays.parameters().get(ConvolutionLayer.WEIGHT),
            arrays.y(),
            new Epilogue(
                arrays.parameters().get(ConvolutionLayer.BIAS),
                layer.activation(),
                preActivation(arrays)));
    return device -> device.convolution(convolution);
  }

  private static Tensor preActivation(LayerArrays arrays) {
    Tensor flat = arrays.memory().tensorOrNull(0);
    return flat == null ? null : flat.reshape(arrays.y().shape().toArray());
  }

  @Override
  LayerBackward backward(ConvolutionLayer layer, LayerArrays arrays) {
    return new Backward(layer, arrays);
  }

  /** Through the activation, then {@code dX} and {@code dW} by their convolutions. */
  private static final class Backward implements LayerBackward {
    private final ActivationBackward activation;
    private final ConvolutionWeightGradient weight;
    private final ConvolutionInputGradient input;

    Backward(ConvolutionLayer layer, LayerArrays arrays) {
      LayerArrays.Training training = arrays.training();
      Tensor dZ = training.dY();
      activation =
          training.isThroughActivation()
              ? null
              : new ActivationBackward(
                  layer.activation(),
                  dZ,
                  arrays.y(),
                  preActivation(arrays),
                  training.gradients().get(ConvolutionLayer.BIAS));
      weight =
          new ConvolutionWeightGradient(
              layer.window(),
              layer.groups(),
              arrays.x(),
              dZ,
              training.gradients().get(ConvolutionLayer.WEIGHT));
      input =
          training.dX() == null
              ? null
              : new ConvolutionInputGradient(
                  layer.window(),
                  layer.groups(),
                  dZ,
                  arrays.parameters().get(ConvolutionLayer.WEIGHT),
                  training.dX());
    }

    @Override
    public void run(Device device) {
      if (activation != null) {
        activation.run(device);
      }
      if (input != null) {
        device.convolutionInputGradient(input);
      }
      device.convolutionWeightGradient(weight);
    }

    @Override
    public long flops() {
      return weight.flops() + (input == null ? 0 : input.flops());
    }
  }

  @Override
  boolean foldsUpdates(ConvolutionLayer layer) {
    return false;
  }
}
