package io.talus.cli;

import io.talus.data.Csv;
import io.talus.data.Idx;
import io.talus.data.ImageFile;
import io.talus.data.ImageShape;
import io.talus.data.MalformedFileException;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Finds and reads examples without classes, as a model takes them. */
final class UnnamedExamples {
  private static final Pattern IDX = Pattern.compile("(?i).*idx3-ubyte(\\.gz)?");
  private static final int IMAGES_AT_A_TIME = 256;

  private final SavedModel model;
  private final DataSource.Reading reading;
  private final Float white;

  /**
   * @param white what the model knows white as, or null where that is not said
   */
  UnnamedExamples(SavedModel model, DataSource.Reading reading, Float white) {
    this.model = model;
    this.reading = reading;
    this.white = white;
  }

  /** Some examples that are read at one time. */
  @FunctionalInterface
  interface Part {
    Examples read() throws IOException;
  }

  /**
   * Examples and what to call them.
   *
   * @param features normalized, one row after another
   */
  record Examples(List<String> names, float[] features) {}

  /**
   * What files are and folders hold, in order.
   *
   * @throws IOException when one is nothing that can be read
   */
  List<Part> find(List<Path> inputs) throws IOException {
    List<Part> parts = new ArrayList<>();
    List<Path> images = new ArrayList<>();
    for (Path input : inputs) {
      if (!Files.exists(input)) {
        throw new FileNotFoundException(input + ": there is no such file or folder");
      }
      if (Files.isDirectory(input)) {
        images.addAll(imagesOf(input));
      } else if (ImageFile.isNamed(input)) {
        images.add(input);
      } else {
        parts.addAll(images(images));
        images.clear();
        parts.add(table(input));
      }
    }
    parts.addAll(images(images));
    return parts;
  }

  private Part table(Path file) throws IOException {
    if (DataFiles.isNamed(file, IDX)) {
      return () -> idx(file);
    }
    if (DataFiles.isNamed(file, CsvData.NAME)) {
      return () -> csv(file);
    }
    throw new FileNotFoundException(
        file
            + ": expected an image (.png, .jpg, .jpeg, .gif, .bmp), a CSV file (.csv, .tsv) or IDX"
            + " images (...idx3-ubyte), by its name");
  }

  private static List<Path> imagesOf(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      List<Path> images =
          files
              .filter(file -> ImageFile.isNamed(file) && Files.isRegularFile(file))
              .filter(file -> !DataFiles.name(file).startsWith("."))
              .sorted()
              .toList();
      if (images.isEmpty()) {
        throw new FileNotFoundException(
            folder + ": there is no image in it; CSV and IDX files are named one by one");
      }
      return images;
    }
  }

  private List<Part> images(List<Path> files) {
    if (files.isEmpty()) {
      return List.of();
    }
    ImageShape image = reading.image(1);
    if (image == null) {
      throw new IllegalArgumentException(
          files.get(0)
              + ": nothing says of what size the images were that "
              + model.file()
              + " learned from; say --size and --channels");
    }
    requireTaken(files.get(0), image);
    List<Part> parts = new ArrayList<>();
    for (int from = 0; from < files.size(); from += IMAGES_AT_A_TIME) {
      List<Path> some =
          List.copyOf(files.subList(from, Math.min(files.size(), from + IMAGES_AT_A_TIME)));
      parts.add(() -> images(some, image));
    }
    return parts;
  }

  private Examples images(List<Path> files, ImageShape image) throws IOException {
    float[] pixels = new float[files.size() * image.size()];
    int at = 0;
    for (Path file : files) {
      System.arraycopy(ImageFile.read(file, image), 0, pixels, at, image.size());
      at += image.size();
    }
    return prepared(files.stream().map(Path::toString).toList(), brightened(files.get(0), pixels));
  }

  private Examples idx(Path file) throws IOException {
    Idx.Images images = Idx.readImages(file);
    requireTaken(file, images.image());
    return prepared(numbered(file, images.count()), brightened(file, images.pixels()));
  }

  private void requireTaken(Path file, ImageShape image) {
    ImageShape own = model.image();
    if (own == null ? image.size() != model.network().inputs() : !image.equals(own)) {
      throw new IllegalArgumentException(
          model.file()
              + " takes "
              + model.takes()
              + ", not images of "
              + image
              + ", as of "
              + file);
    }
  }

  /** Pixels of files are from 0 to 1. */
  private float[] brightened(Path file, float[] pixels) {
    if (white == null && !model.isOfUnitRange()) {
      throw new IllegalArgumentException(
          file
              + ": the pixels of images are from 0 to 1, but "
              + model.file()
              + " learned from larger numbers; say with --white what white was there, as in --white"
              + " 255");
    }
    for (int i = 0; white != null && i < pixels.length; i++) {
      pixels[i] *= white;
    }
    return pixels;
  }

  private Examples csv(Path file) throws IOException {
    int wanted = model.network().inputs();
    Csv csv = CsvData.reader(file, reading);
    int columns = csv.columns(file);
    if (columns != wanted && columns != wanted + 1) {
      throw new MalformedFileException(
          file,
          "has "
              + columns
              + " columns; "
              + model.file()
              + " takes "
              + wanted
              + " features, and the file may have the class besides");
    }
    float[] features =
        columns == wanted ? csv.readFeatures(file).values() : csv.read(file).examples().features();
    return prepared(numbered(file, features.length / wanted), features);
  }

  private static List<String> numbered(Path file, int count) {
    return IntStream.rangeClosed(1, count)
        .mapToObj(number -> file + "#" + number)
        .collect(Collectors.toList());
  }

  private Examples prepared(List<String> names, float[] features) {
    model.network().normalization().ifPresent(by -> by.apply(features));
    return new Examples(names, features);
  }
}
