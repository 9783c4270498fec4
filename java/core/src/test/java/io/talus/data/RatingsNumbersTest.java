package io.talus.data;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.charset.StandardCharsets;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RatingsNumbersTest {
  private static float decimal(String text) {
    byte[] bytes = ("<" + text + ">").getBytes(StandardCharsets.UTF_8);
    return RatingsNumbers.decimal(bytes, 1, bytes.length - 1);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "0",
        "-0",
        "5",
        "4.5",
        "-3.25",
        ".5",
        "5.",
        "+2",
        "1e2",
        "2.5E-3",
        "0.1",
        "16777215",
        "16777216",
        "16777217",
        "33554435",
        "123456789012345678901234567890",
        "0.00000000001",
        "1.0000000596046448",
        "3.4028235e38",
        "1e-60"
      })
  void roundsAsJavaDoes(String text) {
    assertEquals(Float.parseFloat(text), decimal(text), text);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "-", ".", "-.", "1-", "--1", "1,5", "e", "1e", "1 2", "é", "1d"})
  void whatIsNoNumberIsNaN(String text) {
    assertEquals(Float.NaN, decimal(text), text);
  }

  @Property
  void decimalsRoundAsJavaDoes(@ForAll int digits, @ForAll @IntRange(max = 14) int decimals) {
    String text = java.math.BigDecimal.valueOf(digits, decimals).toPlainString();
    assertEquals(Float.parseFloat(text), decimal(text), text);
  }

  @Property
  void wholeNumbers(@ForAll long number) {
    long shorter = number / 100; // at most 17 digits
    byte[] text = Long.toString(shorter).getBytes(StandardCharsets.US_ASCII);
    assertEquals(true, RatingsNumbers.isWhole(text, 0, text.length));
    assertEquals(shorter, RatingsNumbers.whole(text, 0, text.length));
  }
}
