package io.talus.cli;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import me.tongfei.progressbar.DelegatingProgressBarConsumer;
import org.junit.jupiter.api.Test;

class TrainingProgressTest {
  private static final int COLUMNS = 80;

  @Test
  void theBarHasLossTimeAndSpeedInEightyColumns() {
    List<String> drawn = Collections.synchronizedList(new ArrayList<>());
    try (TrainingProgress progress =
        TrainingProgress.bar(
            new PrintWriter(new StringWriter()),
            12,
            54_000,
            128,
            new DelegatingProgressBarConsumer(drawn::add, COLUMNS))) {
      progress.part("fold 2 of 5", 54_000);
      progress.batchDone(1, 211, 422, 1.2345f);
      progress.batchDone(1, 422, 422, 1.2345f);
    }
    String colored = drawn.get(drawn.size() - 1);
    String last = colored.replaceAll("\u001b\\[[0-9;]*m", "").strip();
    assertTrue(last.length() <= COLUMNS, last);
    assertTrue(last.startsWith("fold 2 of 5"), last);
    assertTrue(last.contains("54000/648000"), last);
    assertTrue(last.matches(".*\\(\\S+ / \\S+\\) \\S+/s.*"), last);
    assertTrue(last.contains("loss 1.2345"), last);
  }
}
