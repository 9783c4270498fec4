package io.talus.cli;

import io.talus.data.Ratings;
import io.talus.data.SyntheticRatings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Ratings drawn at random, and the file that commands read them from. */
final class RatingsFile {
  private static final long SEED = 3;

  private RatingsFile() {}

  /** 60 users and 40 items in 4 clusters, 12 ratings of each user. */
  static Ratings drawn() {
    return SyntheticRatings.clustered(60, 40, 4, 12, SEED).ratings();
  }

  /**
   * Writes them with ids of their indices and with times, the ratings of a user one after the
   * other.
   */
  static Path write(Ratings ratings, Path file) throws IOException {
    StringBuilder lines = new StringBuilder("user,item,rating,time\n");
    for (int user = 0; user < ratings.users(); user++) {
      for (int at = ratings.byUser().start(user); at < ratings.byUser().end(user); at++) {
        lines.append('u').append(user).append(",i").append(ratings.byUser().column(at)).append(',');
        lines.append(ratings.byUser().value(at)).append(',').append(1000 + at).append('\n');
      }
    }
    return Files.writeString(file, lines);
  }
}
