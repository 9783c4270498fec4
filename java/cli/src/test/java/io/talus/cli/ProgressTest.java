package io.talus.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;

/** Lines, as they stand where nobody watches. */
class ProgressTest {
  private static String told(long steps, long... done) {
    StringWriter out = new StringWriter();
    try (Progress progress = Progress.on(new PrintWriter(out), "Work", steps, "steps")) {
      for (long now : done) {
        progress.stepTo(now, now == steps ? "" : "at " + now);
      }
    }
    return out.toString();
  }

  @Test
  void aLineForEachTenth() {
    long[] done = {1, 99, 100, 250, 300, 400, 401, 500, 600, 700, 800, 950, 1000, 1000};
    assertEquals(10, told(1000, done).lines().count());
    String few = told(3, 1, 2, 3);
    assertEquals(3, few.lines().count());
    assertTrue(few.startsWith("Work: 33 %, at 1, "), few);
    assertTrue(few.contains("Work: 100 %, 0:00 left"), few);
    assertEquals("", told(0));
  }

  private static String found(int... rows) {
    StringWriter out = new StringWriter();
    try (NeighborProgress progress = new NeighborProgress(new PrintWriter(out))) {
      for (int done : rows) {
        progress.found(done, 400);
      }
    }
    return out.toString();
  }

  @Test
  void searchesOfOneStepShowNothing() {
    assertEquals("", found());
    assertEquals("", found(400));
    String all = found(150, 300, 400);
    assertEquals(3, all.lines().count(), all);
    assertTrue(all.startsWith("Finding neighbours: 37 %, "), all);
    assertTrue(all.contains("Finding neighbours: 100 %, 0:00 left"), all);
  }

  @Test
  void timeIsMinutesAndSeconds() {
    assertEquals("0:00 left", Progress.left(0.4));
    assertEquals("1:05 left", Progress.left(65));
    assertEquals("100:00 left", Progress.left(5999.7));
  }
}
