package io.talus.cli;

import com.samskivert.mustache.Mustache;
import com.samskivert.mustache.Template;
import io.talus.Device;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.time.format.DateTimeFormatter;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * One self-contained HTML file from {@code report.mustache} and the sections beside it: styles,
 * scripts and data are inside, nothing is loaded from anywhere.
 */
final class Report {
  private static final String UPLOT =
      "/META-INF/resources/webjars/uplot/" + Version.ofUplot() + "/dist/";

  private Report() {}

  static Map<String, Object> fact(String name, String value) {
    return Map.of("name", name, "value", value);
  }

  static String percent(double share) {
    return Double.isNaN(share) ? "-" : String.format(Locale.ROOT, "%.1f %%", 100 * share);
  }

  /**
   * Writes the report, whole or not at all.
   *
   * @param device that computed what it tells of
   * @param values what the template names, by section
   */
  static void write(Path file, String title, Device device, Map<String, Object> values)
      throws IOException {
    Map<String, Object> all = new HashMap<>(values);
    all.putIfAbsent("credits", List.of());
    all.put("title", title);
    all.put("when", LocalDateTime.now().format(DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm")));
    all.put("device", device.toString());
    all.put("version", Version.text());
    all.put("uplotJs", resource(UPLOT + "uPlot.iife.min.js"));
    all.put("uplotCss", resource(UPLOT + "uPlot.min.css"));
    TextFile.write(file, template().execute(all));
  }

  private static Template template() throws IOException {
    try (Reader reader = part("report")) {
      return Mustache.compiler().withLoader(Report::part).compile(reader);
    }
  }

  /** A template, as in {@code {{>classifier}}}. */
  private static Reader part(String name) {
    return new InputStreamReader(
        Report.class.getResourceAsStream(name + ".mustache"), StandardCharsets.UTF_8);
  }

  private static String resource(String path) throws IOException {
    try (InputStream in = Report.class.getResourceAsStream(path)) {
      if (in == null) {
        throw new IOException("the jar lacks " + path);
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }
}
