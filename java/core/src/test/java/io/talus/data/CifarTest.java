package io.talus.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CifarTest {
  @TempDir Path folder;

  private Path file(String name, byte[] bytes) throws IOException {
    return Files.write(folder.resolve(name), bytes);
  }

  private static byte[] record(int... labels) {
    byte[] bytes = new byte[labels.length + 3072];
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = i < labels.length ? (byte) labels[i] : (byte) ((i - labels.length) / 1024 * 51);
    }
    bytes[labels.length + 33] = (byte) 255; // red of row 1, column 1
    return bytes;
  }

  private String refusal(byte[] bytes) throws IOException {
    Path file = file("batch.bin", bytes);
    return assertThrows(MalformedFileException.class, () -> Cifar.read10(file))
        .getMessage()
        .substring(file.toString().length());
  }

  @Test
  void putsTheColoursOfAPixelSideBySide() throws IOException {
    Path one = file("one.bin", record(7));
    Path two = file("two.bin", record(3));
    Dataset both = Cifar.read10(one, two);
    assertArrayEquals(new int[] {7, 3}, both.labels());
    assertEquals(new ImageShape(32, 32, 3), both.image().orElseThrow());
    float[] first = Arrays.copyOf(both.features(), 3);
    assertArrayEquals(new float[] {0, 0.2f, 0.4f}, first);
    int pixel = (32 + 1) * 3;
    assertArrayEquals(
        new float[] {1, 0.2f, 0.4f}, Arrays.copyOfRange(both.features(), pixel, pixel + 3));
  }

  @Test
  void readsFineAndCoarseLabels() throws IOException {
    Path file = file("test.bin", record(19, 99));
    assertArrayEquals(new int[] {99}, Cifar.read100(file).labels());
    assertEquals(100, Cifar.read100(file).classes());
    assertArrayEquals(new int[] {19}, Cifar.read100Coarse(file).labels());
    assertEquals(20, Cifar.read100Coarse(file).classes());
  }

  @Test
  void refusesWhatIsNotCifar() throws IOException {
    assertEquals(
        ": has 3072 bytes, no whole number of records of CIFAR-10, 3073 bytes each: it is cut off,"
            + " packed or something else",
        refusal(Arrays.copyOf(record(1), 3072)));
    assertEquals(": label 0 is 10; expected a class of 0..9 of CIFAR-10", refusal(record(10)));
    assertThrows(MalformedFileException.class, () -> Cifar.read10(file("none.bin", new byte[0])));
  }

  @Test
  void readsTheTestBatches() throws IOException {
    Dataset ten = Cifar.read10(unpacked("cifar-10-batches-bin/test_batch.bin.xz"));
    assertEquals("10000 rows of 3072 features, 10 classes", ten.toString());
    int[] counts = new int[10];
    Arrays.fill(counts, 1000);
    assertArrayEquals(counts, ten.classCounts());
    // Published for the training images; the test images differ by less than 0.01.
    assertArrayEquals(
        new float[] {0.4914f, 0.4822f, 0.4465f}, Normalization.of(ten).means(), 0.01f);
    Dataset hundred = Cifar.read100(unpacked("cifar-100-binary/test.bin.xz"));
    assertArrayEquals(
        new float[] {0.5071f, 0.4865f, 0.4409f}, Normalization.of(hundred).means(), 0.01f);
    assertEquals(1, hundred.advice().size());
  }

  private Path unpacked(String name) throws IOException {
    return DataFolder.unpacked(name, folder.resolve("plain.bin"));
  }
}
