package io.talus.train;

/**
 * How a step changes parameters, by their gradients or by trying. L2 is no part of it: it belongs
 * to the loss, see {@link TrainingLoop#l2}.
 */
public sealed interface Optimizer {

  /** The size of a step. */
  float learningRate();

  /**
   * Stochastic gradient descent: {@link io.talus.op.Sgd}.
   *
   * @param momentum in [0, 1); 0 for none
   * @param nesterov whether the gradient counts as if taken ahead, at the end of the momentum
   */
  record Descent(float learningRate, float momentum, boolean nesterov) implements Optimizer {
    public Descent {
      requireLearningRate(learningRate);
      if (!(momentum >= 0 && momentum < 1)) {
        throw new IllegalArgumentException("optimizer: momentum " + momentum + " is not in [0, 1)");
      }
      if (nesterov && momentum == 0) {
        throw new IllegalArgumentException("optimizer: Nesterov's variant needs momentum");
      }
    }
  }

  /**
   * Adam, or AdamW where there is decay: {@link io.talus.op.Adam}.
   *
   * @param decay of the regularized parameters, apart from the gradient; 0 for none
   */
  record Moments(float learningRate, float beta1, float beta2, float epsilon, float decay)
      implements Optimizer {
    public Moments {
      requireLearningRate(learningRate);
      if (!(beta1 >= 0 && beta1 < 1 && beta2 >= 0 && beta2 < 1 && epsilon > 0 && decay >= 0)) {
        throw new IllegalArgumentException(
            "optimizer: beta1 "
                + beta1
                + " and beta2 "
                + beta2
                + " must be in [0, 1), epsilon "
                + epsilon
                + " positive, decay "
                + decay
                + " not negative");
      }
    }
  }

  /**
   * No gradient at all: parameters drawn at random, of which those with the least data loss stay. A
   * baseline to compare with. A step is a try; losses are comparable where each batch is all of the
   * examples.
   *
   * @param learningRate the deviation of what is drawn
   * @param local whether what is drawn is added to the best so far, or stands alone
   */
  record Search(float learningRate, boolean local, long seed) implements Optimizer {
    public Search {
      requireLearningRate(learningRate);
    }
  }

  /** Parameters drawn anew in each step, the best of which stay. */
  static Optimizer randomSearch(float deviation, long seed) {
    return new Search(deviation, false, seed);
  }

  /** The best parameters so far and something drawn added in each step, kept where it is better. */
  static Optimizer randomLocalSearch(float deviation, long seed) {
    return new Search(deviation, true, seed);
  }

  /** Plain gradient descent with learning rate 0.1. */
  static Optimizer sgd() {
    return sgd(0.1f);
  }

  /** Plain gradient descent. */
  static Optimizer sgd(float learningRate) {
    return new Descent(learningRate, 0, false);
  }

  /** Gradient descent with momentum (Polyak, 1964). */
  static Optimizer momentum(float learningRate, float momentum) {
    return new Descent(learningRate, momentum, false);
  }

  /** Gradient descent with Nesterov's momentum (Sutskever et al., 2013). */
  static Optimizer nesterov(float learningRate, float momentum) {
    return new Descent(learningRate, momentum, true);
  }

  /** Adam with the constants of its paper and learning rate 0.001. */
  static Optimizer adam() {
    return adam(0.001f);
  }

  /** Adam with the constants of its paper. */
  static Optimizer adam(float learningRate) {
    return adamW(learningRate, 0);
  }

  /** AdamW: Adam with weight decay apart from the gradient. */
  static Optimizer adamW(float learningRate, float decay) {
    return new Moments(learningRate, 0.9f, 0.999f, 1e-8f, decay);
  }

  /**
   * @throws IllegalArgumentException unless it is positive and finite
   */
  static void requireLearningRate(float learningRate) {
    if (!(learningRate > 0 && Float.isFinite(learningRate))) {
      throw new IllegalArgumentException(
          "optimizer: learning rate " + learningRate + " must be positive and finite");
    }
  }
}
