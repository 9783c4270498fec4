package io.talus.cli;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/**
 * What was said on a command line: options with their values and at most one thing besides. Can be
 * kept, and stand over what another says.
 *
 * @param options by their long names
 * @param data the argument that is no option, or null
 */
record Arguments(Map<String, String> options, String data) {

  /** Nothing was said. */
  static final Arguments NONE = new Arguments(Map.of(), null);

  /** What the command was called with; values by default are not among it. */
  static Arguments of(CommandLine.ParseResult parsed) {
    Map<String, String> options = new LinkedHashMap<>();
    for (OptionSpec option : parsed.matchedOptions()) {
      List<String> values = option.originalStringValues();
      options.put(option.longestName(), values.isEmpty() ? "true" : values.get(values.size() - 1));
    }
    String data =
        parsed.matchedPositionals().isEmpty()
            ? null
            : parsed.matchedPositionals().get(0).originalStringValues().get(0);
    return new Arguments(options, data);
  }

  /**
   * All that a command goes by which may go on in a folder: what was said to it, over its recipe,
   * over what it was begun with. Without the options that name these, and with the whole path of
   * its data, as it may go on from elsewhere.
   *
   * @param begun {@link #NONE} where it begins
   * @throws CommandLine.ParameterException when there are no data
   */
  static Arguments inFull(CommandSpec spec, Arguments recipe, Arguments begun) {
    Arguments all =
        of(spec.commandLine().getParseResult())
            .without("--recipe", "--resume", "--out", "--overwrite")
            .over(recipe)
            .over(begun);
    if (all.data == null) {
      throw new CommandLine.ParameterException(
          spec.commandLine(), "DATA is missing: the file or folder to learn from");
    }
    return new Arguments(all.options, whole(all.data));
  }

  private static String whole(String path) {
    return Path.of(path).toAbsolutePath().normalize().toString();
  }

  /** With the whole paths of files that options name. */
  Arguments withWholePaths(String... names) {
    Map<String, String> all = new LinkedHashMap<>(options);
    for (String name : names) {
      all.computeIfPresent(name, (option, path) -> whole(path));
    }
    return new Arguments(all, data);
  }

  /** These, and of the others what these do not say. */
  Arguments over(Arguments others) {
    Map<String, String> all = new LinkedHashMap<>(others.options);
    all.putAll(options);
    return new Arguments(all, data != null ? data : others.data);
  }

  /** Without some options. */
  Arguments without(String... names) {
    Map<String, String> left = new LinkedHashMap<>(options);
    left.keySet().removeAll(Arrays.asList(names));
    return new Arguments(left, data);
  }

  /** Fills a command's options with these. */
  void into(Object command) {
    Stream<String> all =
        options.entrySet().stream().map(option -> option.getKey() + "=" + option.getValue());
    new CommandLine(command)
        .parseArgs(
            (data == null ? all : Stream.concat(all, Stream.of(data))).toArray(String[]::new));
  }
}
