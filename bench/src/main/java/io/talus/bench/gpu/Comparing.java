package io.talus.bench.gpu;

import io.talus.Device;
import io.talus.Devices;
import io.talus.bench.work.Work;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The process that compares results with the software device's, or writes those down. */
public final class Comparing {
  private Comparing() {}

  /**
   * @param arguments the file to write to, the device, and, to write them down, where to
   */
  public static void main(String[] arguments) throws IOException {
    Device device = Devices.require(arguments[1]);
    try (Records records = new Records(Path.of(arguments[0]))) {
      if (arguments.length > 2) {
        write(device, Path.of(arguments[2]), records);
      } else {
        compare(device, records);
      }
    }
  }

  /** The results of one case; null, and a record of it, where it fails. */
  private static List<Bits> run(Device device, Case one, Records records) {
    try (Work work = one.make(device)) {
      return Bits.of(work);
    } catch (RuntimeException failed) {
      records.add("bits", one.kind(), one.shape(), "failed", failed.getMessage(), "");
      return null;
    }
  }

  private static void write(Device device, Path file, Records records) throws IOException {
    List<String> lines = new ArrayList<>();
    Golden.Setting setting = Golden.Setting.of(device);
    for (Case one : Plan.compared()) {
      List<Bits> results = run(device, one, records);
      if (results != null) {
        results.forEach(bits -> lines.add(Golden.line(setting, one, bits)));
      }
    }
    Golden.write(file, setting, lines);
  }

  private static void compare(Device device, Records records) throws IOException {
    Golden golden = Golden.load(device);
    records.add("golden", golden.setting(), Golden.Setting.of(device));
    for (Case one : Plan.compared()) {
      List<Bits> results = run(device, one, records);
      if (results != null) {
        compare(one, golden.of(one), results, records);
      }
    }
  }

  private static void compare(Case one, List<Bits> golden, List<Bits> results, Records records) {
    if (golden.isEmpty()) {
      records.add("bits", one.kind(), one.shape(), "unknown", "", "");
      return;
    }
    boolean same = golden.size() == results.size();
    long ulps = 0;
    long differing = 0;
    long sampled = 0;
    for (int i = 0; i < Math.min(golden.size(), results.size()); i++) {
      same &= golden.get(i).isSame(results.get(i));
      ulps = Math.max(ulps, golden.get(i).ulps(results.get(i)));
      differing += golden.get(i).differing(results.get(i));
      sampled += golden.get(i).sample().length;
    }
    records.add(
        "bits",
        one.kind(),
        one.shape(),
        same ? "same" : "differs",
        ulps,
        differing + " of " + sampled);
  }
}
