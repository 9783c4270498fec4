package io.talus.train;

import io.talus.Workspace;
import io.talus.tensor.IntTensor;
import io.talus.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;

/**
 * What a training step works on besides the parameters: the batch, each layer's outputs and their
 * gradients, the gradients of the parameters, the loss.
 */
final class TrainingBuffers {
  private final Network network;
  private final Tensor batch;
  private final IntTensor targets;
  private final Tensor loss;
  private final IntTensor step;
  private final Tensor gradients;
  private final List<Tensor> outputs = new ArrayList<>();
  private final List<List<Tensor>> saved = new ArrayList<>();
  private final List<Tensor> outputGradients = new ArrayList<>();

  TrainingBuffers(Network network, int rows, Workspace memory) {
    this.network = network;
    batch = memory.tensor(rows, network.inputs());
    targets = memory.labels(network.classes(), rows);
    loss = memory.tensor(1);
    step = memory.ints(1);
    gradients = memory.tensor(network.layout().size());
    List<Layer> layers = network.layers();
    for (Layer layer : layers) {
      boolean isLast = outputs.size() == layers.size() - 1;
      Tensor output = memory.tensor(rows, layer.outputs());
      outputs.add(output);
      saved.add(LayerKind.of(layer).saved(layer, rows, memory));
      // The gradient of the logits takes their place: nothing reads them afterwards.
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

  /** The number of the training step: one value. */
  IntTensor step() {
    return step;
  }

  /** Of all parameters, laid out as the network's values. */
  Tensor gradients() {
    return gradients;
  }

  /** The first rows of what the last layer gives. */
  Tensor logits(int rows) {
    return outputs.get(outputs.size() - 1).rows(0, rows);
  }

  /** What a layer reads and writes in a step of the first {@code rows} rows. */
  LayerArrays arrays(int layer, int rows) {
    Layer described = network.layers().get(layer);
    Tensor x = layer == 0 ? batch : outputs.get(layer - 1);
    Tensor dX = layer == 0 ? null : outputGradients.get(layer - 1);
    LayerArrays.Training training =
        new LayerArrays.Training(
            network.layout().views(gradients, layer),
            saved.get(layer).stream().map(tensor -> tensor.rows(0, rows)).toList(),
            LayerArrays.shaped(outputGradients.get(layer), rows, described.output()),
            dX == null ? null : LayerArrays.shaped(dX, rows, described.input()),
            step);
    return new LayerArrays(
        network.parameters(layer),
        LayerArrays.shaped(x, rows, described.input()),
        LayerArrays.shaped(outputs.get(layer), rows, described.output()),
        training);
  }
}
