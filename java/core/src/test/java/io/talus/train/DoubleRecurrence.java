package io.talus.train;

import java.util.Arrays;

/** Recurrent layers in plain loops and double, one sequence at a time. */
final class DoubleRecurrence {
  private DoubleRecurrence() {}

  static double[] forward(RecurrentLayer layer, double[] x, double[][] parameters) {
    int units = layer.units();
    double[] states = new double[layer.steps() * units];
    double[] h = new double[units];
    double[] cell = new double[units];
    for (int step = 0; step < layer.steps(); step++) {
      double[] in = Arrays.copyOfRange(x, step * layer.features(), (step + 1) * layer.features());
      double[] ofInput = product(in, parameters[Recurrence.WEIGHT], parameters[Recurrence.BIAS]);
      if (layer instanceof LstmLayer) {
        double[] zeros = new double[4 * units];
        double[] ofState = product(h, parameters[Recurrence.RECURRENT_WEIGHT], zeros);
        h = lstm(ofInput, ofState, cell);
      } else {
        double[] ofState =
            product(
                h, parameters[Recurrence.RECURRENT_WEIGHT], parameters[Recurrence.RECURRENT_BIAS]);
        h = gru(ofInput, ofState, h);
      }
      System.arraycopy(h, 0, states, step * units, units);
    }
    return layer.givesSequence() ? states : h;
  }

  private static double[] product(double[] x, double[] weights, double[] bias) {
    double[] y = bias.clone();
    for (int in = 0; in < x.length; in++) {
      for (int out = 0; out < y.length; out++) {
        y[out] += x[in] * weights[in * y.length + out];
      }
    }
    return y;
  }

  /** Changes the cell. */
  private static double[] lstm(double[] ofInput, double[] ofState, double[] cell) {
    int units = cell.length;
    double[] h = new double[units];
    double[] z = new double[4 * units];
    Arrays.setAll(z, i -> ofInput[i] + ofState[i]);
    for (int i = 0; i < units; i++) {
      cell[i] = sigmoid(z[units + i]) * cell[i] + sigmoid(z[i]) * Math.tanh(z[2 * units + i]);
      h[i] = sigmoid(z[3 * units + i]) * Math.tanh(cell[i]);
    }
    return h;
  }

  private static double[] gru(double[] ofInput, double[] ofState, double[] before) {
    int units = before.length;
    double[] h = new double[units];
    for (int i = 0; i < units; i++) {
      double r = sigmoid(ofInput[i] + ofState[i]);
      double z = sigmoid(ofInput[units + i] + ofState[units + i]);
      double n = Math.tanh(ofInput[2 * units + i] + r * ofState[2 * units + i]);
      h[i] = (1 - z) * n + z * before[i];
    }
    return h;
  }

  private static double sigmoid(double a) {
    return 1 / (1 + Math.exp(-a));
  }
}
