package io.talus.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CsvTest {
  @TempDir Path folder;

  private Path file(String text) throws IOException {
    return Files.writeString(folder.resolve("examples.csv"), text);
  }

  private String refusal(Csv csv, String text) throws IOException {
    Path file = file(text);
    String message = assertThrows(MalformedFileException.class, () -> csv.read(file)).getMessage();
    assertTrue(message.startsWith(file.toString()), message);
    return message.substring(file.toString().length());
  }

  @Test
  void namesColumnsAndNumbersClasses() throws IOException {
    Csv.Table table =
        new Csv()
            .label("kind")
            .read(file("a,kind,\"b, wide\"\r\n1,dog,2.5\n\n-3e2,\"a \"\"cat\"\"\",4\n5,dog,6\n"));
    assertEquals(List.of("a", "b, wide"), table.features());
    assertEquals(List.of("a \"cat\"", "dog"), table.classes());
    assertArrayEquals(new int[] {1, 0, 1}, table.examples().labels());
    assertArrayEquals(new float[] {1, 2.5f, -300, 4, 5, 6}, table.examples().features());
  }

  @Test
  void withoutNamesTheLastColumnIsTheClass() throws IOException {
    Csv.Table table = new Csv().separator(";").read(file("1;2;10\n3;4;9\n5;6;10"));
    assertEquals(List.of("column 1", "column 2"), table.features());
    assertEquals(List.of("9", "10"), table.classes());
    assertArrayEquals(new int[] {1, 0, 1}, table.examples().labels());
    Csv.Table first = new Csv().label(1).read(file("x,1\ny,2"));
    assertEquals(List.of("x", "y"), first.classes());
    assertArrayEquals(new float[] {1, 2}, first.examples().features());
  }

  @Test
  void countsColumns() throws IOException {
    assertEquals(3, new Csv().columns(file("a,\"b,c\",d\n1,2\n")));
    assertEquals(2, new Csv().separator(";").columns(file("\n1,5;2\n")));
    Path empty = file("\n");
    assertThrows(MalformedFileException.class, () -> new Csv().columns(empty));
  }

  @Test
  void withoutClassesEveryColumnIsAFeature() throws IOException {
    Csv.Features named = new Csv().readFeatures(file("a,b\n1,2\n\n3,4\n"));
    assertEquals(List.of("a", "b"), named.columns());
    assertEquals(2, named.rows());
    assertArrayEquals(new float[] {1, 2, 3, 4}, named.values());
    assertEquals(3, new Csv().readFeatures(file("1\n2\n3")).rows());
    Path text = file("1,2\n3,x");
    String message =
        assertThrows(MalformedFileException.class, () -> new Csv().readFeatures(text)).getMessage();
    assertTrue(message.endsWith("line 2: column 2 is 'x'; expected a finite number"), message);
  }

  @Test
  void classesOfAnotherFileKeepTheirNumbers() throws IOException {
    Csv csv = new Csv().classes(List.of("b", "a", "c"));
    assertArrayEquals(new int[] {1, 0}, csv.read(file("1,a\n2,b")).examples().labels());
    assertEquals(3, csv.read(file("1,a\n2,b")).examples().classes());
    assertEquals(
        ", line 3: the class is 'd', which is none of [b, a, c]", refusal(csv, "1,a\n\n2,d"));
  }

  @Test
  void namesLineAndColumnOfWhatIsWrong() throws IOException {
    Csv csv = new Csv();
    assertEquals(
        ", line 3: width is 'NaN'; expected a finite number",
        refusal(csv, "height,width,c\n1,2,a\n1,NaN,a"));
    assertEquals(", line 2: column 1 is ''; expected a finite number", refusal(csv, "1,2,a\n,2,a"));
    assertEquals(
        ", line 2: column 1 is '1f'; expected a finite number", refusal(csv, "1,2,a\n1f,2,a"));
    assertEquals(", line 2: 2 columns; the first line has 3", refusal(csv, "1,2,a\n1,a"));
    assertEquals(", line 2: column 1: the quote is not closed", refusal(csv, "1,a\n\"1,a"));
    assertEquals(": there is no line", refusal(csv, "\n\n"));
    assertEquals(": there are names of columns, but no examples", refusal(csv, "x,y\n"));
    assertEquals(
        ", line 1: has the columns [x, y]; expected features and the class in 'z'",
        refusal(new Csv().label("z"), "x,y\n1,2"));
    assertEquals(
        ", line 1: has the columns [x]; expected features and the class in column 1",
        refusal(csv, "x\n1"));
  }

  @Test
  void readsIris() throws IOException {
    Csv.Table iris = new Csv().read(DataFolder.require("iris/iris.csv"));
    assertEquals("150 rows of 4 features, 3 classes", iris.examples().toString());
    assertArrayEquals(new int[] {50, 50, 50}, iris.examples().classCounts());
    assertEquals(5.9f, iris.examples().feature(149, 0));
  }
}
