package io.talus.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.talus.Devices;
import org.junit.jupiter.api.Test;

class InfoCommandTest {

  @Test
  void showsEveryDeviceAndMarksTheOneInUse() {
    CommandRun run = CommandRun.of("info");

    assertEquals(0, run.status(), run.err());
    for (Devices.Finding finding : Devices.all()) {
      assertTrue(run.out().contains(finding.name()), run.out());
    }
    String used = Devices.best().description() + "  <- used";
    assertTrue(run.out().contains(used), run.out());
    assertTrue(run.out().contains(System.getProperty("java.version")), run.out());
  }

  @Test
  void aWrongOptionExitsWithTwo() {
    CommandRun run = CommandRun.of("info", "--nonsense");

    assertEquals(2, run.status());
    assertTrue(run.err().contains("--nonsense"), run.err());
  }
}
