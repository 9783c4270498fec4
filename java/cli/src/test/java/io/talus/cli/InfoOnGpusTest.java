package io.talus.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.talus.Devices;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

/** What {@code talus info} says of GPUs, in each state that they can be in. */
class InfoOnGpusTest {

  private static String info(Map<String, String> settings) throws Exception {
    ChildRun run = ChildRun.onSoftwareDevice(settings, "info");
    assertEquals(0, run.status(), run.output());
    return run.output();
  }

  private static void assertContains(String part, String text) {
    assertTrue(text.contains(part), () -> "'" + part + "' is not in:\n" + text);
  }

  @Test
  void noDriver() throws Exception {
    Assumptions.assumeTrue(
        Devices.all().stream()
            .anyMatch(
                found ->
                    found.name().equals("cuda")
                        && String.valueOf(found.reason()).contains("no NVIDIA driver")),
        "this machine has a driver");
    ChildRun run = ChildRun.run(Map.of(), List.of(), "info");
    assertEquals(0, run.status(), run.output());
    assertContains("cuda      unavailable: there is no NVIDIA driver here", run.output());
  }

  @Test
  void oneDevice() throws Exception {
    String text = info(Map.of());
    assertContains("cuda      softcuda software device 0", text);
    assertContains("compute capability 8.0", text);
    assertContains("4.0 GiB of 4.0 GiB free; Talus uses 0.0 MiB", text);
    assertFalse(text.contains("multiprocessors  <- used"), "chosen unasked:\n" + text);
  }

  @Test
  void twoDevices() throws Exception {
    String text = info(Map.of("SOFTCUDA_DEVICES", "2"));
    assertContains("cuda      softcuda software device 0", text);
    assertContains("cuda:1    softcuda software device 1", text);
  }

  @Test
  void driverTooOld() throws Exception {
    String text = info(Map.of("SOFTCUDA_DRIVER", "10020"));
    assertContains(
        "cuda      unavailable: the NVIDIA driver is for CUDA 10.2; the kernels need", text);
  }

  @Test
  void noDevice() throws Exception {
    String text = info(Map.of("SOFTCUDA_DEVICES", "0"));
    assertContains("cuda      unavailable: the driver finds no GPU; CUDA_VISIBLE_DEVICES", text);
  }

  @Test
  void capabilityTooLow() throws Exception {
    String text = info(Map.of("SOFTCUDA_CC", "7.0"));
    assertContains("cuda      unavailable: GPU 0 is not used:", text);
    assertContains("need compute capability 7.5 or higher", text);
  }
}
