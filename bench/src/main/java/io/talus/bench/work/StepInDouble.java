package io.talus.bench.work;

import io.talus.train.Network;
import io.talus.train.TrainingStep;
import java.util.Arrays;

/** One step of gradient descent, in double and in plain loops, from the network as it is. */
final class StepInDouble {
  /** The places of W and b among a dense layer's parameters. */
  static final int WEIGHT = 0;

  static final int BIAS = 1;

  private final int rows;
  private final double[][] weights;
  private final double[][] bias;

  /** {@code outputs[0]} is the batch; rows one after another. */
  private final double[][] outputs;

  private double loss;

  StepInDouble(Network network, TrainingStep step, double rate) {
    int layers = network.layers().size();
    rows = step.batch();
    weights = new double[layers][];
    bias = new double[layers][];
    outputs = new double[layers + 1][];
    outputs[0] = Answer.doubles(step.inputs());
    for (int layer = 0; layer < layers; layer++) {
      weights[layer] = Answer.doubles(network.parameter(layer, WEIGHT));
      bias[layer] = Answer.doubles(network.parameter(layer, BIAS));
      outputs[layer + 1] = forward(layer, layer + 1 < layers);
    }
    double[] gradient = lossGradient(outputs[layers], step.targets().toArray());
    for (int layer = layers - 1; layer >= 0; layer--) {
      double[] below = layer == 0 ? null : inputGradient(layer, gradient);
      update(layer, gradient, rate);
      gradient = below;
    }
  }

  double loss() {
    return loss;
  }

  double[] weights(int layer) {
    return weights[layer];
  }

  double[] bias(int layer) {
    return bias[layer];
  }

  private double[] forward(int layer, boolean relu) {
    int columns = bias[layer].length;
    int inputs = weights[layer].length / columns;
    double[] y = new double[rows * columns];
    for (int row = 0; row < rows; row++) {
      System.arraycopy(bias[layer], 0, y, row * columns, columns);
      for (int i = 0; i < inputs; i++) {
        double x = outputs[layer][row * inputs + i];
        for (int column = 0; column < columns; column++) {
          y[row * columns + column] += x * weights[layer][i * columns + column];
        }
      }
    }
    for (int i = 0; relu && i < y.length; i++) {
      y[i] = Math.max(0, y[i]);
    }
    return y;
  }

  private double[] lossGradient(double[] logits, int[] targets) {
    int classes = logits.length / rows;
    double[] gradient = new double[logits.length];
    for (int row = 0; row < rows; row++) {
      double[] values = Arrays.copyOfRange(logits, row * classes, (row + 1) * classes);
      double logSum = SoftmaxWork.logSumExp(values);
      loss += (logSum - values[targets[row]]) / rows;
      for (int c = 0; c < classes; c++) {
        double hot = c == targets[row] ? 1 : 0;
        gradient[row * classes + c] = (Math.exp(values[c] - logSum) - hot) / rows;
      }
    }
    return gradient;
  }

  /** The gradient of a hidden layer's output, through its ReLU. */
  private double[] inputGradient(int layer, double[] gradient) {
    int columns = bias[layer].length;
    int inputs = weights[layer].length / columns;
    double[] below = new double[rows * inputs];
    for (int at = 0; at < below.length; at++) {
      if (outputs[layer][at] > 0) {
        int row = at / inputs;
        int input = at % inputs;
        for (int column = 0; column < columns; column++) {
          below[at] += gradient[row * columns + column] * weights[layer][input * columns + column];
        }
      }
    }
    return below;
  }

  private void update(int layer, double[] gradient, double rate) {
    int columns = bias[layer].length;
    int inputs = weights[layer].length / columns;
    for (int row = 0; row < rows; row++) {
      for (int column = 0; column < columns; column++) {
        bias[layer][column] -= rate * gradient[row * columns + column];
      }
      for (int i = 0; i < inputs; i++) {
        double x = rate * outputs[layer][row * inputs + i];
        for (int column = 0; column < columns; column++) {
          weights[layer][i * columns + column] -= x * gradient[row * columns + column];
        }
      }
    }
  }
}
