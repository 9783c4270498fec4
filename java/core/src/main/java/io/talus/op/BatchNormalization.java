package io.talus.op;

import io.talus.tensor.DeviceArray;
import io.talus.tensor.Tensor;
import java.util.function.Consumer;

/**
 * Normalizes each column by its mean and deviation over the rows of a batch:
 *
 * <pre>
 * mean[c]             = sum over rows of x[r, c] / rows
 * variance[c]         = sum over rows of (x[r, c] - mean[c])^2 / rows
 * inverseDeviation[c] = 1 / sqrt(variance[c] + epsilon)
 * y[r, c]             = activation((x[r, c] - mean[c]) inverseDeviation[c] scale[c] + shift[c])
 * runningMean[c]      = (1 - momentum) runningMean[c] + momentum mean[c]
 * runningVariance[c]  = (1 - momentum) runningVariance[c] + momentum variance[c] rows / (rows - 1)
 * </pre>
 *
 * A column is a feature of a dense layer or a channel of an image: what is innermost.
 *
 * <p><b>Shapes.</b> x and y are rows x columns, rows at least 1; the others have {@code columns}
 * values.
 *
 * <p><b>Edge cases.</b> One row: the variance is 0, and so is what it adds to the running one. A
 * constant column: y = activation(shift), within the accuracy. A NaN or infinity spoils its own
 * column alone.
 *
 * <p><b>Aliasing.</b> y may be x; apart from that no output shares memory with anything.
 *
 * <p><b>Accuracy.</b> With m the mean of |x| and p the first row's x: mean within 40 eps (m + |p|);
 * inverseDeviation within 64 eps (1 + |p - mean| inverseDeviation) relative; y within 8 eps (|x| +
 * |mean|) inverseDeviation |scale|, 4 eps |shift|, and what the errors of mean and inverseDeviation
 * make.
 *
 * <p><b>Cost.</b> Two reads and one write of x; about 8 flops an element.
 *
 * <p><b>Source.</b> Ioffe and Szegedy, "Batch normalization", 2015.
 *
 * @param activation of y; not GELU, whose gradient needs more than y
 * @param mean written: the way back needs it
 * @param inverseDeviation the same
 * @param runningMean for inference: changed
 * @param runningVariance the same
 * @param momentum how much of the running values a batch replaces, 0 to 1
 * @see BatchNormalizationGradient
 * @see BatchNormalizationInference
 */
public record BatchNormalization(
    Activation activation,
    Tensor x,
    Tensor scale,
    Tensor shift,
    float epsilon,
    float momentum,
    Tensor mean,
    Tensor inverseDeviation,
    Tensor runningMean,
    Tensor runningVariance,
    Tensor y)
    implements Op {

  public BatchNormalization {
    long columns = x.columns();
    Check check =
        Check.of("batchNormalization")
            .together(x, scale, shift, mean, inverseDeviation, runningMean, runningVariance, y)
            .that(x.rows() > 0, "x is %s: there are no rows to take a mean of", x.shape())
            .that(!activation.needsInput(), "the activation cannot be %s", activation)
            .that(epsilon > 0, "epsilon %s is not above 0", epsilon)
            .that(momentum >= 0 && momentum <= 1, "momentum %s is not in [0, 1]", momentum)
            .size(scale, "scale", columns)
            .size(shift, "shift", columns)
            .size(mean, "mean", columns)
            .size(inverseDeviation, "inverseDeviation", columns)
            .size(runningMean, "runningMean", columns)
            .size(runningVariance, "runningVariance", columns)
            .matrix(y, "y", x.rows(), columns)
            .sameOrApart(y, "y", x, "x");
    Tensor[] outputs = {mean, inverseDeviation, runningMean, runningVariance};
    String[] names = {"mean", "inverseDeviation", "runningMean", "runningVariance"};
    for (int i = 0; i < outputs.length; i++) {
      check.apart(outputs[i], names[i], x, "x").apart(outputs[i], names[i], y, "y");
      check.apart(outputs[i], names[i], scale, "scale").apart(outputs[i], names[i], shift, "shift");
      for (int j = 0; j < i; j++) {
        check.apart(outputs[i], names[i], outputs[j], names[j]);
      }
    }
    check.apart(y, "y", scale, "scale").apart(y, "y", shift, "shift").orThrow();
  }

  @Override
  public String name() {
    return "batchNormalization";
  }

  @Override
  public void forEachOperand(Consumer<? super DeviceArray> action) {
    action.accept(x);
    action.accept(scale);
    action.accept(shift);
    action.accept(mean);
    action.accept(inverseDeviation);
    action.accept(runningMean);
    action.accept(runningVariance);
    action.accept(y);
  }

  @Override
  public long flops() {
    return 8 * x.size();
  }

  @Override
  public long bytes() {
    return 2 * x.bytes() + y.bytes();
  }
}
