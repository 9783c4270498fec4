package io.talus.bench.work;

import io.talus.Device;
import io.talus.Workspace;
import io.talus.op.ArgMax;
import io.talus.op.Axis;
import io.talus.op.Reduce;
import io.talus.op.ReduceFunction;
import io.talus.tensor.Tensor;
import java.util.Arrays;

/** Reductions of a rows x columns matrix. */
public final class ReduceWork {
  private static final int SAMPLES = 8;

  private ReduceWork() {}

  public static Work of(Device device, ReduceFunction function, Axis axis, NamedShape shape) {
    Workspace workspace = device.workspace();
    long rows = shape.size(0);
    long columns = shape.size(1);
    Tensor x = Numbers.signed(workspace.tensor(rows, columns), 1);
    Tensor y = workspace.tensor(axis == Axis.ALL ? 1 : axis == Axis.EACH_ROW ? rows : columns);
    Reduce op = new Reduce(function, axis, x, y);
    return new Work(workspace, op, () -> device.reduce(op), () -> check(op));
  }

  /** The place of each row's largest element. */
  public static Work argMax(Device device, NamedShape shape) {
    Workspace workspace = device.workspace();
    Tensor x = Numbers.signed(workspace.tensor(shape.size(0), shape.size(1)), 1);
    ArgMax op = new ArgMax(x, workspace.ints(shape.size(0)));
    return new Work(workspace, op, () -> device.argMax(op), () -> checkArgMax(op));
  }

  private static void check(Reduce op) {
    for (long result : Answer.samples(SAMPLES, op.y().size())) {
      double[] values =
          switch (op.axis()) {
            case ALL -> Answer.doubles(op.x());
            case EACH_ROW -> Answer.row(op.x(), result);
            case EACH_COLUMN -> column(op.x(), result);
          };
      checkOne(op, values, result);
    }
  }

  private static double[] column(Tensor x, long column) {
    double[] values = new double[Math.toIntExact(x.rows())];
    Arrays.setAll(values, row -> x.get(row, column));
    return values;
  }

  private static void checkOne(Reduce op, double[] values, long result) {
    double sum = 0;
    double squares = 0;
    double magnitude = 0;
    for (double value : values) {
      sum += value;
      squares += value * value;
      magnitude += Math.abs(value);
    }
    double roundings = (Math.min(values.length, 4096) / 16.0 + 32) * Answer.EPSILON;
    double actual = op.y().get(result);
    switch (op.function()) {
      case SUM -> Answer.near(sum, actual, roundings * magnitude, "sum", result);
      case MEAN ->
          Answer.near(
              sum / values.length, actual, roundings * magnitude / values.length, "mean", result);
      case MAX -> Answer.near(Arrays.stream(values).max().orElseThrow(), actual, 0, "max", result);
      case MIN -> Answer.near(Arrays.stream(values).min().orElseThrow(), actual, 0, "min", result);
      case SUM_OF_SQUARES ->
          Answer.near(squares, actual, roundings * squares, "sum of squares", result);
    }
  }

  private static void checkArgMax(ArgMax op) {
    int[] actual = op.y().toArray();
    for (long row : Answer.samples(SAMPLES, op.x().rows())) {
      double[] values = Answer.row(op.x(), row);
      int best = 0;
      for (int i = 1; i < values.length; i++) {
        best = values[i] > values[best] ? i : best;
      }
      Answer.near(best, actual[(int) row], 0, "index", row);
    }
  }
}
