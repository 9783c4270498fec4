package io.talus.backend.cuda;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import com.fasterxml.jackson.jr.ob.JSON;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Rows that several blocks share: by how many is the device's matter, and changes no bit. */
@Tag("emulated")
class CudaWideRowsTest {
  @TempDir Path folder;

  private SoftwareDevice.Outcome run(int multiprocessors, Path counters) throws Exception {
    Map<String, String> settings = new HashMap<>();
    settings.put("SOFTCUDA_MULTIPROCESSORS", String.valueOf(multiprocessors));
    settings.put("SOFTCUDA_CHECK", "races");
    settings.put("SOFTCUDA_SEED", "3");
    settings.put("SOFTCUDA_COUNTERS", counters.toString());
    SoftwareDevice.Outcome outcome = SoftwareDevice.run(WideRows.class, settings);
    assertEquals("", outcome.findings());
    assertEquals(0, outcome.status(), outcome.output());
    return outcome;
  }

  /** Blocks that shared a row, in each launch of softmax before those at the same time. */
  private static List<Long> teams(Path counters) throws IOException {
    List<Long> teams = new ArrayList<>();
    for (String line : Files.readAllLines(counters)) {
      CostLaunch launch = CostLaunch.of(JSON.std.mapFrom(line));
      if (launch.kernel().startsWith("softmax_f32_sliced") && teams.size() < 6) {
        teams.add(launch.blocks() / WideRows.ROWS);
      }
    }
    return teams;
  }

  /** 13 slices; as many blocks may wait as there are multiprocessors, in all streams together. */
  @Test
  void sameBitsHoweverManyBlocksShareARow() throws Exception {
    Map<Integer, List<Long>> expected =
        Map.of(
            1, List.of(2L, 1L, 1L, 2L, 1L, 1L),
            16, List.of(13L, 5L, 1L, 13L, 5L, 1L));
    List<String> outputs = new ArrayList<>();
    for (int multiprocessors : expected.keySet()) {
      Path counters = folder.resolve(multiprocessors + ".jsonl");
      outputs.addAll(run(multiprocessors, counters).output().lines().toList());
      assertEquals(expected.get(multiprocessors), teams(counters));
    }
    assertFalse(outputs.isEmpty());
    assertEquals(Collections.nCopies(2 * 3 * WideRows.WORKSPACES, outputs.get(0)), outputs);
  }
}
