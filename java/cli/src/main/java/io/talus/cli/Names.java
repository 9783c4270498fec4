package io.talus.cli;

import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/** Constants as they are called on the command line: in lower case, with - for _. */
final class Names {
  private Names() {}

  static String of(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /**
   * The constant of that name, in whatever letters.
   *
   * @param option what to call it in messages, such as {@code --weights}
   */
  static <E extends Enum<E>> E constant(String option, String name, Class<E> type) {
    for (E constant : type.getEnumConstants()) {
      if (of(constant).equalsIgnoreCase(name.strip().replace('_', '-'))) {
        return constant;
      }
    }
    throw new IllegalArgumentException(
        option + " '" + name.strip() + "': there are " + all(type.getEnumConstants()));
  }

  private static String all(Enum<?>[] constants) {
    return Arrays.stream(constants).map(Names::of).collect(Collectors.joining(", "));
  }
}
