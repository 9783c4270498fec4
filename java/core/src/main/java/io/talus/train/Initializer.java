package io.talus.train;

import io.talus.Device;
import io.talus.op.Activation;
import io.talus.op.Fill;
import io.talus.op.RandomNormal;
import io.talus.op.RandomUniform;
import io.talus.tensor.Tensor;

/** How a parameter's first values are drawn. With the same seed the same on every device. */
public enum Initializer {
  /** All 0. */
  ZERO,
  /** All 1. */
  ONE,
  /** Normal, deviation sqrt(2 / inputs): He et al., 2015. For layers under RELU and GELU. */
  HE_NORMAL,
  /** Normal, deviation sqrt(1 / outputs): rows of a length of about 1. For embeddings. */
  UNIT_ROWS,
  /**
   * Uniform within sqrt(6 / (inputs + outputs)): Glorot and Bengio, 2010. Outputs are the values
   * that one input has a part in, so that gradients keep their size: of a convolution its filters
   * times the places of its window.
   */
  GLOROT_UNIFORM,
  /**
   * 0, but 1 in the second fourth: the bias of an {@link LstmLayer}, whose forget gates it opens.
   */
  FORGET_ONE;

  /** What suits the weights of a layer with this activation. */
  static Initializer of(Activation activation) {
    return switch (activation) {
      case RELU, GELU -> HE_NORMAL;
      case IDENTITY, TANH, SIGMOID -> GLOROT_UNIFORM;
    };
  }

  /**
   * Draws the values of an inputs x outputs matrix of zeros, or of the filters of a convolution,
   * height x width x channels x filters.
   *
   * @param stream tells apart the parameters of a network
   */
  void fill(Device device, Tensor values, long seed, int stream) {
    double inputs = values.rows();
    double places =
        values.shape().rank() == 4 ? values.shape().length(0) * values.shape().length(1) : 1;
    double outputs = values.columns() * places;
    if (values.size() == 0) {
      return;
    }
    switch (this) {
      case HE_NORMAL -> {
        float deviation = (float) Math.sqrt(2 / inputs);
        device.randomNormal(new RandomNormal(seed, stream, null, 0, deviation, values));
      }
      case UNIT_ROWS -> {
        float deviation = (float) Math.sqrt(1 / outputs);
        device.randomNormal(new RandomNormal(seed, stream, null, 0, deviation, values));
      }
      case GLOROT_UNIFORM -> {
        float limit = (float) Math.sqrt(6 / (inputs + outputs));
        device.randomUniform(new RandomUniform(seed, stream, null, -limit, limit, values));
      }
      case FORGET_ONE -> {
        long units = values.size() / 4;
        device.fill(new Fill(1, values.rows(units, 2 * units)));
      }
      case ONE -> device.fill(new Fill(1, values));
      case ZERO -> {}
    }
  }
}
