package io.talus.cli;

import io.talus.data.Folds;
import io.talus.data.Ratings;
import io.talus.data.RatingsSplit;
import java.util.List;
import picocli.CommandLine.Option;

/** Which ratings are held out to judge by. */
final class SplitOptions {
  private static final double FRACTION = 0.2;

  /** The ways there are. */
  enum Split {
    FOLDS,
    LEAVE_ONE_OUT,
    LEAVE_LAST_OUT,
    USER_WISE,
    RANDOM,
    TEMPORAL;

    boolean takesFraction() {
      return this == USER_WISE || this == RANDOM || this == TEMPORAL;
    }

    boolean needsTimes() {
      return this == LEAVE_LAST_OUT || this == TEMPORAL;
    }
  }

  @Option(
      names = "--split",
      paramLabel = "NAME",
      defaultValue = "folds",
      description =
          "What is held out: folds (each part of the ratings once), leave-one-out or leave-last-out"
              + " (of each user one rating, drawn or the latest), user-wise (a share of each"
              + " user's), random (a share of all) or temporal (the latest share of all)."
              + " Default: ${DEFAULT-VALUE}.")
  private String name;

  @Option(names = "--folds", paramLabel = "N", description = "2 to 6. Default: 5.")
  private Integer folds;

  @Option(
      names = "--held-out",
      paramLabel = "SHARE",
      description = "For user-wise, random and temporal. Default: 0.2.")
  private Double fraction;

  /**
   * The ratings, divided.
   *
   * @throws IllegalArgumentException when they cannot be, or nothing would be held out
   */
  List<RatingsSplit> of(Ratings ratings, long seed) {
    Split split = split();
    if (split.needsTimes() && !ratings.hasTimestamps()) {
      throw new IllegalArgumentException(
          "--split " + name + " goes by time, and these ratings have none");
    }
    double share = fraction == null ? FRACTION : fraction;
    List<RatingsSplit> splits =
        switch (split) {
          case FOLDS ->
              RatingsSplit.folds(ratings, folds == null ? Folds.FIVE : Folds.of(folds), seed);
          case LEAVE_ONE_OUT -> List.of(RatingsSplit.leaveOneOut(ratings, seed));
          case LEAVE_LAST_OUT -> List.of(RatingsSplit.leaveLastOut(ratings));
          case USER_WISE -> List.of(RatingsSplit.userWise(ratings, share, seed));
          case RANDOM -> List.of(RatingsSplit.random(ratings, share, seed));
          case TEMPORAL -> List.of(RatingsSplit.temporal(ratings, share));
        };
    RatingsSplit first = splits.get(0);
    if (first.test().size() == 0 || first.train().size() == 0) {
      throw new IllegalArgumentException(
          "--split "
              + name
              + " leaves "
              + (first.test().size() == 0 ? "nothing to judge by" : "nothing to learn from")
              + ": "
              + ratings);
    }
    return splits;
  }

  /** As in {@code 5 folds} or {@code temporal, 20 % held out}. */
  String describe() {
    Split split = split();
    if (split == Split.FOLDS) {
      return (folds == null ? Folds.FIVE : Folds.of(folds)).toString();
    }
    double share = fraction == null ? FRACTION : fraction;
    return Names.of(split)
        + (split.takesFraction() ? ", " + Report.percent(share) + " held out" : "");
  }

  private Split split() {
    Split split = Names.constant("--split", name, Split.class);
    if (folds != null && split != Split.FOLDS) {
      throw new IllegalArgumentException("--folds is for --split folds alone");
    }
    if (fraction != null && !split.takesFraction()) {
      throw new IllegalArgumentException("--held-out is for user-wise, random and temporal alone");
    }
    return split;
  }
}
