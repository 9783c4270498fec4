package io.talus.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class IdxTest {
  @TempDir Path folder;

  private static byte[] idx(int bodyBytes, int... header) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    DataOutputStream out = new DataOutputStream(bytes);
    for (int number : header) {
      out.writeInt(number);
    }
    for (int i = 0; i < bodyBytes; i++) {
      out.writeByte(i * 51); // 0, 51 .. 255 and so on
    }
    return bytes.toByteArray();
  }

  private static byte[] gzip(byte[] plain) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (GZIPOutputStream out = new GZIPOutputStream(bytes)) {
      out.write(plain);
    }
    return bytes.toByteArray();
  }

  private static byte[] labelBytes(int... labels) throws IOException {
    byte[] bytes = idx(labels.length, 2049, labels.length);
    for (int i = 0; i < labels.length; i++) {
      bytes[8 + i] = (byte) labels[i];
    }
    return bytes;
  }

  private Path file(String name, byte[] bytes) throws IOException {
    return Files.write(folder.resolve(name), bytes);
  }

  private String imagesRefused(byte[] images) throws IOException {
    Path imagesFile = file("images", images);
    Path labelsFile = file("labels", labelBytes(0, 1));
    String message =
        assertThrows(MalformedFileException.class, () -> Idx.read(imagesFile, labelsFile, 2))
            .getMessage();
    assertTrue(message.startsWith(imagesFile + ": "), message);
    return message.substring((imagesFile + ": ").length());
  }

  private String labelsRefused(byte[] labels) throws IOException {
    Path imagesFile = file("images", idx(12, 2051, 2, 2, 3));
    Path labelsFile = file("labels", labels);
    String message =
        assertThrows(MalformedFileException.class, () -> Idx.read(imagesFile, labelsFile, 2))
            .getMessage();
    assertTrue(message.startsWith(labelsFile + ": "), message);
    return message.substring((labelsFile + ": ").length());
  }

  @Test
  void readsPlainAndCompressedFilesAlike() throws IOException {
    Path images = file("images", idx(12, 2051, 2, 2, 3));
    Path packed = file("images.gz", gzip(idx(12, 2051, 2, 2, 3)));
    Path labels = file("labels", labelBytes(1, 0));
    Dataset read = Idx.read(images, labels, 2);
    assertEquals(new ImageShape(2, 3, 1), read.image().orElseThrow());
    assertArrayEquals(new int[] {1, 0}, read.labels());
    assertArrayEquals(
        new float[] {0, 0.2f, 0.4f, 0.6f, 0.8f, 1}, Arrays.copyOf(read.features(), 6));
    assertArrayEquals(read.features(), Idx.read(packed, labels, 2).features());
    Idx.Images alone = Idx.readImages(packed);
    assertEquals(new ImageShape(2, 3, 1), alone.image());
    assertEquals(2, alone.count());
    assertArrayEquals(read.features(), alone.pixels());
  }

  @Test
  void theLargestLabelTellsHowManyClasses() throws IOException {
    Path images = file("images", idx(12, 2051, 2, 2, 3));
    assertEquals(47, Idx.read(images, file("labels", labelBytes(46, 0))).classes());
  }

  @Test
  void refusesImagesThatAreNone() throws IOException {
    assertEquals(
        "begins with the number 2049; an IDX file of images begins with 2051",
        imagesRefused(idx(12, 2049, 2, 2, 3)));
    assertEquals(
        "has only 7 bytes; an IDX file of images begins with a header of 16",
        imagesRefused(new byte[7]));
    assertEquals(
        "has only 0 bytes; an IDX file of images begins with a header of 16",
        imagesRefused(new byte[0]));
    assertTrue(imagesRefused(idx(0, 2051, 0, 2, 3)).startsWith("0 images, but 2 labels in "));
    assertEquals("the header announces 2 images of 0x3", imagesRefused(idx(0, 2051, 2, 0, 3)));
  }

  @Test
  void refusesImagesThatAreTooShortOrTooLong() throws IOException {
    assertEquals(
        "ends after 11 bytes behind the header, which announces 12: the file is cut off",
        imagesRefused(idx(11, 2051, 2, 2, 3)));
    assertEquals(
        "goes on for 3 bytes after the 12 that its header announces",
        imagesRefused(idx(15, 2051, 2, 2, 3)));
    assertEquals(
        "the header's columns is 2147483647, which cannot be right for a file of 28 bytes",
        imagesRefused(idx(12, 2051, 2, 2, Integer.MAX_VALUE)));
    assertEquals(
        "the header's rows is -1, which cannot be right for a file of 28 bytes",
        imagesRefused(idx(12, 2051, 2, -1, 3)));
  }

  @Test
  void refusesCompressedFilesThatAreDamaged() throws IOException {
    byte[] packed = gzip(idx(12, 2051, 2, 2, 3));
    assertEquals(
        "the end of the compressed data is missing or damaged",
        imagesRefused(Arrays.copyOf(packed, packed.length - 4)));
    packed[packed.length - 6] ^= 1; // in the checksum
    assertTrue(imagesRefused(packed).contains("damaged"));
    byte[] longer = gzip(idx(3000, 2051, 2, 30, 50));
    String cut = imagesRefused(Arrays.copyOf(longer, longer.length / 2));
    assertTrue(cut.endsWith("which announces 3000: the file is cut off"), cut);
  }

  @Test
  void refusesLabelsThatAreNoClassesOrTooManyOrFew() throws IOException {
    assertEquals("label 1 is 2; expected a class of 0..1", labelsRefused(labelBytes(0, 2)));
    assertEquals("label 0 is 255; expected a class of 0..1", labelsRefused(labelBytes(255, 0)));
    assertEquals(
        "ends after 1 bytes behind the header, which announces 2: the file is cut off",
        labelsRefused(Arrays.copyOf(labelBytes(0, 1), 9)));
    assertEquals(
        "goes on for 1 bytes after the 2 that its header announces",
        labelsRefused(Arrays.copyOf(labelBytes(0, 1), 11)));
    assertEquals(
        "begins with the number 2051; an IDX file of labels begins with 2049",
        labelsRefused(idx(2, 2051, 2)));
    assertTrue(imagesRefused(idx(18, 2051, 3, 2, 3)).startsWith("3 images, but 2 labels in "));
  }

  @Test
  void readsMnist() throws IOException {
    Dataset test =
        Idx.read(
            DataFolder.require("mnist/t10k-images-idx3-ubyte.gz"),
            DataFolder.require("mnist/t10k-labels-idx1-ubyte.gz"),
            10);
    assertEquals("10000 rows of 784 features, 10 classes", test.toString());
    double sum = 0;
    for (float pixel : test.features()) {
      sum += pixel;
    }
    assertEquals(0.1325, sum / test.features().length, 0.0001);
    assertArrayEquals(
        new int[] {980, 1135, 1032, 1010, 982, 892, 958, 1028, 974, 1009}, test.classCounts());
  }
}
