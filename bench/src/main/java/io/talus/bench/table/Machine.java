package io.talus.bench.table;

import io.talus.Devices;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What the results hold for. */
public final class Machine {
  private static final Pattern MODEL = Pattern.compile("model name\\s*:\\s*(.*)");
  private static final Pattern MEMORY = Pattern.compile("MemTotal:\\s*(\\d+) kB");

  private Machine() {}

  /** Markdown list items: hardware, system and Talus. */
  public static List<String> describe(String commit) {
    List<String> text = new ArrayList<>();
    String kibibytes = find("/proc/meminfo", MEMORY);
    text.add("- processor: " + find("/proc/cpuinfo", MODEL));
    text.add("- memory: " + (kibibytes.isEmpty() ? "" : Long.parseLong(kibibytes) >> 20) + " GiB");
    text.add("- system: " + System.getProperty("os.name") + " " + System.getProperty("os.version"));
    text.add("- JDK: " + System.getProperty("java.vm.name") + " " + Runtime.version());
    text.add("- Talus: commit " + commit + "; " + Devices.require("cpu"));
    return text;
  }

  /** The same, and how {@code bench/table} measures. */
  static List<String> describe(String commit, int threads, int processes) {
    List<String> text = describe(commit);
    text.add("- " + threads + " threads used");
    text.add("- oneDNN and OpenBLAS: " + libraries());
    text.add(
        "- `OPENBLAS_CORETYPE` and `OPENBLAS_L2_SIZE` unset, so that OpenBLAS chooses its best"
            + " kernels; `OMP_NUM_THREADS` and `OPENBLAS_NUM_THREADS` "
            + threads
            + "; every pool waits in its own way, and each contender starts when the others'"
            + " threads have gone to sleep");
    text.add("- " + processes + " processes for each group of lines, interleaved rounds in each");
    return text;
  }

  private static String libraries() {
    return "bytedeco's dnnl "
        + version(org.bytedeco.dnnl.global.dnnl.class)
        + " and openblas "
        + version(org.bytedeco.openblas.global.openblas_nolapack.class);
  }

  private static String version(Class<?> preset) {
    String name = preset.getPackageName().contains("dnnl") ? "dnnl" : "openblas";
    Path resource = Path.of("META-INF", "maven", "org.bytedeco", name, "pom.properties");
    try (var stream = preset.getClassLoader().getResourceAsStream(resource.toString())) {
      var properties = new java.util.Properties();
      if (stream != null) {
        properties.load(stream);
      }
      return properties.getProperty("version", "?");
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  private static String find(String file, Pattern pattern) {
    try {
      Matcher matcher = pattern.matcher(Files.readString(Path.of(file)));
      return matcher.find() ? matcher.group(1) : "";
    } catch (IOException unknown) {
      return "";
    }
  }
}
