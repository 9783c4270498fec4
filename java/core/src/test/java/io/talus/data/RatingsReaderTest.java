package io.talus.data;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RatingsReaderTest {
  private static Ratings read(String text) throws IOException {
    return read(text, null);
  }

  private static Ratings read(String text, RatingsFormat format) throws IOException {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    return RatingsReader.read(new ByteArrayInputStream(bytes), "test", format);
  }

  private static float value(Ratings ratings, String user, String item) {
    RatingsMatrix byUser = ratings.byUser();
    return byUser.value(byUser.find(ratings.userIndex(user), ratings.itemIndex(item)));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "7\t10\t3.5\t99\n8\t20\t4\t98\n",
        "7\t10\t3.5\t99\r\n8\t20\t4\t98",
        "7::10::3.5::99\n8::20::4::98\n",
        "userId,movieId,rating,timestamp\n7,10,3.5,99\n8,20,4.0,98\n",
        "\uFEFFuser_id;timestamp;item_id;score\n7;99;10;3.5\n\n8;98;20;4\n\n",
        "\uFEFF7|10|3.5|99\n8|20|4|98\n",
        "  7   10  3.5 99  \n\n \n8 20 4 98",
        "\"7\",\"10\",\"3.5\",\"99\",more\n8 , \"20\" , 4 , 98\n",
      })
  void layoutsAreDetected(String text) throws IOException {
    Ratings ratings = read(text);
    assertEquals(2, ratings.size(), text);
    assertEquals(3.5f, value(ratings, "7", "10"));
    assertEquals(4, value(ratings, "8", "20"));
    assertTrue(ratings.hasTimestamps());
    assertEquals(99, ratings.timestamp(0));
    assertEquals(98, ratings.timestamp(1));
  }

  @Test
  void timesAreOptional() throws IOException {
    assertFalse(read("1050 215 3\r\n1050 250 2.5\r\n").hasTimestamps());
    assertFalse(read("a,b,3,1997-09-23\n").hasTimestamps());
    assertFalse(read("userID\tartistID\tweight\n2\t51\t13883\n").hasTimestamps());
    assertFalse(read("7\t10\t3\tx\n", RatingsFormat.TABS.withoutTimestamps()).hasTimestamps());
  }

  @Test
  void columnsMayStandAnywhere() throws IOException {
    RatingsFormat format = new RatingsFormat("; ", 3, 1, 0, RatingsFormat.NONE, true);
    Ratings ratings = read("what; ever; is; here\n2; lamp; ; bob\n", format);
    assertEquals(2, value(ratings, "bob", "lamp"));
    RatingsFormat blanks = new RatingsFormat(RatingsFormat.BLANKS, 0, 1, 2, 3, false);
    assertEquals(2, value(read(" bob \t lamp\t2  9 \n", blanks), "bob", "lamp"));
  }

  @Test
  void idsAreAnyText() throws IOException {
    Ratings ratings =
        read(
            "user,item,rating\nJosé,\"Jekyll, \"\"and\"\" Hyde\",2\n名前,,x,1\n"
                .replace(",,x", ",x"));
    assertEquals(2, value(ratings, "José", "Jekyll, \"and\" Hyde"));
    assertEquals(1, value(ratings, "名前", "x"));
  }

  @Test
  void duplicatesAreCountedAndTheLastStays() throws IOException {
    Ratings ratings = read("1\t1\t5\n2\t1\t3\n1\t1\t4\n");
    assertEquals(1, ratings.duplicates());
    assertEquals(4, value(ratings, "1", "1"));
  }

  @Test
  void piecesOfAnySizeGiveTheSame() throws IOException {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < 3000; i++) {
      text.append("user").append(i % 50).append("::").append("x".repeat(i % 300)).append(i);
      text.append("::").append(i % 9 / 2.0).append(i % 2 == 0 ? "\n" : "\r\n");
    }
    byte[] bytes = text.toString().getBytes(StandardCharsets.UTF_8);
    for (int piece : new int[] {1, 7, 4096, bytes.length}) {
      Ratings ratings = RatingsReader.read(inPieces(bytes, piece), "test", null);
      assertEquals(3000, ratings.size());
      for (int i = 0; i < 3000; i += 97) {
        String item = "x".repeat(i % 300) + i;
        assertEquals(i % 9 / 2f, value(ratings, "user" + i % 50, item));
      }
    }
  }

  @Test
  void aLineMayBeLongerThanTheBuffer() throws IOException {
    String id = "y".repeat(3_000_000);
    assertEquals(5, value(read("1\t2\t3\n1\t" + id + "\t5\n"), "1", id));
  }

  private static InputStream inPieces(byte[] bytes, int piece) {
    return new ByteArrayInputStream(bytes) {
      @Override
      public synchronized int read(byte[] to, int offset, int length) {
        return super.read(to, offset, Math.min(piece, length));
      }
    };
  }

  @Test
  void filesMayBeCompressed(@TempDir Path folder) throws IOException {
    Path file = folder.resolve("ratings.dat.gz");
    try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(file))) {
      out.write("1::2::3::4\n".getBytes(StandardCharsets.US_ASCII));
    }
    assertEquals(3, value(RatingsReader.read(file), "1", "2"));
  }

  @Test
  void errorsNameTheFile(@TempDir Path folder) throws IOException {
    Path file = folder.resolve("ratings.csv");
    Files.writeString(file, "userId,movieId,rating\n1,2,3\n4,5\n");
    IOException error = assertThrows(MalformedFileException.class, () -> RatingsReader.read(file));
    assertEquals(
        file
            + ", line 3: found 2 columns in '4,5'; expected user in column 1, item in column 2,"
            + " rating in column 3, separated by ','",
        error.getMessage());
    assertThrows(
        NoSuchFileException.class, () -> RatingsReader.read(folder.resolve("not-there.csv")));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "1\t2\t3\t4\n1\t2\t3\n | line 2: found 3 columns in '1\\t2\\t3'",
        "1::2\n | line 1: found 2 columns",
        "1\t2\t3\n\n\n5\n | line 4: found 1 column in '5'",
        "1\t2\t3\n4\t5\tgood\n | line 2: the rating 'good' is not a finite number",
        "1\t2\tNaN\n | line 1: the rating 'NaN' is not a finite number",
        "1\t2\tInfinity\n | line 1: the rating 'Infinity' is not a finite number",
        "1\t2\t1e99\n | line 1: the rating '1e99' is not a finite number",
        "1\t2\t0x1p3\n | line 1: the rating '0x1p3' is not a finite number",
        "1\t2\t3f\n | line 1: the rating '3f' is not a finite number",
        "1\t2\t3.4.5\n | line 1: the rating '3.4.5' is not a finite number",
        "1\t2\t.\n | line 1: the rating '.' is not a finite number",
        "1\t2\t-\n | line 1: the rating '-' is not a finite number",
        "1\t2\t\n | line 1: the rating '' is not a finite number",
        "who,what,stars?\n1,2,3\n | line 1: the rating 'stars?' is not a finite number; names in",
        "1\t2\t3\t4\n1\t2\t3\tnow\n | line 2: the time 'now' is not a whole number",
        "1\t2\t3\t4\n1\t2\t3\t9999999999999999999\n | line 2: the time '9999999999999999999'",
        "\t2\t3\n | line 1: the user is empty",
        "1\t  \t3\n | line 1: the item is empty",
        "1,\"2,3\n | line 1: column 2: the quote is not closed",
        "abc\n | line 1: found 'abc', expected user, item and rating separated by",
        " | there is no rating in it",
        "\n\n \n | there is no rating in it",
        "userId,movieId,rating\n | there is no rating in it",
      })
  void malformedTextIsRefused(String testCase) {
    int bar = testCase.lastIndexOf(" | ");
    String text = testCase.substring(0, bar);
    IOException error = assertThrows(MalformedFileException.class, () -> read(text));
    String expected = testCase.substring(bar + 3);
    assertTrue(error.getMessage().startsWith("test"), error.getMessage());
    assertTrue(error.getMessage().contains(expected), error.getMessage());
  }

  @Test
  void impossibleFormatsAreRefused() {
    assertThrows(IllegalArgumentException.class, () -> new RatingsFormat("", 0, 1, 2, 3, false));
    assertThrows(IllegalArgumentException.class, () -> new RatingsFormat(",", 0, 0, 2, 3, false));
    assertThrows(IllegalArgumentException.class, () -> new RatingsFormat(",", 0, 1, 2, 2, false));
    assertThrows(IllegalArgumentException.class, () -> new RatingsFormat(",", -1, 1, 2, 3, false));
  }

  private static RatingsReading reading(String text, RatingsOptions options) throws IOException {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    return options.read(new ByteArrayInputStream(bytes), "test");
  }

  private static String refused(String text, RatingsOptions options) {
    return assertThrows(MalformedFileException.class, () -> reading(text, options)).getMessage();
  }

  @Test
  void badLinesArePassedOverAndCounted() throws IOException {
    String text =
        "userId,movieId,rating,timestamp\n"
            + "a,x,3,10\n" // good
            + "b,x\n"
            + ",x,3,10\n"
            + "c,x,many,10\n"
            + "\n" // blank, which is no line
            + "d,y,NaN,10\n"
            + "e,y,2,now\n"
            + "\"f,y,2,10\n"
            + "g,,2,10\n"
            + "a,z,4,11\n"; // good
    RatingsReading read = reading(text, RatingsOptions.DEFAULT.skipBad());
    Ratings ratings = read.ratings();
    assertEquals("Ratings of 1 users, 2 items: 2, from 3.0 to 4.0", ratings.toString());
    assertEquals(11, ratings.timestamp(1));
    assertEquals(10, read.lines());
    assertEquals(7, read.skipped());
    assertEquals(7, read.problems().size());
    assertEquals(
        "test, line 3: found 2 columns in 'b,x'; expected user in column 1, item in column 2,"
            + " rating in column 3, time in column 4, separated by ','",
        read.problems().get(0));
    assertTrue(read.problems().get(6).startsWith("test, line 10: the item is empty"));
  }

  @Test
  void goodTextHasNothingToSkip() throws IOException {
    RatingsReading read = reading("1\t2\t3\n4\t5\t1\n", RatingsOptions.DEFAULT.skipBad());
    assertEquals(2, read.lines());
    assertEquals(0, read.skipped());
    assertEquals(List.of(), read.problems());
  }

  @Test
  void theLayoutMayShowOnlyAfterBadLines() throws IOException {
    String text = "export\n\n1::2::3\n";
    assertTrue(refused(text, RatingsOptions.DEFAULT).startsWith("test, line 1: found 'export'"));
    RatingsReading read = reading(text, RatingsOptions.DEFAULT.skipBad());
    assertEquals(3, value(read.ratings(), "1", "2"));
    assertEquals(1, read.skipped());
  }

  @Test
  void onlyBadLinesAreAnErrorThatShowsTheFirst() {
    RatingsOptions skipping = RatingsOptions.DEFAULT.skipBad();
    assertEquals("test: there is no rating in it", refused("", skipping));
    assertEquals("test: there is no rating in it", refused("userId,itemId,rating\n", skipping));
    String message = refused("1,2,x\n1,2,y\n", skipping);
    assertTrue(message.startsWith("test: there is no rating in it: something is wrong"), message);
    assertTrue(message.contains("test, line 1: the rating 'x' is not a finite"), message);
  }

  @Test
  void manyBadLinesAreCountedButNotKept() throws IOException {
    String text = "1\t1\t1\n" + "1\t1\n".repeat(1000);
    RatingsReading read = reading(text, RatingsOptions.DEFAULT.skipBad());
    assertEquals(1000, read.skipped());
    assertEquals(RatingsReading.PROBLEMS, read.problems().size());
  }

  @Test
  void ratingsMustBeOnTheScale() throws IOException {
    RatingsOptions stars = RatingsOptions.DEFAULT.scale(0.5f, 5);
    assertEquals(2, reading("1\t2\t0.5\n1\t3\t5\n", stars).ratings().size());
    String text = "1\t2\t3\n1\t3\t0.4\n1\t4\t5.5\n";
    String message = refused(text, stars);
    assertTrue(
        message.startsWith("test, line 2: the rating '0.4' is not on the scale of 0.5 to 5.0"),
        message);
    assertEquals(2, reading(text, stars.skipBad()).skipped());
    assertThrows(IllegalArgumentException.class, () -> RatingsOptions.DEFAULT.scale(5, 1));
    assertThrows(IllegalArgumentException.class, () -> RatingsOptions.DEFAULT.scale(1, Float.NaN));
  }

  @Test
  void columnsAreFoundByName() throws IOException {
    String text = "when;Stars;viewer;film\n9;4;ann;Alien\n";
    RatingsColumns columns = new RatingsColumns("viewer", "FILM", "stars", "when");
    Ratings ratings = reading(text, RatingsOptions.DEFAULT.columns(columns)).ratings();
    assertEquals(4, value(ratings, "ann", "Alien"));
    assertEquals(9, ratings.timestamp(0));
    RatingsColumns without = new RatingsColumns("viewer", "film", "stars");
    assertFalse(reading(text, RatingsOptions.DEFAULT.columns(without)).ratings().hasTimestamps());
    RatingsColumns wrong = new RatingsColumns("viewer", "movie", "stars");
    assertEquals(
        "test, line 1: found no column of the name 'movie' among [when, Stars, viewer, film]",
        refused(text, RatingsOptions.DEFAULT.columns(wrong)));
    assertTrue(
        refused(
                "a,b,a\n1,2,3\n",
                RatingsOptions.DEFAULT.columns(new RatingsColumns("a", "b", null)))
            .contains("found 2 columns of the name 'a'"));
  }

  @Test
  void viewsAreCounted() throws IOException {
    RatingsOptions views =
        RatingsOptions.DEFAULT
            .format(RatingsFormat.TABS.withoutRatings().withoutTimestamps())
            .repeats(Repeats.SUM);
    Ratings ratings = reading("ann\tsong\nbob\tsong\nann\tsong\n", views).ratings();
    assertEquals(2, value(ratings, "ann", "song"));
    assertEquals(1, value(ratings, "bob", "song"));
    RatingsColumns columns = new RatingsColumns("who", "what", null, "at");
    Ratings named =
        reading("at,what,who\n7,song,ann\n", RatingsOptions.DEFAULT.columns(columns)).ratings();
    assertEquals(1, value(named, "ann", "song"));
    assertEquals(7, named.timestamp(0));
  }

  @Test
  void repeatedRatingsMayBeRefused() {
    String message = refused("1\t2\t3\n1\t2\t3\n", RatingsOptions.DEFAULT.repeats(Repeats.REFUSED));
    assertTrue(message.startsWith("test: user '1', item '2': rated more than once"), message);
  }
}
