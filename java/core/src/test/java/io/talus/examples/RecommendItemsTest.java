package io.talus.examples;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RecommendItemsTest {
  @Test
  void printsRecommendations(@TempDir Path folder) throws IOException {
    Path file = folder.resolve("ratings.csv");
    Files.writeString(file, "user,item,rating\nann,w,3\nann,x,4\nbob,x,3\nbob,w,4\nbob,z,4\n");
    PrintStream before = System.out;
    ByteArrayOutputStream printed = new ByteArrayOutputStream();
    try (PrintStream out = new PrintStream(printed, true, StandardCharsets.UTF_8)) {
      System.setOut(out);
      RecommendItems.main(new String[] {file.toString(), "ann"});
    } finally {
      System.setOut(before);
    }
    String text = printed.toString(StandardCharsets.UTF_8);
    assertTrue(text.startsWith("z "), text);
  }
}
