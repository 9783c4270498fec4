package io.talus.train;

import io.talus.op.Precision;
import io.talus.tensor.IntTensor;
import io.talus.tensor.Shape;
import io.talus.tensor.Tensor;
import java.util.List;

/**
 * What one layer reads and writes for a fixed number of rows. Inputs and outputs have the layer's
 * shapes behind an axis of rows.
 *
 * @param parameters in the order of {@link Layer#parameters}
 * @param x the layer's input
 * @param y its output
 * @param memory of {@link LayerKind#memory}, of this many rows
 * @param training what is there besides when training; null for inference
 * @param precision of its products
 */
record LayerArrays(
    List<Tensor> parameters,
    Tensor x,
    Tensor y,
    LayerMemory memory,
    Training training,
    Precision precision) {

  /** The first rows of an array, each seen in the shape of one example. */
  static Tensor shaped(Tensor array, long rows, Shape example) {
    long[] lengths = new long[example.rank() + 1];
    lengths[0] = rows;
    System.arraycopy(example.toArray(), 0, lengths, 1, example.rank());
    return array.rows(0, rows).reshape(lengths);
  }

  /**
   * @param gradients of the parameters
   * @param dY the gradient of y, which the way back may overwrite; the same array as y in the last
   *     layer
   * @param dX the gradient of x, written; null for the first layer, whose input has no use for it
   * @param isThroughActivation whether dY is of what the activation was applied to, and the bias's
   *     gradient is done
   * @param step the number of the training step
   */
  record Training(
      List<Tensor> gradients, Tensor dY, Tensor dX, boolean isThroughActivation, IntTensor step) {}
}
