package io.talus.train;

import io.talus.Device;
import io.talus.Workspace;
import io.talus.data.Dataset;
import io.talus.op.Activation;
import io.talus.op.Dropout;
import io.talus.op.PoolFunction;
import io.talus.op.Window;
import io.talus.tensor.Shape;
import io.talus.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.DoubleSummaryStatistics;
import java.util.List;
import java.util.stream.IntStream;

/** A network's loss in plain loops and double: what gradients are checked against. */
final class DoubleNetwork {
  private final List<DoubleLayer> layers = new ArrayList<>();

  /** Of each layer its arrays, row-major; may be changed. */
  final List<double[][]> parameters = new ArrayList<>();

  /** One layer's outputs for the rows of a batch. */
  private interface DoubleLayer {
    double[][] forward(double[][] rows, double[][] parameters);
  }

  /** What makes an output of a row and its number alone. */
  private interface RowByRow {
    double[] forward(int row, double[] x, double[][] parameters);
  }

  private static DoubleLayer each(RowByRow layer) {
    return (rows, parameters) ->
        IntStream.range(0, rows.length)
            .mapToObj(row -> layer.forward(row, rows[row], parameters))
            .toArray(double[][]::new);
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
      return each((row, x, parameters) -> forward(dense, x, parameters));
    }
    if (layer instanceof DropoutLayer dropout) {
      double[] factors = factors(network.device(), dropout, rows);
      return each(
          (row, x, parameters) -> {
            double[] y = x.clone();
            for (int i = 0; i < y.length; i++) {
              y[i] *= factors[row * y.length + i];
            }
            return y;
          });
    }
    if (layer instanceof Residual block) {
      DoubleLayer body = chain(network, block.body(), rows);
      DoubleLayer shortcut = chain(network, block.shortcut(), rows);
      int firstOfShortcut = Chain.parameters(block.body()).size();
      return (x, parameters) -> {
        double[][] y = body.forward(x, parameters);
        double[][] other =
            shortcut.forward(x, Arrays.copyOfRange(parameters, firstOfShortcut, parameters.length));
        double[][] sums = new double[y.length][y[0].length];
        for (int row = 0; row < sums.length; row++) {
          for (int i = 0; i < sums[row].length; i++) {
            sums[row][i] = activate(block.activation(), y[row][i] + other[row][i]);
          }
        }
        return sums;
      };
    }
    if (layer instanceof BatchNormLayer normalization) {
      return (x, parameters) -> normalize(normalization, x, parameters);
    }
    if (layer instanceof LayerNormLayer normalization) {
      return each((row, x, parameters) -> normalize(normalization, x, parameters));
    }
    if (layer instanceof RecurrentLayer recurrent) {
      return each((row, x, parameters) -> DoubleRecurrence.forward(recurrent, x, parameters));
    }
    if (layer instanceof EmbeddingLayer embedding) {
      return each((row, x, parameters) -> embed(embedding, x, parameters));
    }
    if (layer instanceof ConvolutionLayer convolution) {
      return each((row, x, parameters) -> convolve(convolution, x, parameters));
    }
    if (layer instanceof PoolLayer pool) {
      return each((row, x, parameters) -> pool(pool, x));
    }
    throw new IllegalArgumentException("no double precision for " + layer);
  }

  /** Layers one after another, with all their arrays one after another; none: what comes in. */
  private static DoubleLayer chain(Network network, List<Layer> layers, int rows) {
    List<DoubleLayer> inner = layers.stream().map(layer -> layer(network, layer, rows)).toList();
    return (x, parameters) -> {
      double[][] y = x;
      int first = 0;
      for (int i = 0; i < inner.size(); i++) {
        int next = first + layers.get(i).parameters().size();
        y = inner.get(i).forward(y, Arrays.copyOfRange(parameters, first, next));
        first = next;
      }
      return y;
    };
  }

  private static double[][] normalize(BatchNormLayer layer, double[][] x, double[][] parameters) {
    int features = (int) layer.features();
    double[][] y = new double[x.length][x[0].length];
    int count = x.length * (x[0].length / features);
    for (int feature = 0; feature < features; feature++) {
      double mean = 0;
      double variance = 0;
      for (double[] row : x) {
        for (int i = feature; i < row.length; i += features) {
          mean += row[i] / count;
        }
      }
      for (double[] row : x) {
        for (int i = feature; i < row.length; i += features) {
          variance += (row[i] - mean) * (row[i] - mean) / count;
        }
      }
      double factor =
          parameters[BatchNormLayer.SCALE][feature] / Math.sqrt(variance + layer.epsilon());
      double shift = parameters[BatchNormLayer.SHIFT][feature];
      for (int row = 0; row < x.length; row++) {
        for (int i = feature; i < y[row].length; i += features) {
          y[row][i] = activate(layer.activation(), (x[row][i] - mean) * factor + shift);
        }
      }
    }
    return y;
  }

  private static double[] normalize(LayerNormLayer layer, double[] x, double[][] parameters) {
    int features = (int) layer.features();
    double[] y = new double[x.length];
    for (int from = 0; from < x.length; from += features) {
      double[] place = Arrays.copyOfRange(x, from, from + features);
      double mean = Arrays.stream(place).average().orElseThrow();
      double variance =
          Arrays.stream(place).map(v -> (v - mean) * (v - mean)).average().orElseThrow();
      for (int i = 0; i < features; i++) {
        double z = (place[i] - mean) / Math.sqrt(variance + layer.epsilon());
        y[from + i] = z * parameters[LayerNormLayer.SCALE][i] + parameters[LayerNormLayer.SHIFT][i];
      }
    }
    return y;
  }

  private static double[] embed(EmbeddingLayer layer, double[] ids, double[][] parameters) {
    int dimensions = layer.dimensions();
    double[] y = new double[layer.outputs()];
    int first = 0;
    for (int column = 0; column < ids.length; column++) {
      int from = (first + (int) ids[column]) * dimensions;
      System.arraycopy(parameters[EmbeddingLayer.TABLE], from, y, column * dimensions, dimensions);
      first += layer.vocabularies().size() == 1 ? 0 : layer.vocabularies().get(column);
    }
    return y;
  }

  private static double[] convolve(ConvolutionLayer layer, double[] x, double[][] parameters) {
    int channels = (int) layer.input().columns();
    int seenByOne = channels / layer.groups();
    double[] y = new double[layer.outputs()];
    for (int at = 0; at < y.length; at++) {
      int filter = at % layer.filters();
      int first = filter / (layer.filters() / layer.groups()) * seenByOne;
      double sum = parameters[ConvolutionLayer.BIAS][filter];
      for (int[] seen : seen(layer.input(), layer.output(), layer.window(), at)) {
        for (int c = 0; c < seenByOne; c++) {
          int weight = (seen[1] * seenByOne + c) * layer.filters() + filter;
          sum += x[seen[0] * channels + first + c] * parameters[ConvolutionLayer.WEIGHT][weight];
        }
      }
      y[at] = activate(layer.activation(), sum);
    }
    return y;
  }

  private static double[] pool(PoolLayer layer, double[] x) {
    int channels = (int) layer.input().columns();
    double[] y = new double[layer.outputs()];
    for (int at = 0; at < y.length; at++) {
      int channel = at % channels;
      DoubleSummaryStatistics values =
          seen(layer.input(), layer.output(), layer.window(), at).stream()
              .mapToDouble(seen -> x[seen[0] * channels + channel])
              .summaryStatistics();
      y[at] = layer.function() == PoolFunction.MAX ? values.getMax() : values.getAverage();
    }
    return y;
  }

  /** The pixels that an element of the output sees, each with its place in the window. */
  private static List<int[]> seen(Shape input, Shape output, Window window, int at) {
    long pixel = at / output.columns();
    long firstRow = pixel / output.length(1) * window.strideHeight() - window.paddingHeight();
    long firstColumn = pixel % output.length(1) * window.strideWidth() - window.paddingWidth();
    List<int[]> seen = new ArrayList<>();
    for (int i = 0; i < window.height(); i++) {
      for (int j = 0; j < window.width(); j++) {
        long row = firstRow + i;
        long column = firstColumn + j;
        if (row >= 0 && row < input.length(0) && column >= 0 && column < input.length(1)) {
          seen.add(
              new int[] {(int) (row * input.length(1) + column), (int) (i * window.width() + j)});
        }
      }
    }
    return seen;
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
    double[][] batch = forward(examples, rows);
    double sum = 0;
    for (int row = 0; row < rows; row++) {
      double[] logits = batch[row];
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

  private double[][] forward(Dataset examples, int rows) {
    double[][] x = new double[rows][examples.inputs()];
    for (int row = 0; row < rows; row++) {
      for (int i = 0; i < x[row].length; i++) {
        x[row][i] = examples.feature(row, i);
      }
    }
    for (int layer = 0; layer < layers.size(); layer++) {
      x = layers.get(layer).forward(x, parameters.get(layer));
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
