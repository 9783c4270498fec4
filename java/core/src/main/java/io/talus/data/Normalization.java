package io.talus.data;

/**
 * Brings features to mean 0 and deviation 1: {@code (x - mean) / deviation}, both of the examples
 * that are learned from, so that what is held out has no part in them.
 *
 * <p>For each feature of its own, or, of images, for each channel over all pixels. Computed in
 * double; a feature that never changes becomes 0.
 *
 * <pre>{@code
 * Normalization normalization = Normalization.of(split.training());
 * Dataset training = normalization.apply(split.training());
 * Dataset heldOut = normalization.apply(split.heldOut());
 * }</pre>
 */
public final class Normalization {
  private final int inputs;
  private final float[] means;
  private final float[] deviations;

  private Normalization(int inputs, float[] means, float[] deviations) {
    this.inputs = inputs;
    this.means = means;
    this.deviations = deviations;
  }

  /** By channel where the examples are images, else by feature. */
  public static Normalization of(ExampleSource training) {
    return of(training, training.image().map(ImageShape::channels).orElse(training.inputs()));
  }

  /**
   * As it was found before, such as in a file.
   *
   * @param inputs features of an example
   * @param means one for each feature or channel
   * @param deviations the same number, above 0
   * @throws IllegalArgumentException when these do not go together
   */
  public static Normalization of(int inputs, float[] means, float[] deviations) {
    boolean fits = means.length > 0 && means.length == deviations.length;
    if (!fits || inputs <= 0 || inputs % means.length != 0) {
      throw new IllegalArgumentException(
          "normalization: "
              + means.length
              + " means and "
              + deviations.length
              + " deviations for "
              + inputs
              + " features");
    }
    for (int kind = 0; kind < means.length; kind++) {
      boolean isScale = deviations[kind] > 0 && Float.isFinite(deviations[kind]);
      if (!isScale || !Float.isFinite(means[kind])) {
        throw new IllegalArgumentException(
            "normalization: mean " + means[kind] + " and deviation " + deviations[kind]);
      }
    }
    return new Normalization(inputs, means.clone(), deviations.clone());
  }

  /** By feature, of images too. */
  public static Normalization byFeature(ExampleSource training) {
    return of(training, training.inputs());
  }

  /** Both parts, by what the training part alone says; for {@code CrossValidation.prepare}. */
  public static Dataset.Split apply(Dataset.Split split) {
    Normalization normalization = of(split.training());
    return new Dataset.Split(
        normalization.apply(split.training()), normalization.apply(split.heldOut()));
  }

  /** Feature i of an example counts for value {@code i % kinds}. */
  private static Normalization of(ExampleSource training, int kinds) {
    Spread spread = Spread.of(training, kinds);
    float[] mean = new float[kinds];
    float[] deviation = new float[kinds];
    for (int kind = 0; kind < kinds; kind++) {
      mean[kind] = (float) spread.means()[kind];
      double found = spread.deviation(kind);
      // Of equal values only rounding is left: less than a bit of them.
      deviation[kind] = found <= Math.ulp(mean[kind]) ? 1 : (float) found;
    }
    return new Normalization(training.inputs(), mean, deviation);
  }

  /**
   * The examples, each normalized when it is read.
   *
   * @throws IllegalArgumentException when they have another number of features
   */
  public ExampleSource apply(ExampleSource examples) {
    requireInputs(examples.inputs() == inputs, examples.inputs());
    return new NormalizedSource(examples, this);
  }

  /**
   * The examples, normalized; a copy.
   *
   * @throws IllegalArgumentException when they have another number of features
   */
  public Dataset apply(Dataset examples) {
    requireInputs(examples.inputs() == inputs, examples.inputs());
    return examples.withFeatures(apply(examples.features()));
  }

  /**
   * Normalizes rows of features, one after another, in place.
   *
   * @return the same array
   * @throws IllegalArgumentException when they do not make whole rows
   */
  public float[] apply(float[] features) {
    requireInputs(features.length % inputs == 0, features.length);
    apply(features, 0, features.length);
    return features;
  }

  /** Normalizes whole rows from one place to another, in place. */
  void apply(float[] features, int from, int to) {
    for (int at = from; at < to; at += means.length) {
      for (int kind = 0; kind < means.length; kind++) {
        features[at + kind] = (features[at + kind] - means[kind]) / deviations[kind];
      }
    }
  }

  private void requireInputs(boolean fits, int values) {
    if (!fits) {
      throw new IllegalArgumentException(
          "normalization: "
              + values
              + " values do not make rows of "
              + inputs
              + " features, as those had that it was made from");
    }
  }

  /** Features of an example. */
  public int inputs() {
    return inputs;
  }

  /** One for each feature or channel. */
  public float[] means() {
    return means.clone();
  }

  /** One for each feature or channel; 1 where it never changes. */
  public float[] deviations() {
    return deviations.clone();
  }
}
