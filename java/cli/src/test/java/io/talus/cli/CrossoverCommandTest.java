package io.talus.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import io.talus.Devices;
import org.junit.jupiter.api.Test;

class CrossoverCommandTest {

  @Test
  void withoutAGpuItSaysWhyAndWhatThen() {
    assumeFalse(
        Devices.available().stream().anyMatch(device -> device.name().equals("cuda")),
        "this machine has a GPU");
    CommandRun run = CommandRun.of("bench", "crossover");
    assertEquals(1, run.status());
    assertTrue(
        run.out().contains("There is no GPU to compare the CPU with: device cuda"), run.out());
  }

  @Test
  void theCrossingIsWhereItStaysFaster() {
    CrossoverCommand.Crossing none = new CrossoverCommand.Crossing();
    none.add(1, true);
    none.add(2, false);
    assertEquals("at no size up to n = 2", none.describe("n"));
    none.add(4, true);
    none.add(8, true);
    assertEquals("from n = 4 on", none.describe("n"));
    CrossoverCommand.Crossing always = new CrossoverCommand.Crossing();
    always.add(1, true);
    assertEquals("at every size from n = 1", always.describe("n"));
  }

  @Test
  void transfersChangeNoResult() {
    for (CrossoverWork.Kind kind : CrossoverWork.Kind.values()) {
      try (CrossoverWork work = kind.make(Devices.require("java"), 16)) {
        work.launch();
        float[] first = work.result();
        work.runWithTransfers();
        assertFalse(first.length == 0);
        for (int i = 0; i < first.length; i++) {
          assertEquals(first[i], work.result()[i], kind.title());
        }
      }
    }
  }
}
