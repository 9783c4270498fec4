package io.talus.train;

import io.talus.Workspace;
import io.talus.op.Activation;
import io.talus.tensor.IntTensor;
import io.talus.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;

/**
 * What a training step works on besides the parameters: the batch, each layer's outputs and their
 * gradients, the gradients of the parameters, the loss.
 */
final class TrainingBuffers {
  private final List<Layer> layers;
  private final Tensor batch;
  private final IntTensor targets;
  private final Tensor loss;
  private final Tensor gradients;
  private final List<Tensor> outputs = new ArrayList<>();
  private final List<Tensor> preActivations = new ArrayList<>();
  private final List<Tensor> outputGradients = new ArrayList<>();

  TrainingBuffers(Network network, int rows, Workspace memory) {
    layers = network.layers();
    batch = memory.tensor(rows, network.inputs());
    targets = memory.labels(network.classes(), rows);
    loss = memory.tensor(1);
    gradients = memory.tensor(network.layout().size());
    for (Layer layer : layers) {
      Activation activation = ((Dense) layer).activation();
      boolean isLast = outputs.size() == layers.size() - 1;
      Tensor output = memory.tensor(rows, layer.outputs());
      outputs.add(output);
      preActivations.add(activation.needsInput() ? memory.tensor(rows, layer.outputs()) : null);
      outputGradients.add(isLast ? output : memory.tensor(rows, layer.outputs()));
    }
  }

  /** The features of the batch. */
  Tensor batch() {
    return batch;
  }

  IntTensor targets() {
    return targets;
  }

  /** One value. */
  Tensor loss() {
    return loss;
  }

  /** Of all parameters, laid out as the network's values. */
  Tensor gradients() {
    return gradients;
  }

  Tensor input(int layer) {
    return layer == 0 ? batch : outputs.get(layer - 1);
  }

  Tensor output(int layer) {
    return outputs.get(layer);
  }

  /** What the activation is applied to, where its derivative needs that; else null. */
  Tensor preActivation(int layer) {
    return preActivations.get(layer);
  }

  /** What the activation's derivative is computed from; null where it needs nothing. */
  Tensor saved(int layer) {
    Activation activation = ((Dense) layers.get(layer)).activation();
    if (activation == Activation.IDENTITY) {
      return null;
    }
    return activation.needsInput() ? preActivations.get(layer) : outputs.get(layer);
  }

  /** For the last layer the logits themselves, whose place their gradient takes. */
  Tensor outputGradient(int layer) {
    return outputGradients.get(layer);
  }
}
