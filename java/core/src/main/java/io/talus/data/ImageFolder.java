package io.talus.data;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Images in files, a folder for each class, as ImageNet comes: {@code root/class/image.jpeg}. PNG,
 * JPEG, GIF and BMP, as {@code javax.imageio} reads them. Pixels become 0 to 1.
 *
 * <p>Only names are kept; an image is decoded when it is asked for. {@link #load} reads all of them
 * into memory. Classes are numbered in the order of their folders' names; files that are no images
 * by their name, and hidden ones, are passed over.
 */
public final class ImageFolder implements ExampleSource {
  private final List<String> classNames;
  private final List<Path> files;
  private final int[] labels;
  private final ImageShape shape;
  private final boolean resized;

  private ImageFolder(
      List<String> classNames, List<Path> files, int[] labels, ImageShape shape, boolean resized) {
    this.classNames = classNames;
    this.files = files;
    this.labels = labels;
    this.shape = shape;
    this.resized = resized;
  }

  /**
   * Images that all have the same size already: that of the first one. Another size is an error
   * when the image is read.
   *
   * @param channels 1 for grey, 3 for red, green and blue
   * @throws MalformedFileException when there is no image, or a folder without one
   */
  public static ImageFolder open(Path root, int channels) throws IOException {
    ImageFolder unsized = list(root, new ImageShape(1, 1, channels), false);
    ImageShape shape = ImageFile.shape(unsized.files.get(0), channels);
    return new ImageFolder(unsized.classNames, unsized.files, unsized.labels, shape, false);
  }

  /**
   * Images of any size, brought to one: cut around the centre to its proportions, then resized.
   *
   * @throws MalformedFileException when there is no image, or a folder without one
   */
  public static ImageFolder open(Path root, ImageShape shape) throws IOException {
    return list(root, shape, true);
  }

  private static ImageFolder list(Path root, ImageShape shape, boolean resized) throws IOException {
    if (shape.channels() != 1 && shape.channels() != 3) {
      throw new IllegalArgumentException(
          "image folder: " + shape.channels() + " channels; expected 1 (grey) or 3 (colours)");
    }
    List<String> classNames = new ArrayList<>();
    List<Path> files = new ArrayList<>();
    List<Integer> labels = new ArrayList<>();
    for (Path folder : sorted(root, Files::isDirectory)) {
      List<Path> images = sorted(folder, ImageFile::isNamed);
      if (images.isEmpty()) {
        throw new MalformedFileException(folder, "the class has no image; remove its folder");
      }
      images.forEach(image -> labels.add(classNames.size()));
      classNames.add(folder.getFileName().toString());
      files.addAll(images);
    }
    if (files.isEmpty()) {
      throw new MalformedFileException(
          root, "there is no folder in it; expected one with images for each class");
    }
    int[] classOf = labels.stream().mapToInt(Integer::intValue).toArray();
    return new ImageFolder(List.copyOf(classNames), List.copyOf(files), classOf, shape, resized);
  }

  private static List<Path> sorted(Path folder, Predicate<Path> wanted) throws IOException {
    try (Stream<Path> entries = Files.list(folder)) {
      return entries
          .filter(entry -> !entry.getFileName().toString().startsWith("."))
          .filter(wanted)
          .sorted()
          .toList();
    }
  }

  @Override
  public int rows() {
    return labels.length;
  }

  @Override
  public int inputs() {
    return shape.size();
  }

  @Override
  public int classes() {
    return classNames.size();
  }

  @Override
  public Optional<ImageShape> image() {
    return Optional.of(shape);
  }

  @Override
  public int label(int row) {
    return labels[row];
  }

  /** The names of the classes' folders, by the classes' numbers. */
  public List<String> classNames() {
    return classNames;
  }

  /** The file of one example. */
  public Path file(int row) {
    return files.get(row);
  }

  /**
   * Decodes one image.
   *
   * @throws UncheckedIOException of a {@link MalformedFileException} when the file is no image, or,
   *     where images are not resized, one of another size
   */
  @Override
  public void read(int row, float[] target, int at) {
    try {
      ImageFile.read(files.get(row), shape, resized, target, at);
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
  }

  /**
   * Reads all images into memory, several at the same time.
   *
   * @throws IOException when one cannot be read
   */
  public Dataset load() throws IOException {
    float[] pixels = new float[Math.multiplyExact(rows(), inputs())];
    try {
      IntStream.range(0, rows()).parallel().forEach(row -> read(row, pixels, row * inputs()));
    } catch (UncheckedIOException failed) {
      throw failed.getCause();
    }
    return Dataset.ofImages(pixels, labels.clone(), classes(), shape);
  }

  /** As in {@code 1200 images of 224x224x3 in 10 classes}. */
  @Override
  public String toString() {
    return rows() + " images of " + shape + " in " + classes() + " classes";
  }
}
