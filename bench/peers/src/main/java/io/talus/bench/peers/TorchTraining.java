package io.talus.bench.peers;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.SGD;
import org.bytedeco.pytorch.SGDOptions;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;

/** libtorch's C++ front end, through bytedeco's preset. */
final class TorchTraining extends Training {
  private static final long[] ONE = {1, 1};
  private static final long[] TWO = {2, 2};

  private final Net net;
  private final boolean channelsLast;
  private final Tensor inputs;
  private final Tensor targets;
  private final List<Tensor> weights = new ArrayList<>();
  private final List<Tensor> biases = new ArrayList<>();
  private final SGD optimizer;

  /**
   * @param channelsLast how images and the weights of convolutions lie in memory
   */
  TorchTraining(Net net, boolean channelsLast) {
    this.net = net;
    this.channelsLast = channelsLast;
    StepData data = new StepData(net);
    long[] shape =
        net.isConvolutional()
            ? new long[] {net.batch, 1, Net.SIDE, Net.SIDE}
            : new long[] {net.batch, Net.FEATURES};
    inputs = laidOut(torch.tensor(data.inputs).reshape(shape));
    targets = torch.tensor(Arrays.stream(data.targets).asLongStream().toArray());
    TensorVector parameters = new TensorVector();
    for (int i = 0; i < net.layers().size(); i++) {
      Net.Layer layer = net.layers().get(i);
      long[] sizes =
          layer.isConvolution()
              ? new long[] {layer.outputs(), layer.channels(), Net.WINDOW, Net.WINDOW}
              : new long[] {layer.outputs(), layer.inputs()};
      weights.add(parameter(layer.turned(data.weights.get(i)), sizes, parameters));
      biases.add(parameter(new float[layer.outputs()], new long[] {layer.outputs()}, parameters));
    }
    optimizer = new SGD(parameters, new SGDOptions(Net.RATE));
  }

  private Tensor laidOut(Tensor tensor) {
    return channelsLast && tensor.dim() == 4
        ? tensor.contiguous(torch.MemoryFormat.ChannelsLast)
        : tensor;
  }

  private Tensor parameter(float[] values, long[] sizes, TensorVector parameters) {
    Tensor parameter = laidOut(torch.tensor(values).reshape(sizes).clone());
    parameter.set_requires_grad(true);
    parameters.push_back(parameter);
    return parameter;
  }

  @Override
  @SuppressWarnings("try") // the scope is closed, and otherwise left alone
  double step(boolean withLoss) {
    try (PointerScope scope = new PointerScope()) {
      optimizer.zero_grad();
      Tensor loss = torch.cross_entropy_loss(logits(), targets);
      loss.backward();
      optimizer.step();
      return withLoss ? loss.item_double() : Double.NaN;
    }
  }

  private Tensor logits() {
    Tensor x = inputs;
    for (int i = 0; i < weights.size(); i++) {
      Net.Layer layer = net.layers().get(i);
      if (layer.isConvolution()) {
        TensorOptional bias = new TensorOptional(biases.get(i));
        x = torch.relu_(torch.conv2d(x, weights.get(i), bias, ONE, TWO, ONE, 1));
        x = torch.max_pool2d(x, 2, 2);
      } else {
        x = torch.linear(x.dim() > 2 ? x.flatten(1, -1) : x, weights.get(i), biases.get(i));
        x = i + 1 < weights.size() ? torch.relu_(x) : x;
      }
    }
    return x;
  }
}
