package io.talus.train;

import io.talus.Device;
import io.talus.op.Activation;
import io.talus.op.ActivationGradient;
import io.talus.op.Axpby;
import io.talus.op.Binary;
import io.talus.op.BinaryFunction;
import io.talus.op.Copy;
import io.talus.op.Unary;
import io.talus.op.UnaryFunction;
import io.talus.tensor.Tensor;
import io.talus.tensor.TensorFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** {@link Residual} blocks: two {@link Chain}s side by side. */
final class ResidualKind extends LayerKind<Residual> {
  // Places in a block's memory.
  static final int BODY_OUTPUT = 0;
  static final int SHORTCUT_OUTPUT = 1;
  private static final int BODY_INPUT_GRADIENT = 2;
  private static final int SHORTCUT_OUTPUT_GRADIENT = 3;

  // Places of its chains there.
  static final int BODY = 0;
  static final int SHORTCUT = 1;

  ResidualKind() {
    super("residual", Residual.class);
  }

  @Override
  void write(Residual layer, Map<String, Object> fields) {
    fields.put("body", LayerDescription.list(layer.body()));
    fields.put("shortcut", LayerDescription.list(layer.shortcut()));
    fields.put("activation", layer.activation().name().toLowerCase(Locale.ROOT));
  }

  @Override
  Residual read(LayerFields fields) {
    return new Residual(
        LayerDescription.layers(fields.list("body")),
        LayerDescription.layers(fields.list("shortcut")),
        fields.activation());
  }

  @Override
  boolean foldsUpdates(Residual layer) {
    return foldUpdates(layer.body()) && foldUpdates(layer.shortcut());
  }

  private static boolean foldUpdates(List<Layer> layers) {
    return layers.stream().allMatch(layer -> LayerKind.of(layer).foldsUpdates(layer));
  }

  @Override
  LayerMemory memory(Residual layer, int rows, boolean training, TensorFactory memory) {
    List<Tensor> tensors = new ArrayList<>();
    List<LayerMemory> chains = new ArrayList<>();
    boolean hasShortcut = !layer.shortcut().isEmpty();
    tensors.add(memory.tensor(rows, layer.outputs()));
    tensors.add(memory.tensor(rows, hasShortcut ? layer.outputs() : 0));
    if (training) {
      tensors.add(memory.tensor(rows, layer.inputs()));
      tensors.add(memory.tensor(rows, hasShortcut ? layer.outputs() : 0));
    }
    chains.add(Chain.memory(layer.body(), rows, training, memory));
    if (hasShortcut) {
      chains.add(Chain.memory(layer.shortcut(), rows, training, memory));
    }
    return LayerMemory.of(tensors, chains);
  }

  @Override
  LayerForward forward(Residual layer, LayerArrays arrays) {
    return new Block(layer, arrays)::forward;
  }

  @Override
  LayerBackward backward(Residual layer, LayerArrays arrays) {
    return new Block(layer, arrays);
  }

  /** A block, planned. With dZ the gradient of the sum: {@code dX = body'(dZ) + shortcut'(dZ)}. */
  private static final class Block implements LayerBackward {
    private final Chain body;
    private final Chain shortcut;
    private final Binary sum;
    private final Unary activate;
    private final ActivationGradient activationGradient;
    private final Copy spread;
    private final Axpby join;

    Block(Residual layer, LayerArrays arrays) {
      LayerArrays.Training training = arrays.training();
      int ofBody = Chain.parameters(layer.body()).size();
      body = chain(layer.body(), arrays, 0, ofBody, BODY);
      shortcut =
          layer.shortcut().isEmpty()
              ? null
              : chain(layer.shortcut(), arrays, ofBody, arrays.parameters().size(), SHORTCUT);
      Tensor y = arrays.y();
      Tensor other = shortcut == null ? arrays.x() : arrays.memory().tensors().get(SHORTCUT_OUTPUT);
      sum =
          new Binary(
              BinaryFunction.ADD,
              like(arrays.memory().tensors().get(BODY_OUTPUT), y),
              like(other, y),
              y);
      boolean bare = layer.activation() == Activation.IDENTITY;
      activate = bare ? null : new Unary(UnaryFunction.valueOf(layer.activation().name()), y, y);
      activationGradient =
          bare || training == null
              ? null
              : new ActivationGradient(
                  layer.activation(), training.dY(), y, training.dY(), 0, null);
      Tensor spreadTo =
          training == null
              ? null
              : shortcut == null
                  ? training.dX()
                  : arrays.memory().tensors().get(SHORTCUT_OUTPUT_GRADIENT);
      spread = spreadTo == null ? null : new Copy(training.dY(), spreadTo);
      join =
          training == null || training.dX() == null
              ? null
              : new Axpby(1, arrays.memory().tensors().get(BODY_INPUT_GRADIENT), 1, training.dX());
    }

    private static Tensor like(Tensor array, Tensor shape) {
      return array.reshape(shape.shape().toArray());
    }

    private static Chain chain(
        List<Layer> layers, LayerArrays arrays, int firstParameter, int nextParameter, int part) {
      List<Tensor> memory = arrays.memory().tensors();
      boolean isBody = part == BODY;
      LayerArrays.Training training = arrays.training();
      if (training != null) {
        Tensor dX =
            isBody && training.dX() != null ? memory.get(BODY_INPUT_GRADIENT) : training.dX();
        training =
            new LayerArrays.Training(
                training.gradients().subList(firstParameter, nextParameter),
                isBody ? training.dY() : memory.get(SHORTCUT_OUTPUT_GRADIENT),
                dX,
                false,
                training.step());
      }
      return new Chain(
          layers,
          new LayerArrays(
              arrays.parameters().subList(firstParameter, nextParameter),
              arrays.x(),
              memory.get(isBody ? BODY_OUTPUT : SHORTCUT_OUTPUT),
              arrays.memory().layers().get(part),
              training,
              arrays.precision()));
    }

    void forward(Device device) {
      body.forward(device);
      if (shortcut != null) {
        shortcut.forward(device);
      }
      device.binary(sum);
      if (activate != null) {
        device.unary(activate);
      }
    }

    @Override
    public void run(Device device) {
      if (activationGradient != null) {
        device.activationGradient(activationGradient);
      }
      if (spread != null) {
        device.copy(spread);
      }
      if (shortcut != null) {
        shortcut.backward(device);
      }
      body.backward(device);
      if (join != null) {
        device.axpby(join);
      }
    }

    @Override
    public void foldUpdate(float learningRate) {
      body.foldUpdate(learningRate);
      if (shortcut != null) {
        shortcut.foldUpdate(learningRate);
      }
    }

    @Override
    public long flops() {
      return body.backwardFlops() + (shortcut == null ? 0 : shortcut.backwardFlops());
    }
  }
}
