package io.talus.op;

import io.talus.tensor.DeviceArray;
import io.talus.tensor.IntTensor;
import io.talus.tensor.Tensor;
import java.util.function.Consumer;

/**
 * One step of Adam or AdamW, in one pass. With t = step, counted from 1:
 *
 * <pre>
 * g  = gradient + l2 weights
 * m  = beta1 m + (1 - beta1) g
 * v  = beta2 v + (1 - beta2) g g
 * weights -= learningRate (m / (1 - beta1^t) / (sqrt(v / (1 - beta2^t)) + epsilon) + decay weights)
 * </pre>
 *
 * <p><b>Shapes.</b> gradient, m and v have as many elements as weights; learningRate and step are
 * one value each.
 *
 * <p><b>Aliasing.</b> None.
 *
 * <p><b>Accuracy.</b> Tolerance 8 for m and v; weights within 16 eps of |weights| + learningRate.
 *
 * <p><b>Cost.</b> About 16 flops an element; four reads and three writes.
 *
 * <p><b>Source.</b> Kingma and Ba, 2015; decoupled decay: Loshchilov and Hutter, 2019.
 *
 * @param l2 added to the gradient (Adam)
 * @param decay applied to the weights directly (AdamW)
 */
public record Adam(
    Tensor weights,
    Tensor gradient,
    Tensor m,
    Tensor v,
    Tensor learningRate,
    IntTensor step,
    float beta1,
    float beta2,
    float epsilon,
    float l2,
    float decay)
    implements Op {

  public Adam {
    Check.of("adam")
        .together(weights, gradient, m, v, learningRate, step)
        .size(gradient, "gradient", weights.size())
        .size(m, "m", weights.size())
        .size(v, "v", weights.size())
        .size(learningRate, "learningRate", 1)
        .size(step, "step", 1)
        .that(beta1 >= 0 && beta1 < 1, "beta1 %s is not in [0, 1)", beta1)
        .that(beta2 >= 0 && beta2 < 1, "beta2 %s is not in [0, 1)", beta2)
        .that(epsilon > 0, "epsilon %s must be positive", epsilon)
        .that(l2 >= 0 && Float.isFinite(l2), "l2 %s must be finite and not negative", l2)
        .that(
            decay >= 0 && Float.isFinite(decay), "decay %s must be finite and not negative", decay)
        .apart(weights, "weights", gradient, "gradient")
        .apart(weights, "weights", m, "m")
        .apart(weights, "weights", v, "v")
        .apart(m, "m", v, "v")
        .apart(m, "m", gradient, "gradient")
        .apart(v, "v", gradient, "gradient")
        .apart(weights, "weights", learningRate, "learningRate")
        .orThrow();
  }

  @Override
  public String name() {
    return "adam";
  }

  @Override
  public void forEachOperand(Consumer<? super DeviceArray> action) {
    action.accept(weights);
    action.accept(gradient);
    action.accept(m);
    action.accept(v);
    action.accept(learningRate);
    action.accept(step);
  }

  @Override
  public long flops() {
    return 16 * weights.size();
  }

  @Override
  public long bytes() {
    return 7 * weights.bytes();
  }
}
