package io.talus.backend.cpu;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.talus.Devices;
import io.talus.backend.BackendUnavailableException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The choice of instruction set and threads. */
class CpuBackendProviderTest {

  @BeforeEach
  void needsTheNativeBackend() {
    boolean there = Devices.available().stream().anyMatch(device -> device.name().equals("cpu"));
    Assumptions.assumeTrue(there, "the native backend is not there");
  }

  @AfterEach
  void restore() {
    CpuSettings.restore();
  }

  @Test
  void aForcedInstructionSetIsUsed() {
    for (String set : CpuSettings.INSTRUCTION_SETS) {
      if (CpuSettings.supports(set)) {
        CpuSettings.selectInstructionSet(set);
        assertEquals(set, TalusCpu.talus_cpu_isa());
        String description = Devices.require("cpu").description();
        assertTrue(description.contains(set), description);
      } else {
        String message =
            assertThrows(
                    BackendUnavailableException.class, () -> CpuSettings.selectInstructionSet(set))
                .getMessage();
        assertTrue(message.contains("this processor lacks " + set), message);
      }
    }
  }

  @Test
  void anUnknownInstructionSetIsAnErrorAndChangesNothing() {
    CpuSettings.selectInstructionSet("portable");
    String message =
        assertThrows(
                BackendUnavailableException.class, () -> CpuSettings.selectInstructionSet("mmx"))
            .getMessage();
    assertEquals(
        "talus.cpu.isa: there is no instruction set 'mmx'; known are auto, avx512, avx2, portable",
        message);
    assertEquals("portable", TalusCpu.talus_cpu_isa());
  }

  @Test
  void threadsAreBoundedAsAsked() {
    CpuSettings.setThreads(1);
    assertEquals(1, TalusCpu.talus_cpu_threads());
    CpuSettings.setThreads(0);
    assertTrue(TalusCpu.talus_cpu_threads() >= 1);
  }
}
