package io.talus.cli;

import io.talus.recommend.ImplicitFactorization;
import io.talus.recommend.MatrixFactorization;
import picocli.CommandLine.Option;

/**
 * How ratings or counts are taken apart into factors; what is not said is as the library has it.
 */
final class FactorizationOptions {
  @Option(
      names = "--factors",
      paramLabel = "N",
      description =
          "Numbers of each user and item. Default: 100 for factorization, 64 for implicit.")
  private Integer factors;

  @Option(
      names = "--epochs",
      paramLabel = "N",
      description = "Passes over the ratings. Default: 20 for factorization, 15 for implicit.")
  private Integer epochs;

  @Option(
      names = "--learning-rate",
      paramLabel = "X",
      description = "For factorization. Default: 0.005.")
  private Double learningRate;

  @Option(
      names = "--regularization",
      paramLabel = "X",
      description = "Default: 0.02 for factorization, 0.1 for implicit.")
  private Double regularization;

  @Option(
      names = "--alpha",
      paramLabel = "X",
      description = "For implicit: how much a count adds to the confidence. Default: 1.")
  private Double alpha;

  @Option(
      names = "--seed",
      paramLabel = "N",
      defaultValue = "1",
      description = "Where all randomness begins. Default: ${DEFAULT-VALUE}.")
  private long seed;

  MatrixFactorization explicit() {
    MatrixFactorization usual = MatrixFactorization.DEFAULT;
    return usual
        .sized(or(factors, usual.factors()), or(epochs, usual.epochs()))
        .steps(or(learningRate, usual.learningRate()), or(regularization, usual.regularization()))
        .seed(seed);
  }

  ImplicitFactorization implicit() {
    ImplicitFactorization usual = ImplicitFactorization.DEFAULT;
    return usual
        .sized(or(factors, usual.factors()), or(epochs, usual.sweeps()))
        .weighed(or(alpha, usual.alpha()), or(regularization, usual.regularization()))
        .seed(seed);
  }

  long seed() {
    return seed;
  }

  private static <T> T or(T said, T usual) {
    return said == null ? usual : said;
  }
}
