package io.talus.backend.cuda;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
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

  /** In the third run of a recorded step: its second replay. */
  @Test
  void aDeviceLostInARecordedStepLeavesTheOthersUsable(@TempDir Path folder) throws Exception {
    Path faults = Files.createFile(folder.resolve("faults"));
    SoftwareDevice.Outcome outcome =
        SoftwareDevice.run(
            LostInTraining.class,
            Map.of("SOFTCUDA_FAIL", "@" + faults, "SOFTCUDA_DEVICES", "2"),
            "-Dfaults=" + faults,
            "-Dlost=cuGraphLaunch:2:999");
    assertEquals("", outcome.findings());
    assertLost(outcome, "a recording: cuGraphLaunch gave CUDA_ERROR_UNKNOWN (999");
  }

  /** Adam's results go where no memory is, which shows when they are waited for. */
  @Test
  void anIllegalAddressInARecordedStepLeavesTheOthersUsable(@TempDir Path folder) throws Exception {
    SoftwareDevice.Outcome outcome =
        SoftwareDevice.run(
            LostInTraining.class,
            Map.of("SOFTCUDA_DEVICES", "2"),
            optimizersThatWriteElsewhere(folder));
    assertTrue(outcome.findings().contains("\"out-of-bounds\""), outcome.findings());
    assertTrue(outcome.findings().contains("adam_f32"), outcome.findings());
    assertLost(outcome, "CUDA_ERROR_ILLEGAL_ADDRESS (700");
  }

  private static String optimizersThatWriteElsewhere(Path folder) throws IOException {
    return ChangedKernels.write(
        folder, "optimizer", "(st\\.global\\.(v4\\.)?f32\\s+\\[%rd\\d+)]", "$1+1073741824]");
  }

  /** Noticed by whoever waits next, or with the property by the operation itself. */
  @Test
  void errorsNameTheirOperationWhereItIsWaitedFor(@TempDir Path folder) throws Exception {
    String kernels = optimizersThatWriteElsewhere(folder);
    String late = SoftwareDevice.run(NamedError.class, Map.of(), kernels).output();
    assertTrue(late.contains("operation: nothing\n"), late);
    assertTrue(late.contains("reading: copying results, or an operation before them: "), late);
    String named =
        SoftwareDevice.run(NamedError.class, Map.of(), kernels, "-Dtalus.cuda.sync=true").output();
    assertTrue(named.contains("operation: Sgd["), named);
    assertTrue(named.contains("CUDA_ERROR_ILLEGAL_ADDRESS (700"), named);
    assertTrue(named.contains("reading: cuda was lost by an earlier error"), named);
  }

  private static void assertLost(SoftwareDevice.Outcome outcome, String cause) {
    String output = outcome.output();
    assertEquals(0, outcome.status(), output);
    assertTrue(output.lines().anyMatch(s -> s.startsWith("during: ") && s.contains(cause)), output);
    for (String when : new String[] {"again", "waiting"}) {
      assertTrue(output.contains(when + ": cuda was lost by an earlier error"), output);
    }
    assertTrue(output.contains("\nbytes 0\nsecond true\njava true\n"), output);
  }

  /** As GPUs keep it; the software device alone gives everything back at once. */
  @Test
  void memoryKeptForLaterGivesTheSameBits() throws Exception {
    Map<String, String> settings = Map.of("SOFTCUDA_SEED", "11", "SOFTCUDA_CHECK", "races");
    SoftwareDevice.Outcome given = SoftwareDevice.run(KeptMemory.class, settings);
    SoftwareDevice.Outcome kept =
        SoftwareDevice.run(KeptMemory.class, settings, "-Dtalus.cuda.keep=true");
    assertEquals("", given.findings() + kept.findings());
    String none = "new blocks 0\n";
    assertTrue(kept.output().endsWith(none), kept.output());
    assertFalse(given.output().endsWith(none), "so does what keeps nothing");
    assertEquals(given.output().split("\n")[0], kept.output().split("\n")[0]);
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
