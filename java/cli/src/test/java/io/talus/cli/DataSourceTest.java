package io.talus.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.talus.data.ImageShape;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class DataSourceTest {
  @TempDir private Path folder;

  private DataSource open(String... options) throws IOException {
    DataOptions reading = new DataOptions();
    new CommandLine(reading).parseArgs(options);
    return reading.open(folder);
  }

  private void idx(String part, int count) throws IOException {
    ByteBuffer images = ByteBuffer.allocate(16 + 4 * count);
    images.putInt(2051).putInt(count).putInt(2).putInt(2);
    Files.write(folder.resolve(part + "-images-idx3-ubyte"), images.array());
    ByteBuffer labels = ByteBuffer.allocate(8 + count).putInt(2049).putInt(count);
    for (int i = 0; i < count; i++) {
      labels.put((byte) (i % 3));
    }
    Files.write(folder.resolve(part + "-labels-idx1-ubyte"), labels.array());
  }

  private void image(String name, int height, int width) throws IOException {
    Path file = folder.resolve(name);
    Files.createDirectories(file.getParent());
    BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
    ImageIO.write(image, "png", file.toFile());
  }

  @Test
  void findsIdxFiles() throws IOException {
    idx("train", 6);
    assertTrue(!open().hasTest());
    idx("t10k", 3);
    DataSource source = open();
    DataSource.Labelled training = source.training(null);
    assertEquals(6, training.examples().rows());
    assertEquals(List.of("0", "1", "2"), training.classes());
    assertEquals(Optional.of(new ImageShape(2, 2, 1)), training.examples().image());
    assertEquals(3, source.test(training.classes()).examples().rows());
    assertThrows(IOException.class, () -> source.test(List.of("0", "1")));
    Files.delete(folder.resolve("train-labels-idx1-ubyte"));
    String message = assertThrows(IOException.class, () -> source.training(null)).getMessage();
    assertTrue(message.contains("train-labels-idx1-ubyte (or .gz), are not beside it"), message);
  }

  @Test
  void findsCifar() throws IOException {
    Files.write(folder.resolve("data_batch_1.bin"), new byte[2 * 3073]);
    Files.write(folder.resolve("data_batch_2.bin"), new byte[3073]);
    Files.write(folder.resolve("test_batch.bin"), new byte[3073]);
    assertEquals("9", open().training(null).classes().get(9));
    Files.writeString(folder.resolve("batches.meta.txt"), "a\nb\nc\nd\ne\nf\ng\nh\ni\nj\n\n");
    DataSource.Labelled training = open().training(null);
    assertEquals(3, training.examples().rows());
    assertEquals("j", training.classes().get(9));
    assertEquals(1, open().test(null).examples().rows());
  }

  @Test
  void cifar100IsReadFinelyUnlessSaid() throws IOException {
    Files.write(folder.resolve("train.bin"), new byte[3074]);
    assertEquals(100, open().training(null).classes().size());
    assertEquals(20, open("--format", "cifar100-coarse").training(null).classes().size());
  }

  @Test
  void findsFoldersOfImages() throws IOException {
    image("cat/1.png", 2, 3);
    image("dog/1.png", 2, 3);
    DataSource.Labelled all = open().training(null);
    assertEquals(List.of("cat", "dog"), all.classes());
    assertEquals(Optional.of(new ImageShape(2, 3, 3)), all.examples().image());
    assertEquals(
        Optional.of(new ImageShape(4, 4, 1)),
        open("--size", "4x4", "--channels", "1").training(null).examples().image());
    image("dog/2.png", 3, 3);
    String message = assertThrows(IOException.class, () -> open().training(null)).getMessage();
    assertTrue(message.contains("--size"), message);
  }

  @Test
  void numbersClassesAsTheModelDoes() throws IOException {
    image("train/cat/1.png", 2, 2);
    image("train/dog/1.png", 2, 2);
    image("test/dog/1.png", 2, 2);
    DataSource source = open();
    DataSource.Labelled test = source.test(source.training(null).classes());
    assertEquals(1, test.examples().label(0));
    assertEquals(2, test.examples().classes());
    image("test/eel/1.png", 2, 2);
    String message =
        assertThrows(IOException.class, () -> open().test(List.of("cat", "dog"))).getMessage();
    assertTrue(message.contains("has the class 'eel'; known are cat, dog"), message);
  }

  @Test
  void findsCsv() throws IOException {
    Files.writeString(folder.resolve("flowers.csv"), "kind,a,b,c,d\niris,1,2,3,4\nrose,5,6,7,8\n");
    assertThrows(IOException.class, () -> open().training(null));
    DataSource.Labelled rows = open("--label", "kind").training(null);
    assertEquals(List.of("iris", "rose"), rows.classes());
    assertEquals(8, rows.examples().feature(1, 3));
    assertEquals(2, open("--label", "1").training(null).examples().rows());
    assertEquals(
        Optional.of(new ImageShape(2, 2, 1)),
        open("--label", "kind", "--size", "2x2").training(null).examples().image());
    Files.writeString(folder.resolve("more.csv"), "a,b\n1,2\n");
    assertTrue(assertThrows(IOException.class, () -> open()).getMessage().contains("which file"));
  }

  @Test
  void saysWhatItCannotFind() throws IOException {
    String nothing = assertThrows(IOException.class, () -> open()).getMessage();
    assertTrue(nothing.startsWith(folder + ": found no examples. Looked for IDX"), nothing);
    idx("train", 3);
    Files.writeString(folder.resolve("a.csv"), "1,2\n");
    String several = assertThrows(IOException.class, () -> open()).getMessage();
    assertTrue(several.contains("--format idx or csv"), several);
    assertEquals(3, open("--format", "idx").training(null).examples().rows());
    String unknown =
        assertThrows(IllegalArgumentException.class, () -> open("--format", "xml")).getMessage();
    assertTrue(unknown.contains("--format xml: there are idx, cifar10"), unknown);
  }
}
