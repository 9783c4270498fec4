package io.talus.bench.table;

import io.talus.tensor.DeviceException;
import java.io.UncheckedIOException;
import java.util.Map;

/**
 * The process that measures the lines of one group. Prints one line for each contender: line,
 * contender and a number for each round, between tabs.
 */
public final class Measuring {
  /** Stands for the contender where a line cannot be measured; the reason follows. */
  static final String UNAVAILABLE = "!";

  private Measuring() {}

  public static void main(String[] arguments) {
    Lines.ofGroup(arguments[0]).forEach(Measuring::measure);
  }

  private static void measure(Line line) {
    try (Contest contest = line.contest().get()) {
      for (Map.Entry<String, double[]> result : contest.run(line.rounds()).entrySet()) {
        StringBuilder text = new StringBuilder(line.id()).append('\t').append(result.getKey());
        for (double value : result.getValue()) {
          text.append('\t').append(value);
        }
        System.out.println(text);
      }
    } catch (DeviceException | UncheckedIOException missing) {
      String reason = missing.getMessage().replaceAll("[\\t\\n].*", "");
      System.out.println(line.id() + '\t' + UNAVAILABLE + '\t' + reason);
    }
  }
}
