package io.talus.cli;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import picocli.CommandLine;
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

  Arguments withData(String value) {
    return new Arguments(options, value);
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
