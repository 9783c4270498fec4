package io.talus.backend.cuda;

import com.fasterxml.jackson.jr.ob.JSON;
import io.talus.Device;
import io.talus.Devices;
import io.talus.Workspace;
import io.talus.op.Op;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Map;

/**
 * Runs every case once on the software device, in a process of its own, whose counters go to a
 * file: before the lines of a case's launches there is one that says what the op must move.
 */
final class CostRun {
  /** Names the file, for the program as for the device. */
  static final String FILE = "talus.test.counters";

  /** {@code true}: the main loops of products are counted, not the cases. */
  static final String LOOPS = "talus.test.loops";

  private CostRun() {}

  public static void main(String[] none) throws IOException {
    Path file = Path.of(System.getProperty(FILE));
    Device device = Devices.require(CudaBackend.NAME);
    boolean loops = Boolean.getBoolean(LOOPS);
    for (CostCase one : loops ? ProductCostCases.loops() : CostCases.all()) {
      try (Workspace workspace = device.workspace()) {
        CostCase.Prepared prepared = one.prepared().apply(new CostData(workspace));
        device.synchronize();
        append(file, begin(prepared.op()));
        prepared.run().run();
        device.synchronize();
      }
    }
  }

  private static Map<String, Object> begin(Op op) {
    return Map.of("op", op.name(), "bytes", op.bytes());
  }

  private static void append(Path file, Map<String, Object> line) throws IOException {
    Files.writeString(
        file, JSON.std.asString(line) + "\n", StandardOpenOption.CREATE, StandardOpenOption.APPEND);
  }
}
