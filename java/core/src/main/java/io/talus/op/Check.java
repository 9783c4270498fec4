package io.talus.op;

import io.talus.tensor.DeviceArray;
import io.talus.tensor.IntTensor;
import io.talus.tensor.Shape;
import io.talus.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** Gathers everything that is wrong with an op's operands and throws it as one message. */
final class Check {
  private final String op;
  private final List<String> faults = new ArrayList<>();

  private Check(String op) {
    this.op = op;
  }

  static Check of(String op) {
    return new Check(op);
  }

  /** Notes a fault unless {@code holds}. */
  Check that(boolean holds, String fault, Object... arguments) {
    if (!holds) {
      faults.add(String.format(fault, arguments));
    }
    return this;
  }

  /** Notes a fault unless the array has that many elements; an absent one passes. */
  Check size(DeviceArray array, String name, long wanted) {
    return that(
        array == null || array.size() == wanted,
        "%s has %s elements, not %s",
        name,
        array == null ? 0 : array.size(),
        wanted);
  }

  /** Notes a fault unless the array, seen as a matrix, has that shape; an absent one passes. */
  Check matrix(DeviceArray array, String name, long rows, long columns) {
    return that(
        array == null || (array.rows() == rows && array.columns() == columns),
        "%s is %s, not %sx%s",
        name,
        array == null ? "" : array.shape(),
        rows,
        columns);
  }

  /** Notes a fault unless the array has exactly those lengths; an absent one passes. */
  Check shape(DeviceArray array, String name, long... lengths) {
    Shape wanted = Shape.of(lengths);
    return that(
        array == null || array.shape().equals(wanted),
        "%s is %s, not %s",
        name,
        array == null ? "" : array.shape(),
        wanted);
  }

  /** Whether the array has four axes, as images have; notes a fault where it has not. */
  boolean isImages(DeviceArray array, String name) {
    return hasFourAxes(array, name, "images x height x width x channels");
  }

  /** Whether the array has the four axes named; notes a fault where it has not four. */
  boolean hasFourAxes(DeviceArray array, String name, String axes) {
    boolean holds = array.shape().rank() == 4;
    that(holds, "%s is %s, not %s", name, array.shape(), axes);
    return holds;
  }

  /** Notes a fault unless targets and smoothing are fit for a loss over that many classes. */
  Check classLabels(IntTensor targets, long rows, long classes, float labelSmoothing) {
    boolean unbounded = targets.bound() == IntTensor.UNBOUNDED;
    return size(targets, "targets", rows)
        .that(
            !unbounded && targets.bound() <= classes,
            "targets must be labels of at most %s classes; their bound is %s",
            classes,
            unbounded ? "not set (make them with labels())" : targets.bound())
        .that(
            labelSmoothing >= 0 && labelSmoothing < 1,
            "labelSmoothing is %s, not in [0, 1)",
            labelSmoothing);
  }

  /** Notes a fault unless the spans give each column of ids rows of the table. */
  Check spans(IntTensor spans, Tensor ids, Tensor table, String tableName) {
    boolean unbounded = spans.bound() == IntTensor.UNBOUNDED || spans.exempt() != 0;
    return matrix(spans, "spans", ids.columns(), 2)
        .that(
            !unbounded && spans.bound() - 1 <= table.rows(),
            "spans must be labels up to %s, the rows of %s; their bound is %s",
            table.rows(),
            tableName,
            unbounded ? "not set (make them with labels())" : spans.bound())
        .that(
            Math.max(ids.size(), table.rows()) < Integer.MAX_VALUE,
            "ids has %s elements, %s %s rows: both must be below 2^31 - 1",
            ids.size(),
            tableName,
            table.rows());
  }

  /** Notes a fault unless both are of one shape, with a row for each of the {@code queries}. */
  Check topK(IntTensor indices, Tensor scores, long rows, String queries) {
    return that(
            scores.rows() == rows, "scores is %s, %s has %s rows", scores.shape(), queries, rows)
        .matrix(indices, "indices", rows, scores.columns())
        .that(
            indices.bound() == IntTensor.UNBOUNDED,
            "indices must be unbounded: -1 marks a place without candidate")
        .apart(indices, "indices", scores, "scores");
  }

  /** Notes a fault unless all arrays that are present are open and live on one device. */
  Check together(DeviceArray... arrays) {
    DeviceArray first = null;
    for (DeviceArray array : arrays) {
      if (array == null) {
        continue;
      }
      array.requireOpen();
      first = first == null ? array : first;
      that(
          array.memory().ledger() == first.memory().ledger(),
          "%s is on %s, %s on %s",
          array,
          array.memory().ledger().device(),
          first,
          first.memory().ledger().device());
    }
    return this;
  }

  /** Notes a fault where the output shares memory with an input. */
  Check apart(DeviceArray output, String outputName, DeviceArray input, String inputName) {
    return that(
        output == null || input == null || !output.overlaps(input),
        "%s and %s share memory",
        outputName,
        inputName);
  }

  /** Notes a fault where output and input share memory without being the same elements. */
  Check sameOrApart(DeviceArray output, String outputName, DeviceArray input, String inputName) {
    return that(
        output == null || input == null || output.isSame(input) || !output.overlaps(input),
        "%s and %s overlap in part",
        outputName,
        inputName);
  }

  /** Passes an operand on, if it is there. */
  static void visit(DeviceArray optional, Consumer<? super DeviceArray> action) {
    if (optional != null) {
      action.accept(optional);
    }
  }

  /**
   * @throws IllegalArgumentException with every fault noted
   */
  void orThrow() {
    if (!faults.isEmpty()) {
      throw new IllegalArgumentException(op + ": " + String.join("; ", faults));
    }
  }
}
