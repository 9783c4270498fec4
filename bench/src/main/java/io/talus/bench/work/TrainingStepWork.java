package io.talus.bench.work;

import io.talus.Device;
import io.talus.op.Activation;
import io.talus.tensor.Tensor;
import io.talus.train.Network;
import io.talus.train.NetworkBuilder;
import io.talus.train.Optimizer;
import io.talus.train.TrainingStep;
import java.util.ArrayList;
import java.util.List;

/** One step of training of a network: forward, loss, backward, update. */
public final class TrainingStepWork {
  private static final float RATE = 0.1f;
  private static final int SAMPLES = 200;

  private TrainingStepWork() {}

  /**
   * @param shape batch x inputs x hidden layers' outputs x classes; ReLU after each hidden layer
   */
  public static Work of(Device device, NamedShape shape) {
    long[] sizes = shape.sizes();
    NetworkBuilder builder = Network.builder((int) sizes[1]);
    for (int i = 2; i + 1 < sizes.length; i++) {
      builder.dense((int) sizes[i], Activation.RELU);
    }
    Network network = builder.classes((int) sizes[sizes.length - 1]).seed(1).build(device);
    TrainingStep step = new TrainingStep(network, (int) sizes[0], Optimizer.sgd(RATE), 0f);
    Numbers.uniform(step.inputs(), 0, 1, 2);
    Numbers.classes(step.targets(), 3);
    StepInDouble expected = new StepInDouble(network, step, RATE);
    long parameterBytes = network.parameterCount() * Float.BYTES;
    return new Work(
            device.workspace(),
            null,
            step.flops(),
            step.inputs().bytes() + 3 * parameterBytes,
            step::run,
            () -> check(expected, network, step))
        .on(parameters(network))
        .onClose(step::close)
        .onClose(network::close);
  }

  private static List<Tensor> parameters(Network network) {
    List<Tensor> all = new ArrayList<>();
    for (int layer = 0; layer < network.layers().size(); layer++) {
      all.add(network.parameter(layer, StepInDouble.WEIGHT));
      all.add(network.parameter(layer, StepInDouble.BIAS));
    }
    return all;
  }

  private static void check(StepInDouble expected, Network network, TrainingStep step) {
    Answer.near(expected.loss(), step.loss(), 1e-5 * (1 + expected.loss()), "loss");
    for (int layer = 0; layer < network.layers().size(); layer++) {
      double[] weights = expected.weights(layer);
      double[] actual = Answer.doubles(network.parameter(layer, StepInDouble.WEIGHT));
      // A step moves weights by less than 0.1; 1e-6 of that is many roundings of float32.
      for (long i : Answer.samples(SAMPLES, weights.length)) {
        Answer.near(weights[(int) i], actual[(int) i], 1e-6, "weights of layer", layer, i);
      }
      double[] bias = expected.bias(layer);
      double[] actualBias = Answer.doubles(network.parameter(layer, StepInDouble.BIAS));
      for (int i = 0; i < bias.length; i++) {
        Answer.near(bias[i], actualBias[i], 1e-6, "bias of layer", layer, i);
      }
    }
  }
}
