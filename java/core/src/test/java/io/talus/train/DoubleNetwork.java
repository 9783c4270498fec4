package io.talus.train;

import io.talus.data.Dataset;
import io.talus.op.Activation;
import java.util.ArrayList;
import java.util.List;

/** A network's loss in plain loops and double: what gradients are checked against. */
final class DoubleNetwork {
  private final List<Dense> layers = new ArrayList<>();

  /** Of each layer its weights and its biases, row-major; may be changed. */
  final List<double[][]> parameters = new ArrayList<>();

  DoubleNetwork(Network network) {
    for (int layer = 0; layer < network.layers().size(); layer++) {
      layers.add((Dense) network.layers().get(layer));
      parameters.add(
          new double[][] {
            toDouble(network.parameter(layer, Dense.WEIGHT).toArray()),
            toDouble(network.parameter(layer, Dense.BIAS).toArray())
          });
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
      Dense dense = layers.get(layer);
      double[] weights = parameters.get(layer)[Dense.WEIGHT];
      double[] y = parameters.get(layer)[Dense.BIAS].clone();
      for (int out = 0; out < y.length; out++) {
        for (int in = 0; in < x.length; in++) {
          y[out] += x[in] * weights[in * y.length + out];
        }
        y[out] = activate(dense.activation(), y[out]);
      }
      x = y;
    }
    return x;
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
