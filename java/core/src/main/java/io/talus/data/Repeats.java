package io.talus.data;

/**
 * What becomes of several ratings of one item by one user. Of those, one stays; {@link
 * Ratings#duplicates} counts the others. It has the time of the last one given, but for FIRST.
 */
public enum Repeats {
  /** The last one given. */
  LAST,
  /** The first one given. */
  FIRST,
  /** Their sum, as of counts: plays in several sessions, say, or one line for each view. */
  SUM,
  /** Their mean. */
  MEAN,
  /** The greatest. */
  GREATEST,
  /** None may be: a repeated rating is an error. */
  REFUSED;

  /** One value of those up to now, {@code count} of them, and of one given later. */
  double of(double before, int count, double later) {
    return switch (this) {
      case LAST, REFUSED -> later;
      case FIRST -> before;
      case SUM -> before + later;
      case MEAN -> before + (later - before) / (count + 1);
      case GREATEST -> Math.max(before, later);
    };
  }
}
