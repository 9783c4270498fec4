package io.talus.bench;

import io.talus.bench.work.WrongAnswerException;
import io.talus.data.Ratings;
import io.talus.data.RatingsReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Random;

/**
 * How fast ratings are read: ten million lines of user, item, stars and time as MovieLens has them,
 * drawn with a seed and written to a file that is deleted afterwards. Prints the table of {@code
 * bench/results/recommend-DATE.md}. Argument: rounds (3).
 */
public final class ReadingTable {
  private static final int LINES = 10_000_000;
  private static final int USERS = 70_000;
  private static final int ITEMS = 10_000;

  private ReadingTable() {}

  public static void main(String[] arguments) throws IOException {
    int rounds = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 3;
    Path file = Files.createTempFile("talus-ratings", ".tsv");
    try {
      write(file);
      System.out.printf("| %,d lines | s | lines a second |%n| --- | --- | --- |%n", LINES);
      for (int round = 1; round <= rounds; round++) {
        long begin = System.nanoTime();
        Ratings ratings = RatingsReader.read(file);
        double seconds = (System.nanoTime() - begin) * 1e-9;
        if (ratings.users() != USERS || ratings.items() != ITEMS) {
          throw new WrongAnswerException("read " + ratings);
        }
        System.out.printf(
            Locale.ROOT, "| round %d | %.2f | %,.0f |%n", round, seconds, LINES / seconds);
      }
    } finally {
      Files.delete(file);
    }
  }

  /** Items are the more popular the smaller their number; some pairs come more than once. */
  private static void write(Path file) throws IOException {
    Random random = new Random(1);
    try (BufferedWriter lines = Files.newBufferedWriter(file)) {
      for (int i = 0; i < LINES; i++) {
        int item = 1 + (int) (Math.pow(random.nextDouble(), 3) * ITEMS);
        lines.write((1 + random.nextInt(USERS)) + "\t" + item + "\t" + (1 + random.nextInt(5)));
        lines.write("\t" + (880_000_000 + random.nextInt(10_000_000)) + "\n");
      }
    }
  }
}
