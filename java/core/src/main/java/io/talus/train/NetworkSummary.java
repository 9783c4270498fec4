package io.talus.train;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.ToLongFunction;

/**
 * What each layer of a network makes and costs, as numbers and, by {@link #toString}, as a table.
 *
 * <p>For the memory of a training as a whole see {@link Network#trainingBytes}.
 *
 * @param layers in order
 */
public record NetworkSummary(List<Line> layers) {
  public NetworkSummary {
    layers = List.copyOf(layers);
  }

  /**
   * One layer.
   *
   * @param layer in words
   * @param output the shape of what goes out for each example, as in {@code [24, 24, 32]}
   * @param parameters numbers that training changes
   * @param flops of the products of the forward pass for one example
   * @param otherFlops of the forward pass besides, see {@link Layer#otherFlops}
   * @param parameterBytes of all numbers that it keeps
   * @param learningBytes of their gradients and of what the optimizer keeps beside them
   * @param outputBytes of what goes out for each example; training keeps as much again, its
   *     gradient
   * @param scratchBytes of what it works in besides, for each example, while training
   */
  public record Line(
      String layer,
      String output,
      long parameters,
      long flops,
      long otherFlops,
      long parameterBytes,
      long learningBytes,
      long outputBytes,
      long scratchBytes) {}

  /**
   * @param recipe whose optimizer is counted
   */
  static NetworkSummary of(List<Layer> layers, Recipe recipe) {
    return new NetworkSummary(
        layers.stream().map(layer -> line(layer, Update.arrays(recipe))).toList());
  }

  private static Line line(Layer layer, int learningArrays) {
    long trained = 0;
    long all = 0;
    for (Parameter parameter : layer.parameters()) {
      all += parameter.shape().size();
      trained += parameter.trained() ? parameter.shape().size() : 0;
    }
    return new Line(
        layer.describe(),
        layer.output().toString(),
        trained,
        layer.flops(),
        layer.otherFlops(),
        all * Float.BYTES,
        all * Float.BYTES * learningArrays,
        (long) layer.outputs() * Float.BYTES,
        // Without what is the same for any number of rows.
        memory(layer, 2) - memory(layer, 1));
  }

  private static long memory(Layer layer, int rows) {
    return MemoryCount.of(memory -> LayerKind.of(layer).memory(layer, rows, true, memory));
  }

  /** The sum of all lines; its output is empty. */
  public Line total() {
    return new Line(
        "total",
        "",
        sum(Line::parameters),
        sum(Line::flops),
        sum(Line::otherFlops),
        sum(Line::parameterBytes),
        sum(Line::learningBytes),
        sum(Line::outputBytes),
        sum(Line::scratchBytes));
  }

  private long sum(ToLongFunction<Line> what) {
    return layers.stream().mapToLong(what).sum();
  }

  /** A line for each layer under the names of the columns, and the total. */
  @Override
  public String toString() {
    List<String[]> rows = new ArrayList<>();
    rows.add(
        new String[] {
          "layer",
          "output",
          "parameters",
          "flops",
          "other flops",
          "parameter bytes",
          "learning bytes",
          "output bytes",
          "scratch bytes"
        });
    layers.forEach(line -> rows.add(texts(line)));
    rows.add(texts(total()));
    int[] widths = new int[rows.get(0).length];
    for (String[] row : rows) {
      for (int i = 0; i < widths.length; i++) {
        widths[i] = Math.max(widths[i], row[i].length());
      }
    }
    StringBuilder table = new StringBuilder();
    for (String[] row : rows) {
      for (int i = 0; i < widths.length; i++) {
        // Words begin, numbers end in one column.
        String format = "%" + (i < 2 ? "-" : "") + widths[i] + "s";
        table.append(i == 0 ? "" : "  ").append(String.format(format, row[i]));
      }
      table.append(System.lineSeparator());
    }
    return table.toString();
  }

  private static String[] texts(Line line) {
    return new String[] {
      line.layer,
      line.output,
      grouped(line.parameters),
      grouped(line.flops),
      grouped(line.otherFlops),
      grouped(line.parameterBytes),
      grouped(line.learningBytes),
      grouped(line.outputBytes),
      grouped(line.scratchBytes)
    };
  }

  private static String grouped(long number) {
    return String.format(Locale.ROOT, "%,d", number);
  }
}
