package io.talus.backend.cuda;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.talus.backend.cuda.CublasChoices.Shape;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CublasChoicesTest {
  private static final Shape SMALL = new Shape(0, 2, 3, 5, 7, false);
  private static final Shape LARGE = new Shape(3, 1L << 40, 3, 5, 0, true);

  @TempDir Path folder;

  private Path file() throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      List<Path> all = files.toList();
      assertEquals(1, all.size(), all::toString);
      return all.get(0);
    }
  }

  @Test
  void whatIsKeptIsThereForTheNext() {
    CublasChoices first = new CublasChoices(folder, "a GPU");
    assertNull(first.get(SMALL));
    assertTrue(first.put(SMALL, true));
    assertFalse(first.put(LARGE, false));
    CublasChoices next = new CublasChoices(folder, "a GPU");
    assertEquals(true, next.get(SMALL));
    assertEquals(false, next.get(LARGE));
    assertNull(next.get(new Shape(0, 2, 3, 5, 7, true)));
    assertNull(new CublasChoices(folder, "another GPU").get(SMALL));
  }

  @Test
  void whoeverChoosesFirstIsRight() {
    CublasChoices one = new CublasChoices(folder, "a GPU");
    CublasChoices other = new CublasChoices(folder, "a GPU");
    assertTrue(one.put(SMALL, true));
    assertTrue(other.put(SMALL, false));
    assertEquals(true, other.get(SMALL));
  }

  @Test
  void aBrokenFileIsMadeAnew() throws IOException {
    new CublasChoices(folder, "a GPU").put(SMALL, true);
    Files.writeString(file(), "# a GPU\n0\t2\t3\n");
    CublasChoices next = new CublasChoices(folder, "a GPU");
    assertNull(next.get(SMALL));
    assertFalse(next.put(SMALL, false));
    assertEquals(false, new CublasChoices(folder, "a GPU").get(SMALL));
  }

  @Test
  void withoutAFileAChoiceHoldsForTheProcess() throws IOException {
    Path noFolder = Files.writeString(folder.resolve("file"), "");
    CublasChoices choices = new CublasChoices(noFolder, "a GPU");
    assertTrue(choices.put(SMALL, true));
    assertTrue(choices.put(SMALL, false));
    assertFalse(choices.put(LARGE, false));
    assertEquals("", Files.readString(noFolder));
  }
}
