package io.talus.op;

import io.talus.tensor.DeviceArray;
import io.talus.tensor.Tensor;
import java.util.function.Consumer;

/**
 * One step of stochastic gradient descent, with momentum and Nesterov's variant, in one pass:
 *
 * <pre>
 * g        = gradient + l2 weights
 * velocity = momentum velocity + g
 * weights -= learningRate (nesterov ? g + momentum velocity : velocity)
 * </pre>
 *
 * Without velocity: {@code weights -= learningRate g}.
 *
 * <p><b>Shapes.</b> gradient and velocity have as many elements as weights; learningRate is one
 * value.
 *
 * <p><b>Aliasing.</b> None.
 *
 * <p><b>Accuracy.</b> Tolerance 6 for weights and velocity.
 *
 * <p><b>Cost.</b> 4 to 8 flops an element; each array read once, weights and velocity written once.
 *
 * <p><b>Source.</b> Sutskever et al., 2013; L2 as the gradient of l2/2 |weights|^2.
 *
 * @param velocity or null
 */
public record Sgd(
    Tensor weights,
    Tensor gradient,
    Tensor velocity,
    Tensor learningRate,
    float momentum,
    boolean nesterov,
    float l2)
    implements Op {

  public Sgd {
    Check.of("sgd")
        .together(weights, gradient, velocity, learningRate)
        .size(gradient, "gradient", weights.size())
        .size(velocity, "velocity", weights.size())
        .size(learningRate, "learningRate", 1)
        .that(momentum >= 0 && momentum < 1, "momentum %s is not in [0, 1)", momentum)
        .that(velocity != null || (momentum == 0 && !nesterov), "momentum needs velocity")
        .that(l2 >= 0 && Float.isFinite(l2), "l2 %s must be finite and not negative", l2)
        .apart(weights, "weights", gradient, "gradient")
        .apart(weights, "weights", velocity, "velocity")
        .apart(gradient, "gradient", velocity, "velocity")
        .apart(weights, "weights", learningRate, "learningRate")
        .apart(velocity, "velocity", learningRate, "learningRate")
        .orThrow();
  }

  @Override
  public String name() {
    return "sgd";
  }

  @Override
  public void forEachOperand(Consumer<? super DeviceArray> action) {
    action.accept(weights);
    action.accept(gradient);
    action.accept(learningRate);
    Check.visit(velocity, action);
  }

  @Override
  public long flops() {
    return (velocity == null ? 4 : nesterov ? 8 : 6) * weights.size();
  }

  @Override
  public long bytes() {
    return (velocity == null ? 3 : 5) * weights.bytes();
  }
}
