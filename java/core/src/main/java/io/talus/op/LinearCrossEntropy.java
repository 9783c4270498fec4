package io.talus.op;

import io.talus.tensor.DeviceArray;
import io.talus.tensor.IntTensor;
import io.talus.tensor.Tensor;
import java.util.function.Consumer;

/**
 * A linear layer and its softmax cross-entropy in one: the loss of {@code logits = X W + bias} and
 * the gradients of X, W and bias, without ever holding rows x classes values. Loss and gradients
 * are those of {@link Gemm} followed by {@link SoftmaxCrossEntropy} and its two backward products.
 *
 * <p><b>Shapes.</b> x and dX rows x inputs; w and dW inputs x classes; bias and dBias one for each
 * class; targets and loss as in {@link SoftmaxCrossEntropy}.
 *
 * <p><b>Edge cases.</b> As in {@link SoftmaxCrossEntropy}; a row that does not count has gradient 0
 * in dX and adds nothing to dW and dBias, unless x or w holds NaN or infinity.
 *
 * <p><b>Aliasing.</b> No output shares memory with an input or another output.
 *
 * <p><b>Accuracy.</b> As the ops it stands for, one after the other, with the tolerance of gemm for
 * sums over inputs, classes and rows; {@code precision} counts for its three products, dBias is
 * summed in float32.
 *
 * <p><b>Cost.</b> 2 rows inputs classes flops for the loss, 6 to 8 with all gradients (logits may
 * be computed again); the extra memory is bounded and does not grow with rows x classes.
 *
 * <p><b>Source.</b> The idea: Wijmans et al., "Cut Your Losses in Large-Vocabulary Language
 * Models", 2024.
 *
 * @param bias or null
 * @param dX or null when not needed; so dW and dBias
 */
public record LinearCrossEntropy(
    Tensor x,
    Tensor w,
    Tensor bias,
    IntTensor targets,
    Reduction reduction,
    float labelSmoothing,
    float scale,
    Tensor loss,
    Tensor dX,
    Tensor dW,
    Tensor dBias,
    Precision precision)
    implements Op {

  public LinearCrossEntropy {
    long rows = x.rows();
    long classes = w.columns();
    Check check =
        Check.of("linearCrossEntropy")
            .together(x, w, bias, targets, loss, dX, dW, dBias)
            .that(precision != null, "precision is null; use FLOAT32 for the usual one")
            .that(
                x.columns() == w.rows(),
                "x is %s, w is %s: inner sizes %s and %s differ",
                x.shape(),
                w.shape(),
                x.columns(),
                w.rows())
            .size(bias, "bias", classes)
            .classLabels(targets, rows, classes, labelSmoothing)
            .size(loss, "loss", reduction == Reduction.NONE ? rows : 1)
            .matrix(dX, "dX", rows, x.columns())
            .matrix(dW, "dW", w.rows(), classes)
            .size(dBias, "dBias", classes);
    Tensor[] outputs = {loss, dX, dW, dBias};
    String[] names = {"loss", "dX", "dW", "dBias"};
    for (int i = 0; i < outputs.length; i++) {
      check.apart(outputs[i], names[i], x, "x").apart(outputs[i], names[i], w, "w");
      check.apart(outputs[i], names[i], bias, "bias");
      for (int j = 0; j < i; j++) {
        check.apart(outputs[i], names[i], outputs[j], names[j]);
      }
    }
    check.orThrow();
  }

  /** In float32. */
  public LinearCrossEntropy(
      Tensor x,
      Tensor w,
      Tensor bias,
      IntTensor targets,
      Reduction reduction,
      float labelSmoothing,
      float scale,
      Tensor loss,
      Tensor dX,
      Tensor dW,
      Tensor dBias) {
    this(
        x,
        w,
        bias,
        targets,
        reduction,
        labelSmoothing,
        scale,
        loss,
        dX,
        dW,
        dBias,
        Precision.FLOAT32);
  }

  /** The same with its products in another precision. */
  public LinearCrossEntropy with(Precision other) {
    return new LinearCrossEntropy(
        x, w, bias, targets, reduction, labelSmoothing, scale, loss, dX, dW, dBias, other);
  }

  @Override
  public String name() {
    return "linearCrossEntropy";
  }

  @Override
  public void forEachOperand(Consumer<? super DeviceArray> action) {
    action.accept(x);
    action.accept(w);
    action.accept(targets);
    action.accept(loss);
    Check.visit(bias, action);
    Check.visit(dX, action);
    Check.visit(dW, action);
    Check.visit(dBias, action);
  }

  @Override
  public long flops() {
    long product = 2 * x.rows() * x.columns() * w.columns();
    return product * (1 + (dX == null ? 0 : 1) + (dW == null ? 0 : 1));
  }

  @Override
  public long bytes() {
    long bytes = x.bytes() + w.bytes() + targets.bytes() + loss.bytes();
    for (Tensor optional : new Tensor[] {bias, dX, dW, dBias}) {
      bytes += optional == null ? 0 : optional.bytes();
    }
    return bytes;
  }
}
