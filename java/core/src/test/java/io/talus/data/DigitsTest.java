package io.talus.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class DigitsTest {
  private static final String ROW = "16,8," + "0,".repeat(62) + "7";

  private static Dataset read(String text) throws IOException {
    return Digits.read(
        new ByteArrayInputStream(text.getBytes(StandardCharsets.US_ASCII)), "digits.csv");
  }

  private static String refusal(String text) {
    return assertThrows(MalformedFileException.class, () -> read(text)).getMessage();
  }

  @Test
  void scalesPixelsAndTakesTheLastValueAsTheDigit() throws IOException {
    Dataset two = read(ROW + "\n" + ROW.replace("16,8", "0,4") + "\r\n");
    assertEquals(2, two.rows());
    assertEquals(1f, two.feature(0, 0));
    assertEquals(0.5f, two.feature(0, 1));
    assertEquals(0.25f, two.feature(1, 1));
    assertArrayEquals(new int[] {7, 7}, two.labels());
    assertEquals(new ImageShape(8, 8, 1), two.image().orElseThrow());
  }

  @Test
  void namesLineAndValueOfWhatIsWrong() {
    assertEquals(
        "digits.csv, line 2: 3 values; expected 64 pixels and a digit, separated by commas",
        refusal(ROW + "\n1,2,3\n"));
    assertEquals(
        "digits.csv, line 1, value 1: '17'; expected a whole number from 0 to 16",
        refusal(ROW.replace("16,8", "17,8")));
    assertEquals(
        "digits.csv, line 1, value 2: 'NaN'; expected a whole number from 0 to 16",
        refusal(ROW.replace("16,8", "16,NaN")));
    assertEquals(
        "digits.csv, line 1, value 65: '10'; expected a whole number from 0 to 9",
        refusal(ROW.substring(0, ROW.length() - 1) + "10"));
    assertEquals("digits.csv: there is no line; expected 64 pixels and a digit", refusal(""));
  }

  @Test
  void readsAllOfThem() throws IOException {
    Dataset digits = Digits.read(DataFolder.require("digits/digits.csv.gz"));
    assertEquals("1797 rows of 64 features, 10 classes", digits.toString());
    assertArrayEquals(
        new int[] {178, 182, 177, 183, 181, 182, 181, 179, 174, 180}, digits.classCounts());
  }
}
