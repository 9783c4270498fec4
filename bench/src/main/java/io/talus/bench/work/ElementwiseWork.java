package io.talus.bench.work;

import io.talus.Device;
import io.talus.Workspace;
import io.talus.op.Activation;
import io.talus.op.ActivationGradient;
import io.talus.op.Axpby;
import io.talus.op.Binary;
import io.talus.op.BinaryFunction;
import io.talus.op.Broadcast;
import io.talus.op.Copy;
import io.talus.op.Fill;
import io.talus.op.GatherRows;
import io.talus.op.SwapAxes;
import io.talus.op.TransposeMatrix;
import io.talus.op.Unary;
import io.talus.op.UnaryFunction;
import io.talus.tensor.IntTensor;
import io.talus.tensor.Tensor;
import java.util.Locale;
import java.util.function.DoubleBinaryOperator;
import java.util.function.DoubleUnaryOperator;

/** Ops on each element of a rows x columns matrix, and those that move elements. */
public final class ElementwiseWork {
  private static final int SAMPLES = 1000;
  private static final float ALPHA = 0.5f;
  private static final int STEPS = 7;
  private static final String GRADIENT = "-gradient";

  private ElementwiseWork() {}

  /**
   * @param kind a function of {@link UnaryFunction} or {@link BinaryFunction} in lower case, or
   *     {@code add-row}, {@code add-column}, {@code add-scalar}, {@code axpby}, {@code copy},
   *     {@code fill}, {@code transpose}, {@code gather}, {@code swap-axes}, or {@code
   *     relu-gradient} and the like
   * @throws IllegalArgumentException when there is no such kind
   */
  public static Work of(Device device, String kind, NamedShape shape) {
    Workspace workspace = device.workspace();
    long rows = shape.size(0);
    long columns = shape.size(1);
    return switch (kind) {
      case "add-row" -> add(workspace, Broadcast.ROW, rows, columns);
      case "add-column" -> add(workspace, Broadcast.COLUMN, rows, columns);
      case "add-scalar" -> add(workspace, Broadcast.SCALAR, rows, columns);
      case "axpby" -> axpby(workspace, rows, columns);
      case "copy" -> copy(workspace, rows, columns);
      case "fill" -> fill(workspace, rows, columns);
      case "transpose" -> transpose(workspace, rows, columns);
      case "gather" -> gather(workspace, rows, columns);
      case "swap-axes" -> swapAxes(workspace, rows, columns / STEPS);
      default ->
          kind.endsWith(GRADIENT)
              ? gradient(
                  workspace,
                  Activation.valueOf(
                      kind.substring(0, kind.length() - GRADIENT.length())
                          .toUpperCase(Locale.ROOT)),
                  rows,
                  columns)
              : function(workspace, kind.toUpperCase(Locale.ROOT), rows, columns);
    };
  }

  private static Work function(Workspace workspace, String name, long rows, long columns) {
    for (BinaryFunction function : BinaryFunction.values()) {
      if (function.name().equals(name)) {
        return binary(workspace, function, rows, columns);
      }
    }
    return unary(workspace, UnaryFunction.valueOf(name), rows, columns);
  }

  /** Positive numbers, so that every function is defined. */
  private static Tensor input(Workspace workspace, long rows, long columns, long seed) {
    return Numbers.uniform(workspace.tensor(rows, columns), 0.1, 2, seed);
  }

  private static Work unary(Workspace workspace, UnaryFunction function, long rows, long columns) {
    Unary op =
        new Unary(function, input(workspace, rows, columns, 1), workspace.tensor(rows, columns));
    return new Work(
        workspace,
        op,
        () -> workspace.device().unary(op),
        () -> check(exact(function), op.x(), op.y()));
  }

  private static DoubleUnaryOperator exact(UnaryFunction function) {
    return switch (function) {
      case NEGATE -> x -> -x;
      case ABS -> Math::abs;
      case SQUARE -> x -> x * x;
      case SQRT -> Math::sqrt;
      case RECIPROCAL -> x -> 1 / x;
      case EXP -> Math::exp;
      case LOG -> Math::log;
      case RELU -> x -> Math.max(0, x);
      case GELU -> x -> x / 2 * (1 + erf(x / Math.sqrt(2)));
      case TANH -> Math::tanh;
      case SIGMOID -> x -> 1 / (1 + Math.exp(-x));
    };
  }

  /** The Maclaurin series; good to 1e-14 up to |x| = 2. */
  private static double erf(double x) {
    double term = x;
    double sum = x;
    for (int n = 1; n < 60; n++) {
      term *= -x * x / n;
      sum += term / (2 * n + 1);
    }
    return 2 / Math.sqrt(Math.PI) * sum;
  }

  private static void check(DoubleUnaryOperator exact, Tensor x, Tensor y) {
    Tensor in = Answer.flat(x);
    Tensor out = Answer.flat(y);
    for (long i : Answer.samples(SAMPLES, x.size())) {
      double expected = exact.applyAsDouble(in.get(i));
      Answer.near(expected, out.get(i), 8 * Answer.EPSILON * (Math.abs(expected) + 0.1), "y", i);
    }
  }

  private static Work binary(
      Workspace workspace, BinaryFunction function, long rows, long columns) {
    Binary op =
        new Binary(
            function,
            input(workspace, rows, columns, 1),
            input(workspace, rows, columns, 2),
            workspace.tensor(rows, columns));
    return new Work(
        workspace, op, () -> workspace.device().binary(op), () -> check(exact(function), op));
  }

  private static Work add(Workspace workspace, Broadcast broadcast, long rows, long columns) {
    Binary op =
        new Binary(
            BinaryFunction.ADD,
            broadcast,
            input(workspace, rows, columns, 1),
            input(
                workspace,
                broadcast == Broadcast.COLUMN ? rows : 1,
                broadcast == Broadcast.ROW ? columns : 1,
                2),
            workspace.tensor(rows, columns));
    return new Work(
        workspace, op, () -> workspace.device().binary(op), () -> check(Double::sum, op));
  }

  private static DoubleBinaryOperator exact(BinaryFunction function) {
    return switch (function) {
      case ADD -> Double::sum;
      case SUBTRACT -> (a, b) -> a - b;
      case MULTIPLY -> (a, b) -> a * b;
      case DIVIDE -> (a, b) -> a / b;
      case MAXIMUM -> Math::max;
      case MINIMUM -> Math::min;
    };
  }

  private static void check(DoubleBinaryOperator exact, Binary op) {
    Tensor a = Answer.flat(op.a());
    Tensor b = Answer.flat(op.b());
    Tensor y = Answer.flat(op.y());
    for (long i : Answer.samples(SAMPLES, a.size())) {
      long place = op.broadcast() == Broadcast.COLUMN ? i / op.y().columns() : i % b.size();
      double expected = exact.applyAsDouble(a.get(i), b.get(place));
      Answer.near(expected, y.get(i), 2 * Answer.EPSILON * Math.abs(expected), "y", i);
    }
  }

  /** beta 0, so that the result stays the same however often it runs. */
  private static Work axpby(Workspace workspace, long rows, long columns) {
    Axpby op =
        new Axpby(ALPHA, input(workspace, rows, columns, 1), 0f, workspace.tensor(rows, columns));
    return new Work(
        workspace,
        op,
        () -> workspace.device().axpby(op),
        () -> check(x -> ALPHA * x, op.x(), op.y()));
  }

  private static Work copy(Workspace workspace, long rows, long columns) {
    Copy op = new Copy(input(workspace, rows, columns, 1), workspace.tensor(rows, columns));
    return new Work(
        workspace, op, () -> workspace.device().copy(op), () -> check(x -> x, op.x(), op.y()));
  }

  private static Work fill(Workspace workspace, long rows, long columns) {
    Fill op = new Fill(ALPHA, workspace.tensor(rows, columns));
    return new Work(
        workspace, op, () -> workspace.device().fill(op), () -> check(x -> ALPHA, op.y(), op.y()));
  }

  private static Work transpose(Workspace workspace, long rows, long columns) {
    TransposeMatrix op =
        new TransposeMatrix(input(workspace, rows, columns, 1), workspace.tensor(columns, rows));
    return new Work(
        workspace,
        op,
        () -> workspace.device().transpose(op),
        () -> {
          for (long i : Answer.samples(SAMPLES, op.x().size())) {
            long row = i / columns;
            long column = i % columns;
            Answer.near(op.x().get(row, column), op.y().get(column, row), 0, "y", column, row);
          }
        });
  }

  /** Of sequences of seven steps. */
  private static Work swapAxes(Workspace workspace, long rows, long features) {
    SwapAxes op =
        new SwapAxes(
            Numbers.uniform(workspace.tensor(rows, STEPS, features), 0.1, 2, 1),
            workspace.tensor(STEPS, rows, features));
    return new Work(
        workspace,
        op,
        () -> workspace.device().swapAxes(op),
        () -> {
          for (long i : Answer.samples(SAMPLES, op.x().size())) {
            long row = i / features / STEPS;
            long step = i / features % STEPS;
            long at = i % features;
            Answer.near(op.x().get(row, step, at), op.y().get(step, row, at), 0, "y", step, row);
          }
        });
  }

  private static Work gather(Workspace workspace, long rows, long columns) {
    IntTensor indices = Numbers.classes(workspace.labels(Math.toIntExact(rows), rows), 3);
    GatherRows op =
        new GatherRows(
            input(workspace, rows, columns, 1), indices, workspace.tensor(rows, columns));
    return new Work(
        workspace,
        op,
        () -> workspace.device().gatherRows(op),
        () -> {
          int[] from = indices.toArray();
          for (long i : Answer.samples(SAMPLES, op.y().size())) {
            int row = (int) (i / columns);
            long column = i % columns;
            double expected = op.table().get(from[row], column);
            Answer.near(expected, op.y().get(row, column), 0, "y", row, column);
          }
        });
  }

  /** With the column sums that are the gradient of the bias. */
  private static Work gradient(
      Workspace workspace, Activation activation, long rows, long columns) {
    Tensor saved =
        activation == Activation.IDENTITY
            ? null
            : Numbers.signed(workspace.tensor(rows, columns), 1);
    Tensor dY = Numbers.signed(workspace.tensor(rows, columns), 2);
    ActivationGradient op =
        new ActivationGradient(
            activation, dY, saved, workspace.tensor(rows, columns), 0f, workspace.tensor(columns));
    return new Work(
        workspace,
        op,
        () -> workspace.device().activationGradient(op),
        () -> checkGradient(slope(activation), op));
  }

  /** By what is saved: the input for GELU, nothing for IDENTITY, else the output. */
  private static DoubleUnaryOperator slope(Activation activation) {
    return switch (activation) {
      case IDENTITY -> y -> 1;
      case RELU -> y -> y > 0 ? 1 : 0;
      case TANH -> y -> 1 - y * y;
      case SIGMOID -> y -> y * (1 - y);
      case GELU ->
          x -> (1 + erf(x / Math.sqrt(2))) / 2 + x * Math.exp(-x * x / 2) / Math.sqrt(2 * Math.PI);
    };
  }

  private static void checkGradient(DoubleUnaryOperator slope, ActivationGradient op) {
    long rows = op.dX().rows();
    for (long column : Answer.samples(4, op.dX().columns())) {
      double sum = 0;
      double magnitude = 0;
      for (long row = 0; row < rows; row++) {
        double dY = op.dY().get(row, column);
        double saved = op.saved() == null ? 0 : op.saved().get(row, column);
        double expected = slope.applyAsDouble(saved) * dY;
        double bound = 16 * Answer.EPSILON * Math.abs(dY);
        Answer.near(expected, op.dX().get(row, column), bound, "dX", row, column);
        sum += expected;
        magnitude += Math.abs(dY);
      }
      double bound = (rows + 16) * Answer.EPSILON * magnitude;
      Answer.near(sum, op.dBias().get(column), bound, "dBias", column);
    }
  }
}
