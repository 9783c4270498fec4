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
  private interface Example {
    void main(String[] arguments) throws IOException;
  }

  private static String printed(Example example, String... arguments) throws IOException {
    PrintStream before = System.out;
    ByteArrayOutputStream printed = new ByteArrayOutputStream();
    try (PrintStream out = new PrintStream(printed, true, StandardCharsets.UTF_8)) {
      System.setOut(out);
      example.main(arguments);
    } finally {
      System.setOut(before);
    }
    return printed.toString(StandardCharsets.UTF_8);
  }

  private static Path ratings(Path folder) throws IOException {
    return Files.writeString(
        folder.resolve("ratings.csv"),
        "user,item,rating\nann,w,3\nann,x,4\nbob,x,3\nbob,w,4\nbob,z,4\n");
  }

  @Test
  void printsRecommendations(@TempDir Path folder) throws IOException {
    String text = printed(RecommendItems::main, ratings(folder).toString(), "ann");
    assertTrue(text.startsWith("z "), text);
  }

  @Test
  void printsTheError(@TempDir Path folder) throws IOException {
    String text = printed(EvaluateRatings::main, ratings(folder).toString());
    assertTrue(text.matches("RMSE \\d\\.\\d{3}\\R"), text);
  }
}
