package io.talus;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import io.talus.backend.BackendUnavailableException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which devices there are, and which one is chosen. */
class DevicesTest {

  @AfterEach
  void choosesFreelyAgain() {
    System.clearProperty("talus.device");
  }

  @Test
  void everyFindingIsADeviceOrAReason() {
    assertFalse(Devices.all().isEmpty());
    for (Devices.Finding finding : Devices.all()) {
      if (finding.isAvailable()) {
        assertSame(finding.device(), Devices.require(finding.name()));
        assertEquals(finding.name(), finding.device().name());
        assertTrue(finding.device().toString().startsWith(finding.name() + ": "));
      } else {
        assertNotNull(finding.reason());
        BackendUnavailableException thrown =
            assertThrows(BackendUnavailableException.class, () -> Devices.require(finding.name()));
        assertSame(finding.reason(), thrown.getCause());
      }
    }
    Devices.Finding last = Devices.all().get(Devices.all().size() - 1);
    assertEquals("java", last.name(), "the last resort comes last");
    assertTrue(last.isAvailable());
  }

  @Test
  void theBestIsTheFirstThatCanBeUsedAndIsNotEmulated() {
    Device first =
        Devices.available().stream().filter(device -> !device.isEmulated()).findFirst().get();
    assertSame(first, Devices.best());
    System.setProperty("talus.device", " auto ");
    assertSame(first, Devices.best());
  }

  @Test
  void anEmulatedOneIsUsedWhenAskedForOnly() {
    List<Device> emulated = Devices.available().stream().filter(Device::isEmulated).toList();
    assumeFalse(emulated.isEmpty(), "no device is emulated");
    assertFalse(Devices.best().isEmulated());
    System.setProperty("talus.device", emulated.get(0).name());
    assertSame(emulated.get(0), Devices.best());
  }

  @Test
  void aForcedDeviceIsUsedAndAnUnknownOneIsAnError() {
    System.setProperty("talus.device", "java");
    assertEquals("java", Devices.best().name());
    System.setProperty("talus.device", "abacus");
    String message = assertThrows(IllegalArgumentException.class, Devices::best).getMessage();
    assertTrue(message.startsWith("there is no device 'abacus'; known are auto, "), message);
    assertTrue(message.endsWith("java"), message);
  }

  /** In a process of its own, because a device is started once. */
  @Test
  void aForcedDeviceThatCannotRunIsAnErrorWithItsReason(@TempDir Path folder) throws Exception {
    String output = best(folder, "-Dtalus.cpu.isa=mmx", "-Dtalus.device=cpu");
    assertTrue(output.contains("BackendUnavailableException: device cpu cannot be used"), output);
    // Not forced, the next one is taken, and the log says why.
    output = best(folder, "-Dtalus.cpu.isa=mmx");
    assertTrue(output.contains("chosen java"), output);
    assertTrue(output.contains("cpu (talus.cpu.isa: "), output);
  }

  private static String best(Path folder, String... options) throws Exception {
    Path program = folder.resolve("Best.java");
    Files.writeString(
        program,
        "class Best { public static void main(String[] a) {"
            + " System.out.println(\"chosen \" + io.talus.Devices.best().name()); } }");
    return ChildJvm.run(Map.of(), List.of(options), program.toString()).output();
  }
}
