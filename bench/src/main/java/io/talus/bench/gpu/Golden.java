package io.talus.bench.gpu;

import io.talus.Device;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The software device's results, in the resource {@code golden.tsv}: for each level of PTX, with as
 * many multiprocessors as some GPUs have, since these decide how products are split and so their
 * last bits.
 */
final class Golden {
  static final String RESOURCE = "golden.tsv";

  private static final Pattern DESCRIPTION =
      Pattern.compile("compute capability (\\d+)\\.\\d, (\\d+) multiprocessors");
  private static final String HEADER =
      "# Results on the software device, compared with a GPU's by bench/gpu-check."
          + " Written by bench/gpu-check --write-golden.";

  private final Map<String, List<Bits>> results = new HashMap<>();
  private final Setting setting;

  /**
   * What results depend on.
   *
   * @param level {@code sm_75} or {@code sm_80}: which compilation of the kernels
   */
  record Setting(String level, int multiprocessors) {
    static Setting of(Device device) {
      Matcher found = DESCRIPTION.matcher(device.description());
      return found.find()
          ? new Setting(
              Integer.parseInt(found.group(1)) < 8 ? "sm_75" : "sm_80",
              Integer.parseInt(found.group(2)))
          : new Setting("none", 0);
    }

    static Setting parse(String text) {
      String[] parts = text.split("/");
      return new Setting(parts[0], Integer.parseInt(parts[1]));
    }

    private int distance(Setting other) {
      return Math.abs(multiprocessors - other.multiprocessors);
    }

    /** As in {@code sm_80/108}. */
    @Override
    public String toString() {
      return level + "/" + multiprocessors;
    }
  }

  private Golden(Setting setting) {
    this.setting = setting;
  }

  /** Those of the nearest number of multiprocessors at the level that {@code device} uses. */
  static Golden load(Device device) throws IOException {
    List<String[]> lines = new ArrayList<>();
    try (InputStream in = Golden.class.getResourceAsStream(RESOURCE)) {
      if (in != null) {
        new String(in.readAllBytes(), StandardCharsets.UTF_8)
            .lines()
            .filter(line -> !line.startsWith("#"))
            .forEach(line -> lines.add(line.split("\t", -1)));
      }
    }
    Setting wanted = Setting.of(device);
    Golden golden =
        lines.stream()
            .map(fields -> Setting.parse(fields[0]))
            .filter(one -> one.level().equals(wanted.level()))
            .min(Comparator.comparingInt(wanted::distance))
            .map(Golden::new)
            .orElseGet(() -> new Golden(null));
    lines.forEach(golden::take);
    return golden;
  }

  private void take(String[] fields) {
    if (setting != null && fields[0].equals(setting.toString())) {
      results
          .computeIfAbsent(fields[1] + " " + fields[2], key -> new ArrayList<>())
          .add(Bits.parse(fields, 3));
    }
  }

  /** What the results were made with; null where there are none of the level. */
  Setting setting() {
    return setting;
  }

  List<Bits> of(Case one) {
    return results.getOrDefault(one.toString(), List.of());
  }

  static String line(Setting setting, Case one, Bits bits) {
    return setting + "\t" + one.kind() + "\t" + one.shape() + "\t" + bits.text();
  }

  /** Puts the lines of one setting into a file, in the place of those that it had of it. */
  static void write(Path file, Setting setting, List<String> lines) throws IOException {
    List<String> all = new ArrayList<>();
    all.add(HEADER);
    if (Files.exists(file)) {
      Files.readAllLines(file).stream()
          .filter(line -> !line.startsWith("#") && !line.startsWith(setting + "\t"))
          .forEach(all::add);
    }
    all.addAll(lines);
    all.subList(1, all.size()).sort(null);
    Files.createDirectories(file.toAbsolutePath().getParent());
    Files.write(file, all);
  }
}
