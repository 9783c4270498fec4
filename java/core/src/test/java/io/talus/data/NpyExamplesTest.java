package io.talus.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NpyExamplesTest {
  @TempDir Path folder;

  /** A version 1 file of up to 100 bytes of numbers. */
  private Path file(String name, String type, String shape, Consumer<ByteBuffer> numbers)
      throws IOException {
    String header = "{'descr': '" + type + "', 'fortran_order': False, 'shape': " + shape + ", }";
    String text = header + " ".repeat(117 - header.length()) + "\n";
    ByteBuffer bytes = ByteBuffer.allocate(228).order(ByteOrder.LITTLE_ENDIAN);
    bytes.put((byte) 0x93).put("NUMPY".getBytes(StandardCharsets.US_ASCII));
    bytes.put((byte) 1).put((byte) 0).putShort((short) 118);
    bytes.put(text.getBytes(StandardCharsets.US_ASCII));
    bytes.order(type.startsWith(">") ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN);
    numbers.accept(bytes);
    byte[] written = new byte[bytes.position()];
    bytes.flip().get(written);
    return Files.write(folder.resolve(name), written);
  }

  private Path labels(long... labels) throws IOException {
    return file(
        "y.npy",
        "<i8",
        "(" + labels.length + ",)",
        bytes -> {
          for (long label : labels) {
            bytes.putLong(label);
          }
        });
  }

  @Test
  void readsWhatNumPySavesByItself() throws IOException {
    Path x =
        file(
            "x.npy",
            "<f8",
            "(2, 3)",
            bytes -> {
              for (int i = 0; i < 6; i++) {
                bytes.putDouble(i + 0.1);
              }
            });
    Dataset read = Npy.readExamples(x, labels(1, 0), 2);
    assertEquals("2 rows of 3 features, 2 classes", read.toString());
    assertArrayEquals(new float[] {0.1f, 1.1f, 2.1f, 3.1f, 4.1f, 5.1f}, read.features());
    assertArrayEquals(new int[] {1, 0}, read.labels());
    assertEquals(Optional.empty(), read.image());
  }

  @Test
  void imagesHaveTheirShapeAndBytesBecomeZeroToOne() throws IOException {
    Path x = file("x.npy", "|u1", "(2, 1, 2, 3)", bytes -> bytes.put(new byte[11]).put((byte) -1));
    Path y = file("y.npy", "|u1", "(2,)", bytes -> bytes.put((byte) 0).put((byte) 199));
    Dataset colours = Npy.readExamples(x, y, 200);
    assertEquals(Optional.of(new ImageShape(1, 2, 3)), colours.image());
    assertEquals(0, colours.feature(1, 4));
    assertEquals(1, colours.feature(1, 5));
    assertEquals(199, colours.label(1));
    Path grey = file("x.npy", ">f4", "(1, 2, 1)", bytes -> bytes.putFloat(0.5f).putFloat(-3));
    Path one = file("y.npy", ">i4", "(1,)", bytes -> bytes.putInt(0));
    Dataset images = Npy.readExamples(grey, one, 1);
    assertEquals(Optional.of(new ImageShape(2, 1, 1)), images.image());
    assertArrayEquals(new float[] {0.5f, -3}, images.features());
  }

  private String refused(Path x, Path y) {
    return assertThrows(IOException.class, () -> Npy.readExamples(x, y, 2)).getMessage();
  }

  @Test
  void saysWhatIsWrong() throws IOException {
    Path x = file("x.npy", "<f4", "(2, 1)", bytes -> bytes.putFloat(1).putFloat(Float.NaN));
    assertEquals(
        "dataset: feature 0 of row 1 is NaN",
        assertThrows(IllegalArgumentException.class, () -> Npy.readExamples(x, labels(0, 1), 2))
            .getMessage());
    assertEquals(
        x + ": holds 2 examples, " + folder.resolve("y.npy") + " 3 labels",
        refused(x, labels(0, 1, 0)));
    Path y = folder.resolve("y.npy");
    assertEquals(y + ": label 1 is -1, no class", refused(x, labels(0, -1)));
    assertEquals(y + ": label 0 is 4294967296, no class", refused(x, labels(1L << 32, 0)));
    file("x.npy", "<f4", "(2, 1)", bytes -> bytes.putFloat(1).putFloat(2));
    assertEquals(
        "dataset: the label of row 1 is 2, not one of 0..1",
        assertThrows(IllegalArgumentException.class, () -> Npy.readExamples(x, labels(0, 2), 2))
            .getMessage());
    assertEquals(
        x
            + ": holds numbers of type '<i8'; expected '<f4' (float32) or '<f8' (float64) or '|u1'"
            + " (uint8)",
        refused(file("x.npy", "<i8", "(1, 1)", bytes -> bytes.putLong(1)), labels(0)));
    assertEquals(
        x
            + ": holds an array of [2]; expected examples x features, or images: examples x height"
            + " x width, with or without x channels",
        refused(file("x.npy", "<f4", "(2,)", bytes -> bytes.putLong(1)), labels(0, 1)));
    assertEquals(
        x + ": has 7 bytes behind the header, which announces an array of 2x1: 8 bytes",
        refused(file("x.npy", "<f4", "(2, 1)", bytes -> bytes.put(new byte[7])), labels(0, 1)));
    Path square = file("y.npy", "<i4", "(1, 1)", bytes -> bytes.putInt(0));
    assertEquals(square + ": holds an array of [1, 1]; expected one axis", refused(x, square));
    Path none = file("y.npy", "<i4", "(0,)", bytes -> {});
    assertEquals(
        none + ": holds 0 numbers; a dataset has some, but below 2^31 - 8", refused(x, none));
  }
}
