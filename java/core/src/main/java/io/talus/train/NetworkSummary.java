package io.talus.train;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * What each layer of a network makes and costs, as numbers and, by {@link #toString}, as a table.
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
   * @param flops of the forward pass for one example; of products alone
   * @param parameterBytes of all numbers that it keeps
   * @param outputBytes of what goes out for each example; training keeps as much again, its
   *     gradient
   */
  public record Line(
      String layer,
      String output,
      long parameters,
      long flops,
      long parameterBytes,
      long outputBytes) {}

  static NetworkSummary of(List<Layer> layers) {
    return new NetworkSummary(layers.stream().map(NetworkSummary::line).toList());
  }

  private static Line line(Layer layer) {
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
        all * Float.BYTES,
        (long) layer.outputs() * Float.BYTES);
  }

  /** The sum of all lines; its output is empty. */
  public Line total() {
    return new Line(
        "total",
        "",
        layers.stream().mapToLong(Line::parameters).sum(),
        layers.stream().mapToLong(Line::flops).sum(),
        layers.stream().mapToLong(Line::parameterBytes).sum(),
        layers.stream().mapToLong(Line::outputBytes).sum());
  }

  /** A line for each layer under the names of the columns, and the total. */
  @Override
  public String toString() {
    List<Line> all = new ArrayList<>(layers);
    all.add(total());
    int name = Math.max(5, all.stream().mapToInt(line -> line.layer.length()).max().orElse(0));
    int output = Math.max(6, all.stream().mapToInt(line -> line.output.length()).max().orElse(0));
    StringBuilder table =
        new StringBuilder(
            String.format(
                "%-" + name + "s  %-" + output + "s %14s %16s %16s %16s%n",
                "layer",
                "output",
                "parameters",
                "flops",
                "parameter bytes",
                "output bytes"));
    String row = "%-" + name + "s  %-" + output + "s %,14d %,16d %,16d %,16d%n";
    for (Line line : all) {
      table.append(
          String.format(
              Locale.ROOT,
              row,
              line.layer,
              line.output,
              line.parameters,
              line.flops,
              line.parameterBytes,
              line.outputBytes));
    }
    return table.toString();
  }
}
