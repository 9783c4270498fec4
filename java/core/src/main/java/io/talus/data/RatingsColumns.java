package io.talus.data;

import java.util.Objects;

/**
 * What the first line of a file of ratings calls its columns, capitals or not.
 *
 * @param rating null where there is none: then each line counts 1
 * @param timestamp null where there is none, or none to be looked at
 */
public record RatingsColumns(String user, String item, String rating, String timestamp) {

  public RatingsColumns {
    Objects.requireNonNull(user, "user");
    Objects.requireNonNull(item, "item");
  }

  /** Ratings without times. */
  public RatingsColumns(String user, String item, String rating) {
    this(user, item, rating, null);
  }
}
