package io.talus.op;

import io.talus.tensor.DeviceArray;
import io.talus.tensor.IntTensor;
import io.talus.tensor.Tensor;
import java.util.function.Consumer;

/**
 * Softmax cross-entropy of each row and its gradient, in one pass over the logits.
 *
 * <pre>
 * loss(row) = logsumexp(z) - (1 - s) z[target] - s mean(z)
 * dLogits   = scale f (softmax(z) - (1 - s) onehot(target) - s / classes)
 * </pre>
 *
 * with s = labelSmoothing and f = 1 / (rows that count) for MEAN, 1 for SUM and NONE.
 *
 * <p><b>Shapes.</b> logits and dLogits rows x classes; targets one for each row; loss one value, or
 * one for each row under NONE.
 *
 * <p><b>Edge cases.</b> A row whose target is the exempt value of {@code targets} does not count:
 * loss 0, gradient 0, whatever its logits. No row counts: loss 0. NaN or +inf in a row that counts:
 * NaN loss and gradient.
 *
 * <p><b>Aliasing.</b> dLogits may be logits.
 *
 * <p><b>Accuracy.</b> Row loss within (8 + min(classes, 128)) eps of max(loss, max|z - max z| s,
 * eps max|z|); the mean adds 2 eps; gradients within (8 + min(classes, 128) + |z - max|) eps of
 * scale f.
 *
 * <p><b>Cost.</b> About 8 flops an element; one read of logits, one write of dLogits.
 *
 * <p><b>Source.</b> Label smoothing: Szegedy et al., 2016.
 *
 * @param labelSmoothing in [0, 1)
 * @param scale multiplies the gradient: the gradient of what follows with respect to the loss
 * @param dLogits or null for the loss alone
 */
public record SoftmaxCrossEntropy(
    Tensor logits,
    IntTensor targets,
    Reduction reduction,
    float labelSmoothing,
    float scale,
    Tensor loss,
    Tensor dLogits)
    implements Op {

  public SoftmaxCrossEntropy {
    long rows = logits.rows();
    Check.of("softmaxCrossEntropy")
        .together(logits, targets, loss, dLogits)
        .classLabels(targets, rows, logits.columns(), labelSmoothing)
        .size(loss, "loss", reduction == Reduction.NONE ? rows : 1)
        .matrix(dLogits, "dLogits", rows, logits.columns())
        .sameOrApart(dLogits, "dLogits", logits, "logits")
        .apart(loss, "loss", logits, "logits")
        .apart(loss, "loss", dLogits, "dLogits")
        .orThrow();
  }

  /** Mean loss and its gradient. */
  public SoftmaxCrossEntropy(Tensor logits, IntTensor targets, Tensor loss, Tensor dLogits) {
    this(logits, targets, Reduction.MEAN, 0f, 1f, loss, dLogits);
  }

  @Override
  public String name() {
    return "softmaxCrossEntropy";
  }

  @Override
  public void forEachOperand(Consumer<? super DeviceArray> action) {
    action.accept(logits);
    action.accept(targets);
    action.accept(loss);
    Check.visit(dLogits, action);
  }

  @Override
  public long flops() {
    return 8 * logits.size();
  }

  @Override
  public long bytes() {
    return logits.bytes()
        + targets.bytes()
        + loss.bytes()
        + (dLogits == null ? 0 : dLogits.bytes());
  }
}
