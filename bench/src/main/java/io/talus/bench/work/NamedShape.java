package io.talus.bench.work;

import java.util.Arrays;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Sizes with the name of where they occur, such as {@code vocabulary-4096x32000}.
 *
 * @param sizes in the order of the name
 */
public record NamedShape(String name, long... sizes) {
  private static final Pattern FORM = Pattern.compile("[a-z]+-(\\d+(?:x\\d+)*)");

  /**
   * @throws IllegalArgumentException unless the name ends in that many sizes
   */
  public static NamedShape parse(String name, int count) {
    NamedShape shape = parse(name);
    if (shape.sizes.length != count) {
      throw new IllegalArgumentException(
          "shape '" + name + "' has " + shape.sizes.length + " sizes, not " + count);
    }
    return shape;
  }

  /**
   * @throws IllegalArgumentException unless the name is a word, a hyphen and sizes
   */
  public static NamedShape parse(String name) {
    Matcher form = FORM.matcher(name);
    if (!form.matches()) {
      throw new IllegalArgumentException(
          "shape '" + name + "' is not a word, a hyphen and sizes joined by x");
    }
    return new NamedShape(
        name, Arrays.stream(form.group(1).split("x")).mapToLong(Long::parseLong).toArray());
  }

  public long size(int index) {
    return sizes[index];
  }
}
