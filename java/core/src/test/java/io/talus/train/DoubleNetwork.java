package io.talus.train;

import io.talus.Device;
import io.talus.Workspace;
import io.talus.data.Dataset;
import io.talus.op.Activation;
import io.talus.op.Dropout;
import io.talus.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/** A network's loss in plain loops and double: what gradients are checked against. */
final class DoubleNetwork {
  private final List<DoubleLayer> layers = new ArrayList<>();

  /** Of each layer its arrays, row-major; may be changed. */
  final List<double[][]> parameters = new ArrayList<>();

  /** One layer's output for one row of the batch. */
  private interface DoubleLayer {
    double[] forward(int row, double[] x, double[][] parameters);
  }

  /**
   * @param rows of the batch, which dropout's draws depend on
   */
  DoubleNetwork(Network network, int rows) {
    for (int layer = 0; layer < network.layers().size(); layer++) {
      int at = layer;
      layers.add(layer(network, network.layers().get(layer), rows));
      parameters.add(
          IntStream.range(0, network.layers().get(layer).parameters().size())
              .mapToObj(i -> toDouble(network.parameter(at, i).toArray()))
              .toArray(double[][]::new));
    }
  }

  private static DoubleLayer layer(Network network, Layer layer, int rows) {
    if (layer instanceof Dense dense) {
      return (row, x, parameters) -> forward(dense, x, parameters);
    }
    if (layer instanceof DropoutLayer dropout) {
      double[] factors = factors(network.device(), dropout, rows);
      return (row, x, parameters) -> {
        double[] y = x.clone();
        for (int i = 0; i < y.length; i++) {
          y[i] *= factors[row * y.length + i];
        }
        return y;
      };
    }
    if (layer instanceof Residual block) {
      DoubleLayer body = chain(network, block.body(), rows);
      DoubleLayer shortcut = chain(network, block.shortcut(), rows);
      int ofBody = Chain.parameters(block.body()).size();
      return (row, x, parameters) -> {
        double[] y = body.forward(row, x, parameters);
        double[] other =
            shortcut.forward(row, x, Arrays.copyOfRange(parameters, ofBody, parameters.length));
        for (int i = 0; i < y.length; i++) {
          y[i] = activate(block.activation(), y[i] + other[i]);
        }
        return y;
      };
    }
    throw new IllegalArgumentException("no double precision for " + layer);
  }

  /** Layers one after another, with all their arrays one after another; none: what comes in. */
  private static DoubleLayer chain(Network network, List<Layer> layers, int rows) {
    List<DoubleLayer> inner = layers.stream().map(layer -> layer(network, layer, rows)).toList();
    return (row, x, parameters) -> {
      double[] y = x;
      int first = 0;
      for (int i = 0; i < inner.size(); i++) {
        int next = first + layers.get(i).parameters().size();
        y = inner.get(i).forward(row, y, Arrays.copyOfRange(parameters, first, next));
        first = next;
      }
      return y;
    };
  }

  /** What the step of number 0 multiplies each value of the batch by. */
  private static double[] factors(Device device, DropoutLayer layer, int rows) {
    try (Workspace memory = device.workspace()) {
      float[] ones = new float[rows * layer.inputs()];
      Arrays.fill(ones, 1);
      Tensor x = memory.tensor(ones, ones.length);
      device.dropout(new Dropout(layer.seed(), layer.stream(), null, layer.rate(), x, x));
      return toDouble(x.toArray());
    }
  }

  private static double[] toDouble(float[] values) {
    double[] wide = new double[values.length];
    for (int i = 0; i < values.length; i++) {
      wide[i] = values[i];
    }
    return wide;
  }

  /** The mean cross-entropy of the first rows. */
  double loss(Dataset examples, int rows) {
    double sum = 0;
    for (int row = 0; row < rows; row++) {
      double[] logits = forward(examples, row);
      double most = Double.NEGATIVE_INFINITY;
      for (double logit : logits) {
        most = Math.max(most, logit);
      }
      double exponentials = 0;
      for (double logit : logits) {
        exponentials += Math.exp(logit - most);
      }
      sum += most + Math.log(exponentials) - logits[examples.label(row)];
    }
    return sum / rows;
  }

  private double[] forward(Dataset examples, int row) {
    double[] x = new double[examples.inputs()];
    for (int i = 0; i < x.length; i++) {
      x[i] = examples.feature(row, i);
    }
    for (int layer = 0; layer < layers.size(); layer++) {
      x = layers.get(layer).forward(row, x, parameters.get(layer));
    }
    return x;
  }

  private static double[] forward(Dense dense, double[] x, double[][] parameters) {
    double[] weights = parameters[Dense.WEIGHT];
    double[] y = parameters[Dense.BIAS].clone();
    for (int out = 0; out < y.length; out++) {
      for (int in = 0; in < x.length; in++) {
        y[out] += x[in] * weights[in * y.length + out];
      }
      y[out] = activate(dense.activation(), y[out]);
    }
    return y;
  }

  private static double activate(Activation activation, double z) {
    return switch (activation) {
      case IDENTITY -> z;
      case RELU -> Math.max(0, z);
      case GELU -> z * normalDistribution(z);
      case TANH -> Math.tanh(z);
      case SIGMOID -> 1 / (1 + Math.exp(-z));
    };
  }

  /**
   * The integral of the normal density up to z: 1/2 and Simpson's rule from 0, exact to 1e-8 up to
   * 4.
   */
  private static double normalDistribution(double z) {
    int steps = 200;
    double width = z / steps;
    double sum = 0;
    for (int i = 0; i <= steps; i++) {
      double t = i * width;
      double weight = i == 0 || i == steps ? 1 : i % 2 == 1 ? 4 : 2;
      sum += weight * Math.exp(-t * t / 2);
    }
    return 0.5 + sum * width / 3 / Math.sqrt(2 * Math.PI);
  }
}
