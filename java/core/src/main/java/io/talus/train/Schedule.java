package io.talus.train;

/**
 * How the learning rate changes while training goes on: a factor of the optimizer's learning rate
 * for each step.
 */
@FunctionalInterface
public interface Schedule {

  /** The optimizer's learning rate throughout. */
  Schedule CONSTANT = (step, stepsOfEpoch, epochs) -> 1;

  /**
   * The factor for one step; positive.
   *
   * @param step counted from 0 over all epochs
   * @param stepsOfEpoch steps in each epoch
   * @param epochs that were asked for
   */
  double factor(long step, int stepsOfEpoch, int epochs);

  /** Multiplies the learning rate by {@code factor} after every so many epochs. */
  static Schedule step(int everyEpochs, double factor) {
    requirePositive(everyEpochs, "epochs between steps");
    requirePositive(factor, "the factor");
    return (step, stepsOfEpoch, epochs) -> {
      long epochsDone = step / stepsOfEpoch;
      return Math.pow(factor, (double) (epochsDone / everyEpochs));
    };
  }

  /**
   * Half a cosine from 1 down to 0: {@code (1 + cos(pi step / steps)) / 2} (Loshchilov and Hutter,
   * 2017, without restarts).
   */
  static Schedule cosine() {
    return (step, stepsOfEpoch, epochs) -> half(step / steps(stepsOfEpoch, epochs));
  }

  /**
   * One cycle (Smith and Topin, 2018): half a cosine up from 1/25 to 1 in the first 30 % of the
   * steps, then half a cosine down to 1/250,000. The optimizer's learning rate is the peak.
   */
  static Schedule oneCycle() {
    return (step, stepsOfEpoch, epochs) -> {
      double low = 1.0 / 25;
      double end = low / 10_000;
      double rise = 0.3;
      double done = step / steps(stepsOfEpoch, epochs);
      return done < rise
          ? 1 - (1 - low) * half(done / rise)
          : end + (1 - end) * half((done - rise) / (1 - rise));
    };
  }

  /**
   * This schedule, but in the first epochs times a factor that rises evenly to 1, from the first
   * step on.
   */
  default Schedule warmUp(double firstEpochs) {
    requirePositive(firstEpochs, "epochs of warm-up");
    return (step, stepsOfEpoch, epochs) ->
        Math.min(1, (step + 1) / (firstEpochs * stepsOfEpoch)) * factor(step, stepsOfEpoch, epochs);
  }

  private static double half(double done) {
    return (1 + Math.cos(Math.PI * done)) / 2;
  }

  private static double steps(int stepsOfEpoch, int epochs) {
    return (double) stepsOfEpoch * epochs;
  }

  private static void requirePositive(double value, String what) {
    if (!(value > 0 && Double.isFinite(value))) {
      throw new IllegalArgumentException(
          "schedule: " + what + " is " + value + "; must be positive and finite");
    }
  }
}
