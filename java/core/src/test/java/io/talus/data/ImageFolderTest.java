package io.talus.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ImageFolderTest {
  @TempDir Path root;

  /** An image whose pixel (y, x) has the colour {@code rgb[y][x]}. */
  private Path image(String name, int[][] rgb, int type) throws IOException {
    BufferedImage image = new BufferedImage(rgb[0].length, rgb.length, type);
    for (int y = 0; y < rgb.length; y++) {
      for (int x = 0; x < rgb[0].length; x++) {
        if (type == BufferedImage.TYPE_BYTE_GRAY) {
          image.getRaster().setSample(x, y, 0, rgb[y][x]);
        } else {
          image.setRGB(x, y, rgb[y][x]);
        }
      }
    }
    Path file = root.resolve(name);
    Files.createDirectories(file.getParent());
    assertTrue(ImageIO.write(image, name.substring(name.lastIndexOf('.') + 1), file.toFile()));
    return file;
  }

  private static int[][] same(int height, int width, int rgb) {
    int[][] pixels = new int[height][width];
    for (int[] row : pixels) {
      Arrays.fill(row, rgb);
    }
    return pixels;
  }

  @Test
  void foldersAreClassesAndPixelsComeRowByRowChannelsTogether() throws IOException {
    int colours = BufferedImage.TYPE_INT_RGB;
    image("dog/2.png", new int[][] {{0xFF0033, 0x00FF00}, {0x0000FF, 0x336699}}, colours);
    image("cat/1.png", same(2, 2, 0xFFFFFF), colours);
    Files.writeString(root.resolve("dog/readme.txt"), "no image");
    Files.writeString(root.resolve("dog/.hidden.png"), "no image");
    ImageFolder folder = ImageFolder.open(root, 3);
    assertEquals("2 images of 2x2x3 in 2 classes", folder.toString());
    assertEquals(List.of("cat", "dog"), folder.classNames());
    assertEquals(root.resolve("dog/2.png"), folder.file(1));
    Dataset all = folder.load();
    assertArrayEquals(new int[] {0, 1}, all.labels());
    float[] dog = new float[14];
    folder.read(1, dog, 1);
    assertArrayEquals(new float[] {0, 1, 0, 0.2f, 0, 1, 0, 0, 0, 1, 0.2f, 0.4f, 0.6f, 0}, dog);
    assertEquals(0.2f, all.feature(1, 2));
    float[] alone = ImageFile.read(folder.file(1), new ImageShape(2, 2, 3));
    assertArrayEquals(Arrays.copyOfRange(dog, 1, 13), alone);
  }

  /** Java's own conversion would brighten grey: 128 would become 0.74. */
  @Test
  void greyStaysAsItIsAndColoursBecomeLuma() throws IOException {
    image("a/grey.png", same(1, 1, 128), BufferedImage.TYPE_BYTE_GRAY);
    image("a/red.png", same(1, 1, 0xFF0000), BufferedImage.TYPE_INT_RGB);
    image("a/see-through.png", same(1, 1, 0x80FFFFFF), BufferedImage.TYPE_INT_ARGB);
    float[] grey = ImageFolder.open(root, 1).load().features();
    assertArrayEquals(new float[] {128 / 255f, 0.299f, 1}, grey, 1e-6f);
    float[] colour = ImageFolder.open(root, 3).load().features();
    assertEquals(128 / 255f, colour[2]);
  }

  @Test
  void jpegsComeOutAsTheyWentInUpToCompression() throws IOException {
    image("a/1.jpeg", same(16, 16, 0x40A0C0), BufferedImage.TYPE_INT_RGB);
    float[] pixels = ImageFolder.open(root, 3).load().features();
    float[] expected = {0x40 / 255f, 0xA0 / 255f, 0xC0 / 255f};
    for (int i = 0; i < pixels.length; i++) {
      assertEquals(expected[i % 3], pixels[i], 4 / 255f);
    }
  }

  /** Of 4x6 the middle 4x4, halved: along an axis, weights of 1, 3, 3 and 1 eighths. */
  @Test
  void cutsAroundTheCentreAndResizes() throws IOException {
    int[][] pixels = same(4, 6, 255);
    for (int y = 0; y < 4; y++) {
      for (int x = 1; x < 5; x++) {
        pixels[y][x] = x < 3 ? 70 : 140;
      }
    }
    image("a/1.png", pixels, BufferedImage.TYPE_BYTE_GRAY);
    float[] found = ImageFolder.open(root, new ImageShape(2, 2, 1)).load().features();
    // The triangle reaches two pixels: beyond the cut where there are any, here 255 at weight 1/8.
    float left = (255 * 1 + 70 * 3 + 70 * 3 + 140 * 1) / 8f / 255;
    float right = (70 * 1 + 140 * 3 + 140 * 3 + 255 * 1) / 8f / 255;
    assertArrayEquals(new float[] {left, right, left, right}, found, 1e-6f);
  }

  @Test
  void growingInterpolates() {
    float[] found = new float[9];
    ImageShape old = new ImageShape(1, 2, 1);
    Resize.centre(new float[] {0, 1}, old, new ImageShape(2, 4, 1), found, 1);
    float[] expected = {0, 0, 0.25f, 0.75f, 1, 0, 0.25f, 0.75f, 1};
    assertArrayEquals(expected, found, 1e-6f);
  }

  @Test
  void refusesImagesOfUnequalSizeUnlessGivenOne() throws IOException {
    image("a/1.png", same(2, 2, 0), BufferedImage.TYPE_INT_RGB);
    Path other = image("a/2.png", same(2, 3, 0), BufferedImage.TYPE_INT_RGB);
    ImageFolder folder = ImageFolder.open(root, 3);
    String message = assertThrows(MalformedFileException.class, folder::load).getMessage();
    assertEquals(
        other
            + ": is an image of 2x3 where the others are 2x2; give a size for all of them,"
            + " ImageFolder.open(root, new ImageShape(height, width, channels)) or --size",
        message);
    assertEquals(2, ImageFolder.open(root, new ImageShape(2, 2, 3)).load().rows());
  }

  @Test
  void refusesWhatIsNoImage() throws IOException {
    assertThrows(MalformedFileException.class, () -> ImageFolder.open(root, 3));
    assertThrows(IllegalArgumentException.class, () -> ImageFolder.open(root, 2));
    image("a/1.png", same(2, 2, 0), BufferedImage.TYPE_INT_RGB);
    Files.writeString(root.resolve("a/2.png"), "no image");
    ImageFolder folder = ImageFolder.open(root, 3);
    UncheckedIOException refused =
        assertThrows(UncheckedIOException.class, () -> folder.read(1, new float[12], 0));
    assertEquals(
        root.resolve("a/2.png") + ": is no image of a kind that Java reads",
        refused.getCause().getMessage());
    Files.createDirectory(root.resolve("empty"));
    assertTrue(
        assertThrows(MalformedFileException.class, () -> ImageFolder.open(root, 3))
            .getMessage()
            .endsWith("empty: the class has no image; remove its folder"));
  }

  @Test
  void refusesAnImageThatIsCutOff() throws IOException {
    Path file = image("a/1.png", same(50, 50, 0x123456), BufferedImage.TYPE_INT_RGB);
    byte[] bytes = Files.readAllBytes(file);
    Files.write(file, Arrays.copyOf(bytes, bytes.length / 2));
    String message =
        assertThrows(MalformedFileException.class, () -> ImageFolder.open(root, 3).load())
            .getMessage();
    assertTrue(message.contains("1.png: the image is damaged"), message);
  }
}
