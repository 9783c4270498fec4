package io.talus.bench.work;

import io.talus.Device;
import io.talus.Workspace;
import io.talus.op.Activation;
import io.talus.op.BatchNormalization;
import io.talus.op.BatchNormalizationGradient;
import io.talus.op.BatchNormalizationInference;
import io.talus.op.LayerNormalization;
import io.talus.op.LayerNormalizationGradient;
import io.talus.tensor.Tensor;
import java.util.Arrays;

/** Batch normalization with ReLU, layer normalization, and their gradients, of rows x columns. */
public final class NormalizationWork {
  private static final int SAMPLES = 8;
  private static final float VARIANCE_FLOOR = 1e-5f;
  private static final float MOMENTUM = 0.1f;

  /** What the records promise, for elements and scales in [-1, 1). */
  private static final double TOLERANCE = 2000 * Answer.EPSILON;

  private final Workspace workspace;
  private final Tensor x;
  private final Tensor scale;
  private final Tensor shift;
  private final Tensor y;

  private NormalizationWork(Device device, NamedShape shape) {
    workspace = device.workspace();
    x = matrix(shape, 1);
    scale = Numbers.signed(workspace.tensor(shape.size(1)), 2);
    shift = Numbers.signed(workspace.tensor(shape.size(1)), 3);
    y = matrix(shape, 4);
  }

  /**
   * Makes a work.
   *
   * @param kind {@code batch-normalization} or {@code layer-normalization}, with {@code -gradient}
   *     at its end or not, or {@code batch-normalization-inference}
   */
  public static Work of(Device device, String kind, NamedShape shape) {
    NormalizationWork work = new NormalizationWork(device, shape);
    return switch (kind) {
      case "batch-normalization" -> work.batch();
      case "batch-normalization-gradient" -> work.batchGradient(work.matrix(shape, 5));
      case "batch-normalization-inference" -> work.batchInference();
      case "layer-normalization" -> work.layer();
      case "layer-normalization-gradient" -> work.layerGradient(work.matrix(shape, 5));
      default -> throw new IllegalArgumentException("there is no normalization '" + kind + "'");
    };
  }

  private Tensor matrix(NamedShape shape, long seed) {
    return Numbers.signed(workspace.tensor(shape.size(0), shape.size(1)), seed);
  }

  private Tensor vector(long size) {
    return workspace.tensor(size);
  }

  private BatchNormalization batchOp() {
    long columns = x.columns();
    return new BatchNormalization(
        Activation.RELU,
        x,
        scale,
        shift,
        VARIANCE_FLOOR,
        MOMENTUM,
        vector(columns),
        vector(columns),
        vector(columns),
        vector(columns),
        y);
  }

  private Work batch() {
    BatchNormalization op = batchOp();
    return new Work(
        workspace, op, () -> workspace.device().batchNormalization(op), () -> checkBatch(op));
  }

  private Work batchInference() {
    Tensor mean = Numbers.signed(vector(x.columns()), 6);
    Tensor variance = Numbers.uniform(vector(x.columns()), 0.1, 1, 7);
    BatchNormalizationInference op =
        new BatchNormalizationInference(
            Activation.RELU, x, scale, shift, VARIANCE_FLOOR, mean, variance, y);
    return new Work(
        workspace,
        op,
        () -> workspace.device().batchNormalizationInference(op),
        () -> checkInference(op));
  }

  private Work batchGradient(Tensor dY) {
    BatchNormalization forward = batchOp();
    workspace.device().batchNormalization(forward);
    BatchNormalizationGradient op =
        new BatchNormalizationGradient(
            Activation.RELU,
            dY,
            y,
            x,
            scale,
            forward.mean(),
            forward.inverseDeviation(),
            workspace.tensor(x.rows(), x.columns()),
            vector(x.columns()),
            vector(x.columns()));
    return new Work(
        workspace,
        op,
        () -> workspace.device().batchNormalizationGradient(op),
        () -> checkBatchGradient(op));
  }

  private LayerNormalization layerOp() {
    return new LayerNormalization(
        x, scale, shift, VARIANCE_FLOOR, vector(x.rows()), vector(x.rows()), y);
  }

  private Work layer() {
    LayerNormalization op = layerOp();
    return new Work(
        workspace, op, () -> workspace.device().layerNormalization(op), () -> checkLayer(op));
  }

  private Work layerGradient(Tensor dY) {
    LayerNormalization forward = layerOp();
    workspace.device().layerNormalization(forward);
    LayerNormalizationGradient op =
        new LayerNormalizationGradient(
            dY,
            x,
            scale,
            forward.mean(),
            forward.inverseDeviation(),
            workspace.tensor(x.rows(), x.columns()),
            vector(x.columns()),
            vector(x.columns()));
    return new Work(
        workspace,
        op,
        () -> workspace.device().layerNormalizationGradient(op),
        () -> checkLayerGradient(op));
  }

  /** What is normalized together: a column of a batch, or a row. */
  private record Group(double mean, double inverseDeviation, double[] z) {
    static Group of(double[] values) {
      double mean = Arrays.stream(values).average().orElseThrow();
      double variance =
          Arrays.stream(values).map(v -> (v - mean) * (v - mean)).average().orElseThrow();
      double inverse = 1 / Math.sqrt(variance + VARIANCE_FLOOR);
      return new Group(
          mean, inverse, Arrays.stream(values).map(v -> (v - mean) * inverse).toArray());
    }

    /** Those are the op's: within what sums of as many terms cost. */
    void check(Tensor means, Tensor inverseDeviations, long at) {
      Answer.near(mean, means.get(at), TOLERANCE, "mean", at);
      double relative = inverseDeviations.get(at) / inverseDeviation;
      Answer.near(1, relative, TOLERANCE, "inverseDeviation, relative,", at);
    }
  }

  private static double[] column(Tensor matrix, long column) {
    float[] all = matrix.toArray();
    double[] values = new double[(int) matrix.rows()];
    Arrays.setAll(values, row -> all[(int) (row * matrix.columns() + column)]);
    return values;
  }

  private static void near(double[] expected, double[] actual, double size, String what, long at) {
    for (int i = 0; i < expected.length; i++) {
      double tolerance = TOLERANCE * (size + Math.abs(expected[i]));
      Answer.near(expected[i], actual[i], tolerance, what, at, i);
    }
  }

  private void checkBatch(BatchNormalization op) {
    for (long column : Answer.samples(SAMPLES, x.columns())) {
      Group group = Group.of(column(x, column));
      group.check(op.mean(), op.inverseDeviation(), column);
      double gain = scale.get(column);
      double bias = shift.get(column);
      double[] expected = Arrays.stream(group.z).map(z -> Math.max(0, z * gain + bias)).toArray();
      near(expected, column(y, column), 1, "y of column", column);
    }
  }

  private void checkInference(BatchNormalizationInference op) {
    for (long column : Answer.samples(SAMPLES, x.columns())) {
      double mean = op.mean().get(column);
      double factor = scale.get(column) / Math.sqrt(op.variance().get(column) + VARIANCE_FLOOR);
      double bias = shift.get(column);
      double[] expected =
          Arrays.stream(column(x, column))
              .map(value -> Math.max(0, (value - mean) * factor + bias))
              .toArray();
      near(expected, column(y, column), 1, "y of column", column);
    }
  }

  private void checkBatchGradient(BatchNormalizationGradient op) {
    for (long column : Answer.samples(SAMPLES, x.columns())) {
      Group group = Group.of(column(x, column));
      double[] dZ = column(op.dY(), column);
      double[] activated = column(y, column);
      double[] products = new double[dZ.length];
      for (int row = 0; row < dZ.length; row++) {
        dZ[row] = activated[row] > 0 ? dZ[row] : 0;
        products[row] = dZ[row] * group.z[row];
      }
      double dShift = checkSum(dZ, op.dShift(), "dShift", column);
      double dScale = checkSum(products, op.dScale(), "dScale", column);
      double factor = scale.get(column) * group.inverseDeviation;
      double[] expected = new double[dZ.length];
      Arrays.setAll(
          expected,
          row -> factor * (dZ[row] - dShift / dZ.length - group.z[row] * dScale / dZ.length));
      near(expected, column(op.dX(), column), 1, "dX of column", column);
    }
  }

  private static double checkSum(double[] terms, Tensor sums, String what, long at) {
    double magnitude = Arrays.stream(terms).map(Math::abs).sum();
    double sum = Arrays.stream(terms).sum();
    Answer.near(sum, sums.get(at), TOLERANCE * magnitude, what, at);
    return sum;
  }

  private void checkLayer(LayerNormalization op) {
    for (long row : Answer.samples(SAMPLES, x.rows())) {
      Group group = Group.of(Answer.row(x, row));
      group.check(op.mean(), op.inverseDeviation(), row);
      double[] expected = new double[group.z.length];
      Arrays.setAll(expected, i -> group.z[i] * scale.get(i) + shift.get(i));
      near(expected, Answer.row(y, row), 1, "y of row", row);
    }
  }

  private void checkLayerGradient(LayerNormalizationGradient op) {
    for (long row : Answer.samples(SAMPLES, x.rows())) {
      Group group = Group.of(Answer.row(x, row));
      double[] g = Answer.row(op.dY(), row);
      Arrays.setAll(g, i -> g[i] * scale.get(i));
      double mean = Arrays.stream(g).average().orElseThrow();
      double along = 0;
      for (int i = 0; i < g.length; i++) {
        along += g[i] * group.z[i] / g.length;
      }
      double part = along;
      double[] expected = new double[g.length];
      Arrays.setAll(expected, i -> group.inverseDeviation * (g[i] - mean - group.z[i] * part));
      near(expected, Answer.row(op.dX(), row), 1, "dX of row", row);
    }
    float[] means = op.mean().toArray();
    float[] inverses = op.inverseDeviation().toArray();
    for (long column : Answer.samples(SAMPLES, x.columns())) {
      double[] dY = column(op.dY(), column);
      checkSum(dY, op.dShift(), "dShift", column);
      double[] values = column(x, column);
      double[] products = new double[dY.length];
      Arrays.setAll(products, row -> dY[row] * (values[row] - means[row]) * inverses[row]);
      checkSum(products, op.dScale(), "dScale", column);
    }
  }
}
