package io.talus.train;

/**
 * How a step learns. The full loss is the data loss and the regularization of all weights W (no
 * biases), each told apart:
 *
 * <pre>
 * mean cross-entropy, of smoothed labels   +   l2/2 |W|^2 + l1 sum|W|
 * </pre>
 *
 * Immutable; begin with {@link #of} and set what differs.
 *
 * @param optimizer how gradients change the parameters
 * @param schedule of the learning rate
 * @param l2 strength of {@code l2/2 |W|^2}: its gradient is {@code l2 W}, without the 1/2; 0 for
 *     none. Weight decay apart from the gradient is {@link Optimizer#adamW}
 * @param l1 strength of {@code l1 sum|W|}: its gradient is {@code l1 sign(W)}, 0 where W is 0; 0
 *     for none
 * @param labelSmoothing the share of each label that is spread over all classes, in [0, 1); 0 for
 *     none
 * @param clipNorm the most that the gradient of the data loss may have as its norm, over all
 *     parameters; a larger one is scaled down to it. Infinite for any. L1 and L2 pull beside it
 * @param averageDecay the factor d of the moving average {@code d average + (1 - d) parameters}
 *     after each step, in [0, 1); what is judged and kept is the average. 0 for none. Running means
 *     and variances of batch normalization are averaged alike, as is common where the average
 *     follows the parameters closely; they lag as much as the weights that they belong to
 * @param augmentation of the images learned from, or null for none
 * @param mixup of the examples learned from, after augmentation, or null for none
 */
public record Recipe(
    Optimizer optimizer,
    Schedule schedule,
    float l2,
    float l1,
    float labelSmoothing,
    float clipNorm,
    float averageDecay,
    Augmentation augmentation,
    Mixup mixup) {

  public Recipe {
    require(l2 >= 0 && Float.isFinite(l2), "l2", l2, "finite and not below 0");
    require(l1 >= 0 && Float.isFinite(l1), "l1", l1, "finite and not below 0");
    require(labelSmoothing >= 0 && labelSmoothing < 1, "label smoothing", labelSmoothing, "0 to 1");
    require(clipNorm > 0, "the norm to clip to", clipNorm, "above 0");
    require(averageDecay >= 0 && averageDecay < 1, "average decay", averageDecay, "0 to 1");
    boolean bare =
        l2 == 0
            && l1 == 0
            && averageDecay == 0
            && clipNorm == Float.POSITIVE_INFINITY
            && augmentation == null
            && mixup == null;
    if (optimizer instanceof Optimizer.Search && !bare) {
      throw new IllegalArgumentException(
          "training: a search goes by the data loss alone; take L1, L2, clipping, the average of"
              + " weights, augmentation and mixup away");
    }
  }

  /** The optimizer alone. */
  public static Recipe of(Optimizer optimizer) {
    return new Recipe(
        optimizer, Schedule.CONSTANT, 0, 0, 0, Float.POSITIVE_INFINITY, 0, null, null);
  }

  private static void require(boolean holds, String what, float value, String expected) {
    if (!holds) {
      throw new IllegalArgumentException(
          "training: " + what + " is " + value + "; expected " + expected);
    }
  }

  public Recipe withOptimizer(Optimizer value) {
    return new Recipe(
        value, schedule, l2, l1, labelSmoothing, clipNorm, averageDecay, augmentation, mixup);
  }

  public Recipe withSchedule(Schedule value) {
    return new Recipe(
        optimizer, value, l2, l1, labelSmoothing, clipNorm, averageDecay, augmentation, mixup);
  }

  public Recipe withL2(float value) {
    return new Recipe(
        optimizer,
        schedule,
        value,
        l1,
        labelSmoothing,
        clipNorm,
        averageDecay,
        augmentation,
        mixup);
  }

  public Recipe withL1(float value) {
    return new Recipe(
        optimizer,
        schedule,
        l2,
        value,
        labelSmoothing,
        clipNorm,
        averageDecay,
        augmentation,
        mixup);
  }

  public Recipe withLabelSmoothing(float value) {
    return new Recipe(
        optimizer, schedule, l2, l1, value, clipNorm, averageDecay, augmentation, mixup);
  }

  public Recipe withClipNorm(float value) {
    return new Recipe(
        optimizer, schedule, l2, l1, labelSmoothing, value, averageDecay, augmentation, mixup);
  }

  public Recipe withAverageDecay(float value) {
    return new Recipe(
        optimizer, schedule, l2, l1, labelSmoothing, clipNorm, value, augmentation, mixup);
  }

  public Recipe withAugmentation(Augmentation value) {
    return new Recipe(
        optimizer, schedule, l2, l1, labelSmoothing, clipNorm, averageDecay, value, mixup);
  }

  public Recipe withMixup(Mixup value) {
    return new Recipe(
        optimizer, schedule, l2, l1, labelSmoothing, clipNorm, averageDecay, augmentation, value);
  }

  /** What a step is made with; see {@link Schedule#factor}. */
  float learningRate(long step, int stepsOfEpoch, int epochs) {
    return (float) (optimizer.learningRate() * schedule.factor(step, stepsOfEpoch, epochs));
  }

  /** Whether an update may be folded into the products that give the gradients of the weights. */
  boolean foldsUpdates() {
    return l2 == 0
        && l1 == 0
        && clipNorm == Float.POSITIVE_INFINITY
        && schedule == Schedule.CONSTANT
        && optimizer instanceof Optimizer.Descent descent
        && descent.momentum() == 0;
  }
}
