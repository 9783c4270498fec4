package io.talus.cli;

import io.talus.data.Ratings;
import io.talus.data.RatingsColumns;
import io.talus.data.RatingsOptions;
import io.talus.data.RatingsReading;
import io.talus.data.Repeats;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Locale;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Where ratings are read from, and what their items are called. */
final class RatingsInput {
  @Spec(Spec.Target.MIXEE)
  private CommandSpec command;

  @Option(
      names = "--ratings",
      paramLabel = "FILE",
      description =
          "A line for each rating: user, item, rating and, if any, time; separated by TAB, '::',"
              + " comma, ';', '|' or blanks; .gz or not.")
  private Path file;

  @Option(
      names = "--counts",
      description =
          "They are counts (plays, views), not stars: ln(1 + count) is taken, and only rankings"
              + " are judged.")
  private boolean counts;

  @Option(
      names = "--columns",
      paramLabel = "NAMES",
      description =
          "What the first line calls user, item, rating and time, between commas; the last one or"
              + " two may be missing. Without ratings each line counts 1. Default: the usual names,"
              + " or the first columns.")
  private String columns;

  @Option(
      names = "--scale",
      paramLabel = "LEAST..MOST",
      description = "Other ratings than those are malformed, as in 1..5. Default: any number.")
  private String scale;

  @Option(
      names = "--skip-bad",
      description =
          "Passes over malformed lines and counts them. Without it the first is an error.")
  private boolean skipBad;

  @Option(
      names = "--repeats",
      paramLabel = "NAME",
      defaultValue = "last",
      description =
          "What becomes of several ratings of one item by one user: last, first, sum, mean,"
              + " greatest or refused. Default: ${DEFAULT-VALUE}.")
  private String repeats;

  @Option(
      names = "--titles",
      paramLabel = "FILE",
      description = "What items are called: their id in the first column, the title in the second.")
  private Path titlesFile;

  /** Reads the ratings, and says what they are and what was left out. */
  Ratings read() throws IOException {
    if (file == null) {
      throw new ParameterException(
          command.commandLine(), "--ratings=FILE is missing: the ratings to learn from");
    }
    RatingsReading read = options().read(file);
    PrintWriter terminal = command.commandLine().getOut();
    terminal.println(read.ratings());
    if (read.skipped() > 0) {
      terminal.printf(
          Locale.ROOT,
          "Skipped %,d of %,d lines, the first: %s%n",
          read.skipped(),
          read.lines(),
          read.problems().get(0));
    }
    if (read.ratings().duplicates() > 0) {
      terminal.printf(
          Locale.ROOT,
          "%,d ratings repeat others of the same user and item: --repeats %s%n",
          read.ratings().duplicates(),
          repeats);
    }
    terminal.flush();
    return counts ? logarithms(read.ratings()) : read.ratings();
  }

  private RatingsOptions options() {
    RatingsOptions options =
        RatingsOptions.DEFAULT.repeats(Names.constant("--repeats", repeats, Repeats.class));
    if (columns != null) {
      options = options.columns(columns());
    }
    if (scale != null) {
      float[] ends = scale();
      options = options.scale(ends[0], ends[1]);
    }
    return skipBad ? options.skipBad() : options;
  }

  private RatingsColumns columns() {
    String[] names = columns.split(",");
    if (names.length < 2 || names.length > 4) {
      throw new IllegalArgumentException(
          "--columns '"
              + columns
              + "': expected USER,ITEM,RATING,TIME, of which the last two may"
              + " be missing");
    }
    return new RatingsColumns(
        names[0].strip(),
        names[1].strip(),
        names.length > 2 ? names[2].strip() : null,
        names.length > 3 ? names[3].strip() : null);
  }

  private float[] scale() {
    String[] ends = scale.split("\\.\\.");
    try {
      if (ends.length == 2) {
        return new float[] {Float.parseFloat(ends[0]), Float.parseFloat(ends[1])};
      }
    } catch (NumberFormatException noNumber) {
      // Told below with the whole text.
    }
    throw new IllegalArgumentException("--scale '" + scale + "': expected two numbers, as in 1..5");
  }

  private static Ratings logarithms(Ratings ratings) {
    if (ratings.min() < 0) {
      throw new IllegalArgumentException(
          "--counts must be 0 or more, " + ratings + " have negative ones");
    }
    return ratings.map(Math::log1p);
  }

  /** Whether they are no stars, so that predicting them says nothing. */
  boolean areCounts() {
    return counts;
  }

  /** What is taken in place of a rating or count. */
  float taken(float rating) {
    return counts ? (float) Math.log1p(rating) : rating;
  }

  /** What a value of them is. */
  String unit() {
    return counts ? "ln(1 + count)" : "rating";
  }

  /** The name of the file. */
  String name() {
    return DataFiles.name(file);
  }

  Titles titles() throws IOException {
    return Titles.read(titlesFile);
  }
}
