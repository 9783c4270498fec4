package io.talus.cli;

import io.talus.Device;
import io.talus.data.ExampleSource;
import io.talus.data.ImageShape;
import io.talus.data.Normalization;
import io.talus.op.ImageChanges;
import io.talus.train.Augmentation;
import io.talus.train.Network;
import io.talus.train.NetworkBuilder;
import io.talus.train.TrainingLoop;
import picocli.CommandLine.Option;

/** What is learned with, and how. */
final class LearningOptions {
  private static final String AVERAGE_OF_AN_EPOCH = "epoch";

  @Option(
      names = "--recipe",
      paramLabel = "NAME",
      description =
          "Layers and settings that go well together: mnist (28x28x1 digits), fashion (28x28x1"
              + " clothes), cifar10 (32x32x3 photographs). Other options stand over it.")
  private String recipe;

  @Option(
      names = "--layers",
      paramLabel = "LAYERS",
      defaultValue = "dense 128, relu, dense",
      description = {
        "From input to output, between commas. Default: ${DEFAULT-VALUE}.",
        "  conv HxW FILTERS [stride N] [pad N] [groups N]",
        "  pool N [stride N], average N [stride N], global-average",
        "  dense UNITS; at the end without a number: an output for each class",
        "  lstm UNITS [all], gru UNITS [all]: over the steps of sequences or the rows of images;",
        "    the last state, or all of them, for another one",
        "  batchnorm, layernorm, dropout RATE",
        "  residual (LAYERS) [shortcut (LAYERS)]",
        "  relu, gelu, tanh, sigmoid: behind conv, dense, batchnorm, residual"
      })
  private String layers;

  @Option(
      names = "--dropout",
      paramLabel = "RATE",
      defaultValue = "0",
      description = "Dropout before the last layer. Default: none.")
  private float dropout;

  @Option(
      names = "--epochs",
      paramLabel = "N",
      defaultValue = "10",
      description = "Passes over the examples. Default: ${DEFAULT-VALUE}.")
  private int epochs;

  @Option(
      names = "--batch",
      paramLabel = "N",
      defaultValue = "128",
      description = "Examples learned at a time. Default: ${DEFAULT-VALUE}.")
  private int batch;

  @Option(
      names = "--optimizer",
      paramLabel = "NAME",
      defaultValue = "sgd",
      description =
          "sgd, momentum N, nesterov N, adam, adamw DECAY, random-search, random-local-search."
              + " Default: ${DEFAULT-VALUE}.")
  private String optimizer;

  @Option(
      names = "--learning-rate",
      paramLabel = "N",
      description = "The size of a step. Default: 0.1, of adam and adamw 0.001.")
  private Float learningRate;

  @Option(
      names = "--schedule",
      paramLabel = "NAME",
      defaultValue = "constant",
      description =
          "Of the learning rate: constant, step EPOCHS FACTOR, cosine, one-cycle; then, if wanted,"
              + " a comma and warm-up EPOCHS. Default: ${DEFAULT-VALUE}.")
  private String schedule;

  @Option(
      names = "--l2",
      paramLabel = "N",
      defaultValue = "0",
      description = "Adds N/2 times the squares of all weights to the loss. Default: none.")
  private float l2;

  @Option(
      names = "--l1",
      paramLabel = "N",
      defaultValue = "0",
      description = "Adds N times the sizes of all weights to the loss. Default: none.")
  private float l1;

  @Option(
      names = "--label-smoothing",
      paramLabel = "SHARE",
      defaultValue = "0",
      description = "How much of each label is spread over all classes. Default: none.")
  private float labelSmoothing;

  @Option(
      names = "--clip-norm",
      paramLabel = "N",
      defaultValue = "Infinity",
      description = "The most that the gradient's norm may be. Default: any.")
  private float clipNorm;

  @Option(
      names = "--average-weights",
      paramLabel = "DECAY",
      description =
          "Keeps a moving average of the weights: a decay such as 0.999, or 'epoch' for about one"
              + " epoch. Default: none.")
  private String averageWeights;

  @Option(
      names = "--augment",
      paramLabel = "CHANGES",
      description =
          "Changes images while they are learned from: mirror, shift PIXELS, rotate DEGREES, scale"
              + " SHARE, shear PIXELS, cutout PIXELS, between commas. Default: none.")
  private String augment;

  @Option(
      names = "--seed",
      paramLabel = "N",
      defaultValue = "1",
      description = "Where all randomness begins. Default: ${DEFAULT-VALUE}.")
  private long seed;

  /** What the recipe stands for, if one is named. */
  Arguments recipe() {
    return recipe == null ? Arguments.NONE : TrainingRecipe.named(recipe).arguments();
  }

  int epochs() {
    return epochs;
  }

  int batch() {
    return batch;
  }

  long seed() {
    return seed;
  }

  /** An untrained network for such examples. */
  Network network(Device device, ExampleSource examples, Normalization normalization) {
    NetworkBuilder builder =
        examples.image().map(Network::builder).orElseGet(() -> Network.builder(examples.inputs()));
    return LayersText.add(layers, builder, examples.classes(), dropout)
        .normalization(normalization)
        .seed(seed)
        .build(device);
  }

  /**
   * The settings of a training.
   *
   * @param rows that are learned from
   * @param image what an example is, or null
   * @param normalization of the examples
   */
  TrainingLoop loop(int rows, ImageShape image, Normalization normalization) {
    return fit(
        new TrainingLoop()
            .epochs(epochs)
            .batch(batch)
            .optimizer(OptimizerText.optimizer(optimizer, learningRate, seed))
            .schedule(OptimizerText.schedule(schedule))
            .l2(l2)
            .l1(l1)
            .labelSmoothing(labelSmoothing)
            .clipNorm(clipNorm)
            .seed(seed),
        rows,
        image,
        normalization);
  }

  /** Fits those settings of {@link #loop} that come from what is learned from to other examples. */
  TrainingLoop fit(TrainingLoop loop, int rows, ImageShape image, Normalization normalization) {
    loop.averageWeights(averageDecay(rows));
    if (augment != null) {
      if (image == null) {
        throw new IllegalArgumentException(
            "--augment " + augment + ": the examples are no images; say --size if they are");
      }
      ImageChanges changes = ImageChangesText.changes(augment).filledWith(fill(normalization));
      loop.augment(new Augmentation(image, changes, seed));
    }
    return loop;
  }

  /** What is left empty becomes black in grey images, the mean in coloured ones. */
  private static float fill(Normalization normalization) {
    return normalization.means().length == 1
        ? -normalization.means()[0] / normalization.deviations()[0]
        : 0;
  }

  private float averageDecay(int rows) {
    if (averageWeights == null) {
      return 0;
    }
    if (averageWeights.equals(AVERAGE_OF_AN_EPOCH)) {
      int stepsOfEpoch = (rows + batch - 1) / batch;
      return 1 - 1f / stepsOfEpoch;
    }
    try {
      return Float.parseFloat(averageWeights);
    } catch (NumberFormatException notANumber) {
      throw new IllegalArgumentException(
          "--average-weights " + averageWeights + ": expected a number from 0 to 1, or 'epoch'");
    }
  }
}
