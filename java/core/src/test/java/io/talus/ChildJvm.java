package io.talus;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.bytedeco.javacpp.Loader;

/** One run of Java in a process of its own, with the library and its tests on the class path. */
public record ChildJvm(int status, String output) {
  private static final int SECONDS = 240;

  /**
   * @param variables of its environment, beside those of this one
   * @param options of the JVM, such as {@code -Dtalus.device=cpu}
   * @param program a class with a main method, or a source file
   */
  public static ChildJvm run(Map<String, String> variables, List<String> options, String program)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(options);
    command.add("-cp");
    command.add(classPath());
    command.add(program);
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().putAll(variables);
    Process process = builder.start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertTrue(process.waitFor(SECONDS, TimeUnit.SECONDS), "the program does not end: " + output);
    return new ChildJvm(process.exitValue(), output);
  }

  private static String classPath() {
    return String.join(
        System.getProperty("path.separator"),
        place(Devices.class),
        place(ChildJvm.class),
        place(Loader.class),
        System.getProperty("jdk.module.path", ""),
        System.getProperty("java.class.path"));
  }

  private static String place(Class<?> type) {
    try {
      return Path.of(type.getProtectionDomain().getCodeSource().getLocation().toURI()).toString();
    } catch (URISyntaxException impossible) {
      throw new IllegalStateException(impossible);
    }
  }
}
