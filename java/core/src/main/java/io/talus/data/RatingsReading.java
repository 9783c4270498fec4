package io.talus.data;

import java.util.List;

/**
 * What came of reading a file of ratings.
 *
 * @param lines how many were looked at: all that are not blank, a header among them
 * @param skipped how many of them were passed over because something was wrong with them; 0 where
 *     {@link RatingsOptions#skipBad} was not asked for
 * @param problems what was wrong with the first of them, each with file, line and what was expected
 */
public record RatingsReading(Ratings ratings, long lines, long skipped, List<String> problems) {
  /** The most problems that are kept. */
  static final int PROBLEMS = 10;

  public RatingsReading {
    problems = List.copyOf(problems);
  }
}
