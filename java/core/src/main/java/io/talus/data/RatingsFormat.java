package io.talus.data;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * How a text file of ratings is laid out: one rating in a line, its columns counted from 0. Further
 * columns are not looked at. Text is UTF-8; blanks around a column and blank lines do not count.
 *
 * @param separator what stands between columns; {@link #BLANKS} means any run of spaces and tabs.
 *     With a comma or a semicolon, columns may be in double quotes
 * @param user the column of the user's id, which may be any text
 * @param item the column of the item's id, which may be any text
 * @param rating the column of the rating, a finite decimal number, or {@link #NONE}: then each line
 *     is a view or a purchase that counts 1, and {@link Repeats#SUM} counts them
 * @param timestamp the column of the time, a whole number, or {@link #NONE}
 * @param header whether the first line holds names
 */
public record RatingsFormat(
    String separator, int user, int item, int rating, int timestamp, boolean header) {
  /** In place of a column that is not there. */
  public static final int NONE = -1;

  /** A separator: any run of spaces and tabs. */
  public static final String BLANKS = " ";

  /** {@code user TAB item TAB rating TAB time}: MovieLens 100K's {@code u.data} and its splits. */
  public static final RatingsFormat TABS = new RatingsFormat("\t", 0, 1, 2, 3, false);

  /** {@code user::item::rating::time}: MovieLens 1M's and 10M's {@code ratings.dat}. */
  public static final RatingsFormat DOUBLE_COLONS = new RatingsFormat("::", 0, 1, 2, 3, false);

  /** {@code user,item,rating,time} after a line of names: newer MovieLens' {@code ratings.csv}. */
  public static final RatingsFormat CSV = new RatingsFormat(",", 0, 1, 2, 3, true);

  /** What a header calls its columns, in lower case; of users and items less a last "id". */
  private static final Set<String> USER = Set.of("user", "u");

  private static final Set<String> ITEM =
      Set.of("item", "i", "movie", "film", "artist", "product", "book", "track", "song");
  private static final Set<String> RATING =
      Set.of("rating", "score", "value", "stars", "weight", "count", "plays", "preference");
  private static final Set<String> TIME = Set.of("timestamp", "time", "unixtime");

  /**
   * @throws IllegalArgumentException when the separator is empty or a column is negative or named
   *     twice
   */
  public RatingsFormat {
    if (separator.isEmpty() || separator.contains("\n") || separator.contains("\"")) {
      throw new IllegalArgumentException("not a separator: " + quoted(separator));
    }
    boolean distinct =
        user != item
            && user != rating
            && item != rating
            && timestamp != user
            && timestamp != item
            && (timestamp != rating || timestamp == NONE);
    if (!distinct || user < 0 || item < 0 || rating < NONE || timestamp < NONE) {
      throw new IllegalArgumentException(
          String.format(
              "columns must differ and count from 0: user %d, item %d, rating %d, timestamp %d",
              user, item, rating, timestamp));
    }
  }

  /** The same without looking at times. */
  public RatingsFormat withoutTimestamps() {
    return new RatingsFormat(separator, user, item, rating, NONE, header);
  }

  /** The same without looking at ratings: each line counts 1. */
  public RatingsFormat withoutRatings() {
    return new RatingsFormat(separator, user, item, NONE, timestamp, header);
  }

  /**
   * The layout of a file whose first line is that and names its columns. The separator is found as
   * by {@link #detect}.
   *
   * @throws IllegalArgumentException when no separator occurs, or a name does not, or not once
   */
  public static RatingsFormat named(String firstLine, RatingsColumns names) {
    String separator = separatorOf(firstLine);
    List<String> found = columns(firstLine, separator);
    return new RatingsFormat(
        separator,
        position(found, names.user()),
        position(found, names.item()),
        names.rating() == null ? NONE : position(found, names.rating()),
        names.timestamp() == null ? NONE : position(found, names.timestamp()),
        true);
  }

  private static int position(List<String> found, String name) {
    int[] at =
        IntStream.range(0, found.size()).filter(i -> found.get(i).equalsIgnoreCase(name)).toArray();
    if (at.length != 1) {
      String how = at.length == 0 ? "no column" : at.length + " columns";
      throw new IllegalArgumentException(
          "found " + how + " of the name " + quoted(name) + " among " + found);
    }
    return at[0];
  }

  /**
   * The layout as the first line shows it. The separator is the first of {@code ::}, TAB, comma,
   * semicolon, {@code |} and blanks that occurs. The line is a header when it names a user, an item
   * and a rating column in the usual words, in any order; else columns are user, item, rating and,
   * where the fourth column is a whole number, time.
   *
   * @throws IllegalArgumentException when no separator occurs
   */
  public static RatingsFormat detect(String firstLine) {
    String separator = separatorOf(firstLine);
    List<String> columns = columns(firstLine, separator);
    List<String> names =
        columns.stream()
            .map(name -> name.toLowerCase(Locale.ROOT).replaceAll("[^a-z]|id$", ""))
            .toList();
    int user = position(names, USER);
    int item = position(names, ITEM);
    int rating = position(names, RATING);
    if (user >= 0 && item >= 0 && rating >= 0) {
      return new RatingsFormat(separator, user, item, rating, position(names, TIME), true);
    }
    boolean time = columns.size() > 3 && columns.get(3).matches("-?[0-9]{1,18}");
    return new RatingsFormat(separator, 0, 1, 2, time ? 3 : NONE, false);
  }

  private static String separatorOf(String firstLine) {
    return List.of("::", "\t", ",", ";", "|", BLANKS).stream()
        .filter(firstLine.strip()::contains)
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "found "
                        + quoted(firstLine)
                        + ", expected user, item and rating separated by TAB, '::', ',', ';', '|'"
                        + " or blanks"));
  }

  private static List<String> columns(String line, String separator) {
    RatingsFields fields = new RatingsFields(separator);
    byte[] bytes = line.getBytes(StandardCharsets.UTF_8);
    int count = fields.split(bytes, 0, bytes.length, Integer.MAX_VALUE);
    return IntStream.range(0, count).mapToObj(i -> fields.text(bytes, i)).toList();
  }

  private static int position(List<String> names, Set<String> words) {
    for (int i = 0; i < names.size(); i++) {
      if (words.contains(names.get(i))) {
        return i;
      }
    }
    return NONE;
  }

  /** What a line should hold, in words. */
  String expectation() {
    String what =
        String.format(
            "user in column %d, item in column %d%s%s",
            user + 1,
            item + 1,
            rating == NONE ? "" : ", rating in column " + (rating + 1),
            timestamp == NONE ? "" : ", time in column " + (timestamp + 1));
    return what + ", separated by " + (separator.equals(BLANKS) ? "blanks" : quoted(separator));
  }

  static String quoted(String text) {
    String shown = text.length() > 60 ? text.substring(0, 60) + "..." : text;
    return "'" + shown.replace("\t", "\\t").replace("\r", "\\r").replace("\n", "\\n") + "'";
  }
}
