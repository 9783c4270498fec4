package io.talus.train;

import io.talus.Device;
import io.talus.op.Epilogue;
import io.talus.op.Gemm;
import io.talus.op.Transpose;
import io.talus.tensor.Tensor;
import io.talus.tensor.TensorFactory;
import java.util.Locale;
import java.util.Map;

/** {@link Dense} layers: {@code y = activation(x W + b)}. */
final class DenseKind extends LayerKind<Dense> {
  DenseKind() {
    super("dense", Dense.class);
  }

  @Override
  void write(Dense dense, Map<String, Object> fields) {
    fields.put("inputs", dense.inputs());
    fields.put("outputs", dense.outputs());
    fields.put("activation", dense.activation().name().toLowerCase(Locale.ROOT));
  }

  @Override
  Dense read(LayerFields fields) {
    return new Dense(fields.integer("inputs"), fields.integer("outputs"), fields.activation());
  }

  /** What the activation is applied to, where its derivative needs that. */
  @Override
  LayerMemory memory(Dense dense, int rows, boolean training, TensorFactory memory) {
    return training && dense.activation().needsInput()
        ? LayerMemory.of(memory.tensor(rows, dense.outputs()))
        : LayerMemory.NONE;
  }

  @Override
  LayerForward forward(Dense dense, LayerArrays arrays) {
    Gemm product =
        new Gemm(
            Transpose.NO,
            Transpose.NO,
            1,
            arrays.x(),
            arrays.parameters().get(Dense.WEIGHT),
            0,
            arrays.y(),
            new Epilogue(
                arrays.parameters().get(Dense.BIAS),
                dense.activation(),
                arrays.memory().tensorOrNull(0)),
            arrays.precision());
    return device -> device.gemm(product);
  }

  @Override
  LayerBackward backward(Dense dense, LayerArrays arrays) {
    return new Backward(dense, arrays);
  }

  /**
   * With dZ and db of {@link ActivationBackward}: {@code dX = dZ W^T; dW = x^T dZ}.
   *
   * <p>Or, where the update of the weights is folded in, {@code W -= learningRate x^T dZ} in place
   * of dW, which then is never in memory.
   */
  private static final class Backward implements LayerBackward {
    private final ActivationBackward activation;
    private final Tensor weights;
    private Gemm weight;
    private final Gemm input;

    Backward(Dense dense, LayerArrays arrays) {
      LayerArrays.Training training = arrays.training();
      Tensor dW = training.gradients().get(Dense.WEIGHT);
      Tensor dZ = training.dY();
      activation =
          new ActivationBackward(
              dense.activation(),
              dZ,
              arrays.y(),
              arrays.memory().tensorOrNull(0),
              training.gradients().get(Dense.BIAS));
      weights = arrays.parameters().get(Dense.WEIGHT);
      weight = new Gemm(Transpose.YES, Transpose.NO, arrays.x(), dZ, dW).with(arrays.precision());
      input =
          training.dX() == null
              ? null
              : new Gemm(Transpose.NO, Transpose.YES, dZ, weights, training.dX())
                  .with(arrays.precision());
    }

    @Override
    public void run(Device device) {
      activation.run(device);
      if (input != null) {
        device.gemm(input);
      }
      device.gemm(weight); // last: it may change W
    }

    @Override
    public void foldUpdate(float learningRate) {
      weight =
          new Gemm(
              Transpose.YES,
              Transpose.NO,
              -learningRate,
              weight.a(),
              weight.b(),
              1,
              weights,
              Epilogue.NONE,
              weight.precision());
    }

    @Override
    public long flops() {
      return weight.flops() + (input == null ? 0 : input.flops());
    }
  }
}
