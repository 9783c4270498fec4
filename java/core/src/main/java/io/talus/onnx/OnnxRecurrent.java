package io.talus.onnx;

import io.talus.onnx.OnnxValue.Order;
import io.talus.tensor.Shape;
import io.talus.tensor.Tensor;
import io.talus.train.GruLayer;
import io.talus.train.RecurrentLayer;
import java.util.List;
import java.util.Map;

/**
 * Adds the nodes of recurrent layers, whose steps come first in ONNX, and gates in other orders.
 */
final class OnnxRecurrent {
  /** The input gate, the output gate, the forget gate, the candidate. */
  private static final int[] GATES_OF_LSTM = {0, 3, 1, 2};

  /** The update gate, the reset gate, the candidate. */
  private static final int[] GATES_OF_GRU = {1, 0, 2};

  private final OnnxGraph graph;
  private final Map<String, Tensor> parameters;

  OnnxRecurrent(OnnxGraph graph, Map<String, Tensor> parameters) {
    this.graph = graph;
    this.parameters = parameters;
  }

  /**
   * @param x flat
   */
  OnnxValue add(RecurrentLayer layer, String scope, OnnxValue x) {
    String shape = graph.constant(scope + ".shape", 0, layer.steps(), layer.features());
    String sequences = graph.node(scope, "Reshape", List.of(x.name(), shape));
    String states = states(layer, scope, transposed(scope, sequences, 1, 0, 2));
    return new OnnxValue(
        layer.givesSequence() ? all(scope, states) : last(layer, scope, states),
        Order.FLAT,
        layer.output());
  }

  private String transposed(String scope, String x, long... axes) {
    return graph.node(scope, "Transpose", List.of(x), OnnxAttribute.integers("perm", axes));
  }

  /** Steps x directions, of which there is one, x rows x units. */
  private String states(RecurrentLayer layer, String scope, String x) {
    boolean gru = layer instanceof GruLayer;
    int[] gates = gru ? GATES_OF_GRU : GATES_OF_LSTM;
    List<String> inputs =
        List.of(
            x,
            matrix(scope + ".weight", gates, layer.units()),
            matrix(scope + ".recurrent_weight", gates, layer.units()),
            biases(scope, gates, layer.units()));
    ProtoMessage size = OnnxAttribute.integer("hidden_size", layer.units());
    return gru
        ? graph.node(scope, "GRU", inputs, size, OnnxAttribute.integer("linear_before_reset", 1))
        : graph.node(scope, "LSTM", inputs, size);
  }

  /** From inputs x gates to one direction x gates x inputs. */
  private String matrix(String name, int[] gates, int units) {
    Tensor weights = parameters.get(name);
    float[] from = weights.toArray();
    float[] to = new float[from.length];
    int inputs = Math.toIntExact(weights.rows());
    int width = gates.length * units;
    for (int row = 0; row < width; row++) {
      int column = gates[row / units] * units + row % units;
      for (int input = 0; input < inputs; input++) {
        to[row * inputs + input] = from[input * width + column];
      }
    }
    return graph.constant(name, to, Shape.of(1, width, inputs));
  }

  /** That of the input, then that of the state, which is 0 where there is one bias alone. */
  private String biases(String scope, int[] gates, int units) {
    int width = gates.length * units;
    float[] ofInput = parameters.get(scope + ".bias").toArray();
    Tensor recurrent = parameters.get(scope + ".recurrent_bias");
    float[] ofState = recurrent == null ? new float[width] : recurrent.toArray();
    float[] both = new float[2 * width];
    for (int i = 0; i < width; i++) {
      int from = gates[i / units] * units + i % units;
      both[i] = ofInput[from];
      both[width + i] = ofState[from];
    }
    return graph.constant(scope + ".bias", both, Shape.of(1, 2L * width));
  }

  private String last(RecurrentLayer layer, String scope, String states) {
    String step = graph.constant(scope + ".last", new long[] {layer.steps() - 1});
    String state =
        graph.node(scope, "Gather", List.of(states, step), OnnxAttribute.integer("axis", 0));
    String shape = graph.constant(scope + ".state", -1, layer.units());
    return graph.node(scope, "Reshape", List.of(state, shape));
  }

  private String all(String scope, String states) {
    String rows = transposed(scope, states, 2, 0, 1, 3);
    return graph.node(scope, "Flatten", List.of(rows), OnnxAttribute.integer("axis", 1));
  }
}
