package io.talus.bench.gpu;

import io.talus.Device;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The software device's results, in the resource {@code golden.tsv}, for each level of PTX. */
final class Golden {
  static final String RESOURCE = "golden.tsv";

  private static final Pattern CAPABILITY = Pattern.compile("compute capability (\\d+)\\.(\\d)");
  private static final String HEADER =
      "# Results on the software device, compared with a GPU's by bench/gpu-check."
          + " Written by bench/gpu-check --write-golden.";

  private final Map<String, List<Bits>> results = new HashMap<>();

  /** Those of the level that {@code device} uses; empty where there are none. */
  static Golden load(Device device) throws IOException {
    Golden golden = new Golden();
    try (InputStream in = Golden.class.getResourceAsStream(RESOURCE)) {
      if (in != null) {
        golden.read(new String(in.readAllBytes(), StandardCharsets.UTF_8), level(device));
      }
    }
    return golden;
  }

  private void read(String text, String level) {
    for (String line : text.lines().filter(one -> !one.startsWith("#")).toList()) {
      String[] fields = line.split("\t", -1);
      if (fields[0].equals(level)) {
        results
            .computeIfAbsent(fields[1] + " " + fields[2], key -> new ArrayList<>())
            .add(Bits.parse(fields, 3));
      }
    }
  }

  List<Bits> of(Case one) {
    return results.getOrDefault(one.toString(), List.of());
  }

  /** {@code sm_75} or {@code sm_80}: which compilation of the kernels a device runs. */
  static String level(Device device) {
    Matcher capability = CAPABILITY.matcher(device.description());
    boolean older = capability.find() && Integer.parseInt(capability.group(1)) < 8;
    return older ? "sm_75" : "sm_80";
  }

  static String line(String level, Case one, Bits bits) {
    return level + "\t" + one.kind() + "\t" + one.shape() + "\t" + bits.text();
  }

  /** Puts the lines of one level into a file, in the place of those that it had of that level. */
  static void write(Path file, String level, List<String> lines) throws IOException {
    List<String> all = new ArrayList<>();
    all.add(HEADER);
    if (Files.exists(file)) {
      Files.readAllLines(file).stream()
          .filter(line -> !line.startsWith("#") && !line.startsWith(level + "\t"))
          .forEach(all::add);
    }
    all.addAll(lines);
    all.subList(1, all.size()).sort(null);
    Files.createDirectories(file.toAbsolutePath().getParent());
    Files.write(file, all);
  }
}
