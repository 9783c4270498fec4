package io.talus.bench.table;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.OperatingSystemMXBean;
import io.talus.recommend.RatingSimilarity;
import java.lang.management.ManagementFactory;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class TableTest {
  private static final Line LINE =
      new Line(
          "line",
          "group",
          "a line",
          Unit.GFLOPS,
          1e9,
          Rule.SPEED_AT_LEAST,
          0.97,
          List.of("one", "two"),
          3,
          Contest::new);

  private static Samples samples(String talus, String one, String two) {
    Samples samples = new Samples();
    samples.add(Contest.TALUS, talus.split(" "));
    samples.add("one", one.split(" "));
    samples.add("two", two.split(" "));
    return samples;
  }

  @Test
  void talusIsJudgedAgainstTheFasterByRatiosOfTheSameRound() {
    Verdict verdict = Verdict.of(LINE, samples("1.0 2.0 4.0", "0.9 1.9 3.6", "5 5 5"));
    assertEquals("one", verdict.reference());
    assertEquals(0.9, verdict.value(), 1e-12);
    assertFalse(verdict.isMet());
    assertTrue(Verdict.of(LINE, samples("1 1 1", "0.98 0.98 0.98", "5 5 5")).isMet());
  }

  @Test
  void nothingIsJudgedWhileOthersHaveTheProcessors() {
    Samples samples = samples("1 1 1", "9 9 9", "9 9 9");
    samples.add(Contest.OTHER_LOAD, new String[] {"0.3"});
    Verdict verdict = Verdict.of(LINE, samples);
    assertTrue(verdict.isDisturbed());
    assertFalse(verdict.isMet());
    Map<String, Samples> all = Map.of("line", samples);
    String table = String.join("\n", new Report(List.of(LINE), all).markdown());
    assertTrue(table.contains("not judged: others had 30 %"), table);
  }

  @Test
  void whoIsFastEnoughWhileOthersHaveTheProcessorsIs() {
    Line alone =
        new Line(
            "line",
            "group",
            "a line",
            Unit.SECONDS,
            0,
            Rule.ITSELF_AT_MOST,
            2,
            List.of(),
            1,
            Contest::new);
    Samples samples = new Samples();
    samples.add(Contest.TALUS, new String[] {"1.9"});
    samples.add(Contest.OTHER_LOAD, new String[] {"0.3"});
    assertTrue(Verdict.of(alone, samples).isMet());
    samples.add(Contest.TALUS, new String[] {"2.1", "2.1"});
    assertTrue(Verdict.of(alone, samples).isDisturbed());
  }

  @Test
  void processesAddUp() {
    Samples samples = samples("1 1 1", "2 2 2", "3 3 3");
    samples.add(Contest.TALUS, new String[] {"5", "5", "5"});
    assertEquals(3, samples.median(Contest.TALUS).getAsDouble());
  }

  @Test
  void whatCannotBeMeasuredIsSaid() {
    Samples samples = new Samples();
    samples.add(Measuring.UNAVAILABLE, new String[] {"native status 3"});
    Map<String, Samples> all = new HashMap<>();
    all.put("line", samples);
    String table = String.join("\n", new Report(List.of(LINE), all).markdown());
    assertTrue(table.contains("not available: native status 3"), table);
  }

  @Test
  void aNaNIsNotMet() {
    assertFalse(Rule.SPEED_AT_LEAST.isMet(Double.NaN, 1));
    assertFalse(Rule.TIME_AT_MOST.isMet(Double.NaN, 1));
  }

  @Test
  void everyLineHasItsOwnName() {
    List<Line> lines = Lines.all();
    assertEquals(lines.size(), lines.stream().map(Line::id).distinct().count());
  }

  @Test
  void contendersTakeTurns() {
    StringBuilder order = new StringBuilder();
    try (Contest contest = new Contest()) {
      contest.gauge("a", () -> order.append('a').length());
      contest.gauge("b", () -> order.append('b').length());
      contest.run(2);
    }
    // A disturbed attempt is repeated, in the same order.
    assertTrue(order.toString().matches("(abba){1,3}"), order.toString());
  }

  @Test
  void whatAChildDidIsNotTheLoadOfOthers() {
    OperatingSystemMXBean system =
        (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
    OtherLoad load = new OtherLoad();
    OtherLoad withChildren = new OtherLoad(system::getProcessCpuTime);
    ChildProcess.run(List.of(), Spinning.class, "500");
    double others = load.share();
    double more = withChildren.share();
    assertTrue(more > others + 0.05, others + " and " + more);
  }

  /** Keeps a processor busy for as many milliseconds as it is told. */
  static final class Spinning {
    private Spinning() {}

    public static void main(String[] arguments) {
      long end = System.nanoTime() + Long.parseLong(arguments[0]) * 1_000_000;
      while (System.nanoTime() < end) {
        Thread.onSpinWait();
      }
      System.out.println("done");
    }
  }

  @Test
  void everyLargeSimilarityIsInOneGroup() {
    assertEquals(
        RatingSimilarity.byName().size(),
        RecommendLines.largeOf("large-common").length
            + RecommendLines.largeOf("large-whole").length);
  }

  @Test
  void unknownOptionsAreNamed() {
    IllegalArgumentException error =
        assertThrows(IllegalArgumentException.class, () -> new TableCommand("--rounds", "3"));
    assertTrue(error.getMessage().contains("--rounds"), error.getMessage());
  }
}
