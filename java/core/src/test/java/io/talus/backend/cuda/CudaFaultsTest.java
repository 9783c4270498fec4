package io.talus.backend.cuda;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Bad days: each in a process of its own, with a software device that fails on demand. */
@Tag("emulated")
class CudaFaultsTest {

  @Test
  void everyCallThatFailsIsAnExceptionAndLeavesNothingBehind(@TempDir Path folder)
      throws Exception {
    Path faults = Files.createFile(folder.resolve("faults"));
    SoftwareDevice.Outcome outcome =
        SoftwareDevice.run(
            FaultSweep.class, Map.of("SOFTCUDA_FAIL", "@" + faults), "-Dfaults=" + faults);
    assertEquals("", outcome.findings());
    assertEquals(0, outcome.status(), outcome.output());
    assertTrue(outcome.output().matches("tried \\d{2,}\\s*"), outcome.output());
  }

  @Test
  void afterAnIllegalAddressTheDeviceIsLostAndTheRestGoesOn(@TempDir Path folder) throws Exception {
    Path faults = Files.createFile(folder.resolve("faults"));
    SoftwareDevice.Outcome outcome =
        SoftwareDevice.run(
            LostDevice.class, Map.of("SOFTCUDA_FAIL", "@" + faults), "-Dfaults=" + faults);
    assertEquals(0, outcome.status(), outcome.output());
    String lost = "cuda was lost by an earlier error";
    assertTrue(outcome.output().contains("CUDA_ERROR_ILLEGAL_ADDRESS (700"), outcome.output());
    for (String when : new String[] {"after", "copy", "new", "workspace"}) {
      assertTrue(outcome.output().contains(when + ": " + lost), outcome.output());
    }
    assertTrue(outcome.output().contains("-Dtalus.device=cpu"), outcome.output());
    assertTrue(outcome.output().contains("bytes 0\njava 2.0"), outcome.output());
  }

  @Test
  void outOfMemoryTellsWhatHoldsItAndWorkGoesOn() throws Exception {
    SoftwareDevice.Outcome outcome =
        SoftwareDevice.run(SmallMemory.class, Map.of("SOFTCUDA_MEM", "32M"));
    assertEquals("", outcome.findings());
    assertTrue(
        outcome
            .output()
            .contains("out of memory: Tensor 1000x1000 needs 4000000 bytes, more than is left of"),
        outcome.output());
    assertTrue(outcome.output().contains("bytes 0\ngoes on true"), outcome.output());
  }

  @Test
  void theLimitSetByThePropertyHoldsToo() throws Exception {
    SoftwareDevice.Outcome outcome =
        SoftwareDevice.run(SmallMemory.class, Map.of(), "-Dtalus.cuda.memory=20000000");
    assertEquals("", outcome.findings());
    assertTrue(
        outcome.output().contains("the limit of 20000000 bytes (talus.cuda.memory)"),
        outcome.output());
    assertTrue(outcome.output().contains("bytes 0\ngoes on true"), outcome.output());
  }

  @Test
  void neighboursStayWithinTheMemoryToldAhead() throws Exception {
    SoftwareDevice.Outcome outcome = SoftwareDevice.run(NeighborsInMemory.class, Map.of());
    assertEquals("", outcome.findings());
    String told = "some within true near true\n".repeat(3) + "one within true near true\n";
    assertEquals(told, outcome.output());
  }

  @Test
  void threadsAndDevicesSideBySideGiveTheSameBits() throws Exception {
    SoftwareDevice.Outcome outcome =
        SoftwareDevice.run(
            SideBySide.class,
            Map.of("SOFTCUDA_DEVICES", "2", "SOFTCUDA_SEED", "5", "SOFTCUDA_CHECK", "races"));
    assertEquals("", outcome.findings());
    assertTrue(
        outcome
            .output()
            .startsWith(
                "same true\nsame true\nsame true\nsame true\none workspace true\n"
                    + "Tensor 3 is on device cuda:1, not on cuda"),
        outcome.output());
  }
}
