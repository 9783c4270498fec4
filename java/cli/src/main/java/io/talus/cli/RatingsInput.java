package io.talus.cli;

import io.talus.data.Ratings;
import io.talus.data.RatingsReader;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
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
      names = "--titles",
      paramLabel = "FILE",
      description = "What items are called: their id in the first column, the title in the second.")
  private Path titlesFile;

  /** Reads the ratings, and says what they are. */
  Ratings read() throws IOException {
    if (file == null) {
      throw new ParameterException(
          command.commandLine(), "--ratings=FILE is missing: the ratings to learn from");
    }
    Ratings ratings = RatingsReader.read(file);
    PrintWriter terminal = command.commandLine().getOut();
    terminal.println(ratings);
    terminal.flush();
    return counts ? logarithms(ratings) : ratings;
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
