package io.talus.cli;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/**
 * Options that go well together for images of one kind; the same networks and settings as those of
 * the library's example {@code ImageRecipe}.
 */
enum TrainingRecipe {
  /** Digits, 28x28x1. */
  MNIST(
      12,
      0.01,
      "shift 2, rotate 12, scale 0.1, shear 0.2",
      Layers.QUARTERED + "conv 3x3 128 pad 1, batchnorm, relu, pool 7, dense"),
  /** Clothes, 28x28x1. */
  FASHION(
      14,
      0.01,
      "mirror, shift 2",
      Layers.QUARTERED
          + "conv 3x3 128 pad 1, batchnorm, relu, residual (conv 3x3 128 pad 1, batchnorm, relu,"
          + " conv 3x3 128 pad 1, batchnorm), relu, global-average, dense"),
  /** Small photographs, 32x32x3. */
  CIFAR10(
      24,
      0.1,
      "mirror, shift 3, cutout 8",
      "conv 3x3 32 pad 1, batchnorm, relu, conv 3x3 64 pad 1, pool 2, batchnorm, relu, residual"
          + " (conv 3x3 64 pad 1, batchnorm, relu, conv 3x3 64 pad 1, batchnorm), relu,"
          + " conv 3x3 128 pad 1, pool 2, batchnorm, relu, conv 3x3 256 pad 1, pool 2, batchnorm,"
          + " relu, residual (conv 3x3 256 pad 1, batchnorm, relu, conv 3x3 256 pad 1, batchnorm),"
          + " relu, pool 4, dense");

  private final Map<String, String> options = new LinkedHashMap<>();

  TrainingRecipe(int epochs, double decay, String changes, String layers) {
    options.put("--layers", layers);
    options.put("--epochs", Integer.toString(epochs));
    options.put("--batch", "128");
    options.put("--optimizer", "adamw " + decay);
    options.put("--learning-rate", "0.003");
    options.put("--schedule", "one-cycle");
    options.put("--label-smoothing", "0.05");
    options.put("--average-weights", "epoch");
    options.put("--augment", changes);
  }

  private static final class Layers {
    /** To a quarter of the height and width, of 64 channels. */
    static final String QUARTERED =
        "conv 3x3 32 pad 1, pool 2, batchnorm, relu, conv 3x3 64 pad 1, batchnorm, relu, residual"
            + " (conv 3x3 64 pad 1, batchnorm), relu, pool 2, ";
  }

  /** The recipe of that name, in whatever letters. */
  static TrainingRecipe named(String name) {
    for (TrainingRecipe recipe : values()) {
      if (recipe.name().equalsIgnoreCase(name)) {
        return recipe;
      }
    }
    throw new IllegalArgumentException(
        "--recipe " + name + ": there are " + Arrays.toString(values()).toLowerCase(Locale.ROOT));
  }

  /** What it stands for. */
  Arguments arguments() {
    return new Arguments(options, null);
  }
}
