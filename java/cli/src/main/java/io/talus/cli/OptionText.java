package io.talus.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * The text of an option that is a list: items between commas, each a name and what belongs to it,
 * as in {@code conv 5x5 32, relu}; in parentheses, lists within an item. Mistakes are shown by the
 * place where they are.
 */
final class OptionText {
  private final String option;
  private final String text;
  private int at;

  private OptionText(String option, String text) {
    this.option = option;
    this.text = text;
  }

  /**
   * Takes a text apart.
   *
   * @param option what to call it in messages, such as {@code --layers}
   * @return at least one item
   */
  static List<Item> items(String option, String text) {
    OptionText reading = new OptionText(option, text);
    List<Item> items = reading.list();
    if (reading.at < text.length()) {
      throw reading.wrong(reading.at, "this ')' closes nothing");
    }
    return items;
  }

  /** An option that is a size alone. */
  static int[] size(String option, String text) {
    // As an item it would have a name in front.
    Item item = new OptionText(option, option + " " + text).item();
    int[] size = item.size("height and width");
    item.requireEnd();
    if (size[0] <= 0 || size[1] <= 0) {
      throw item.wrong("both must be above 0");
    }
    return size;
  }

  /** A mistake in such a text, whose message shows where. */
  static final class WrongText extends IllegalArgumentException {
    private static final long serialVersionUID = 1L;

    private WrongText(String message) {
      super(message);
    }
  }

  /** A word, or a list in parentheses. */
  private record Part(int at, String word, List<Item> list) {}

  private List<Item> list() {
    List<Item> items = new ArrayList<>();
    do {
      items.add(item());
    } while (take(','));
    return items;
  }

  private Item item() {
    List<Part> parts = new ArrayList<>();
    skipBlanks();
    while (at < text.length() && text.charAt(at) != ',' && text.charAt(at) != ')') {
      parts.add(part());
      skipBlanks();
    }
    if (parts.isEmpty() || parts.get(0).word() == null) {
      throw wrong(parts.isEmpty() ? at : parts.get(0).at(), "a name is missing");
    }
    return new Item(parts);
  }

  private Part part() {
    int start = at;
    if (take('(')) {
      List<Item> list = list();
      if (!take(')')) {
        throw wrong(start, "this '(' is never closed");
      }
      return new Part(start, null, list);
    }
    while (at < text.length() && " \t\n\r,()".indexOf(text.charAt(at)) < 0) {
      at++;
    }
    return new Part(start, text.substring(start, at).toLowerCase(Locale.ROOT), null);
  }

  private boolean take(char wanted) {
    boolean isThere = at < text.length() && text.charAt(at) == wanted;
    at += isThere ? 1 : 0;
    return isThere;
  }

  private void skipBlanks() {
    while (at < text.length() && Character.isWhitespace(text.charAt(at))) {
      at++;
    }
  }

  private WrongText wrong(int place, String what) {
    String shown = text.replaceAll("\\s", " ");
    return new WrongText(
        option
            + ", at character "
            + (place + 1)
            + ": "
            + what
            + System.lineSeparator()
            + "  "
            + shown
            + System.lineSeparator()
            + "  "
            + " ".repeat(place)
            + "^");
  }

  /** One item, whose words are taken from left to right. */
  final class Item {
    private final List<Part> parts;
    private int next = 1;

    private Item(List<Part> parts) {
      this.parts = parts;
    }

    String name() {
      return parts.get(0).word();
    }

    /** Whether something is left to take. */
    boolean hasNext() {
      return next < parts.size();
    }

    /** Takes a word if it is the next. */
    boolean take(String word) {
      boolean isNext = hasNext() && word.equals(parts.get(next).word());
      next += isNext ? 1 : 0;
      return isNext;
    }

    int integer(String what) {
      String word = word(what + ", a whole number,");
      try {
        return Integer.parseInt(word);
      } catch (NumberFormatException notANumber) {
        throw wrongWord("'" + word + "' is no whole number: expected " + what);
      }
    }

    float number(String what) {
      String word = word(what + ", a number,");
      try {
        return Float.parseFloat(word);
      } catch (NumberFormatException notANumber) {
        throw wrongWord("'" + word + "' is no number: expected " + what);
      }
    }

    /** Height and width, as in {@code 3x5}, or {@code 3} for {@code 3x3}. */
    int[] size(String what) {
      String word = word(what + ", as in 3x3,");
      String[] sides = word.split("x", -1);
      try {
        int height = Integer.parseInt(sides[0]);
        int width = sides.length == 1 ? height : Integer.parseInt(sides[1]);
        if (sides.length <= 2) {
          return new int[] {height, width};
        }
      } catch (NumberFormatException notANumber) {
        // Told below.
      }
      throw wrongWord("'" + word + "' is no size: expected " + what + ", as in 3x3");
    }

    /** A list in parentheses. */
    List<Item> list(String what) {
      if (!hasNext() || parts.get(next).list() == null) {
        throw OptionText.this.wrong(
            hasNext() ? parts.get(next).at() : end(), what + " is missing, in parentheses");
      }
      return parts.get(next++).list();
    }

    /** Refuses what was not taken. */
    void requireEnd() {
      if (hasNext()) {
        Part rest = parts.get(next);
        throw OptionText.this.wrong(
            rest.at(),
            (rest.word() == null ? "this list" : "'" + rest.word() + "'")
                + " is nothing that belongs to '"
                + name()
                + "'; a comma ends an item");
      }
    }

    /** A mistake in this item as a whole. */
    WrongText wrong(String what) {
      return OptionText.this.wrong(parts.get(0).at(), what);
    }

    private String word(String what) {
      if (!hasNext() || parts.get(next).word() == null) {
        throw wrong("'" + name() + "' lacks " + what.substring(0, what.length() - 1));
      }
      return parts.get(next++).word();
    }

    private WrongText wrongWord(String what) {
      return OptionText.this.wrong(parts.get(next - 1).at(), what);
    }

    private int end() {
      return parts.get(0).at() + name().length();
    }
  }
}
