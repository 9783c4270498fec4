package io.talus.bench.peers;

import io.talus.Devices;
import io.talus.data.ImageShape;
import io.talus.op.Activation;
import io.talus.op.PoolFunction;
import io.talus.op.Window;
import io.talus.tensor.Tensor;
import io.talus.train.Network;
import io.talus.train.NetworkBuilder;
import io.talus.train.Optimizer;
import io.talus.train.TrainingStep;
import java.nio.FloatBuffer;

/** Talus on its native backend. */
final class TalusTraining extends Training {
  private final TrainingStep step;

  TalusTraining(Net net) {
    StepData data = new StepData(net);
    Network network = builder(net).build(Devices.require("cpu"));
    int weighted = 0;
    for (int layer = 0; layer < network.layers().size(); layer++) {
      if (!network.layers().get(layer).parameters().isEmpty()) {
        copy(data.weights.get(weighted++), network.parameter(layer, 0));
        Tensor bias = network.parameter(layer, 1);
        copy(new float[(int) bias.size()], bias);
      }
    }
    step = new TrainingStep(network, net.batch, Optimizer.sgd(Net.RATE), 0f);
    copy(data.inputs, step.inputs());
    step.targets().copyFrom(data.targets);
  }

  private static NetworkBuilder builder(Net net) {
    NetworkBuilder builder =
        net.isConvolutional()
            ? Network.builder(new ImageShape(Net.SIDE, Net.SIDE, 1))
            : Network.builder(Net.FEATURES);
    Window window = Window.of(Net.WINDOW, Net.WINDOW).padding(Net.WINDOW / 2, Net.WINDOW / 2);
    for (Net.Layer layer : net.layers()) {
      if (layer.isConvolution()) {
        builder.convolution(layer.outputs(), window, Activation.RELU);
        builder.pool(PoolFunction.MAX, Window.of(2, 2).stride(2, 2));
      } else if (layer.outputs() == Net.CLASSES) {
        builder.classes(layer.outputs());
      } else {
        builder.dense(layer.outputs(), Activation.RELU);
      }
    }
    return builder;
  }

  private static void copy(float[] from, Tensor to) {
    to.reshape(to.size()).copyFrom(FloatBuffer.wrap(from));
  }

  @Override
  double step(boolean withLoss) {
    step.run();
    return withLoss ? step.loss() : Double.NaN;
  }
}
