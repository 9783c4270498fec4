package io.talus.backend.reference;

import io.talus.op.Adam;
import io.talus.op.Sgd;

/** One step of an optimizer, weight after weight. */
final class ReferenceOptimizer {
  private ReferenceOptimizer() {}

  static void run(Sgd op) {
    Floats weights = Floats.of(op.weights());
    Floats gradient = Floats.of(op.gradient());
    Floats velocity = Floats.of(op.velocity());
    double learningRate = Floats.of(op.learningRate()).get(0);
    for (long i = 0; i < op.weights().size(); i++) {
      double weight = weights.get(i);
      double g = gradient.get(i) + op.l2() * weight;
      double step = g;
      if (velocity != null) {
        double v = (double) op.momentum() * velocity.get(i) + g;
        velocity.set(i, v);
        step = op.nesterov() ? g + op.momentum() * v : v;
      }
      weights.set(i, weight - learningRate * step);
    }
  }

  static void run(Adam op) {
    Floats weights = Floats.of(op.weights());
    Floats gradient = Floats.of(op.gradient());
    Floats m = Floats.of(op.m());
    Floats v = Floats.of(op.v());
    double learningRate = Floats.of(op.learningRate()).get(0);
    int t = Floats.get(op.step(), 0);
    double correctionOfM = 1 - Math.pow(op.beta1(), t);
    double correctionOfV = 1 - Math.pow(op.beta2(), t);
    for (long i = 0; i < op.weights().size(); i++) {
      double weight = weights.get(i);
      double g = gradient.get(i) + op.l2() * weight;
      double first = (double) op.beta1() * m.get(i) + (1 - (double) op.beta1()) * g;
      double second = (double) op.beta2() * v.get(i) + (1 - (double) op.beta2()) * g * g;
      double direction = first / correctionOfM / (Math.sqrt(second / correctionOfV) + op.epsilon());
      m.set(i, first);
      v.set(i, second);
      weights.set(i, weight - learningRate * (direction + op.decay() * weight));
    }
  }
}
