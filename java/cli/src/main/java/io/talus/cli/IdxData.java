package io.talus.cli;

import io.talus.data.Dataset;
import io.talus.data.Idx;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Pairs of IDX files, as MNIST has them.
 *
 * @param images of the training part and, where there is a second, of the test part
 */
record IdxData(List<Path> images) implements DataSource {
  private static final Pattern IMAGES = Pattern.compile(".*images[-.]idx3-ubyte(\\.gz)?");
  private static final Pattern TEST = Pattern.compile(".*(t10k|test).*");

  static Optional<DataSource> find(Path data, Reading reading) throws IOException {
    List<Path> found = DataFiles.named(data, IMAGES);
    if (found.size() <= 1) {
      return found.isEmpty() ? Optional.empty() : Optional.of(new IdxData(found));
    }
    List<Path> test = found.stream().filter(file -> DataFiles.isNamed(file, TEST)).toList();
    List<Path> training = found.stream().filter(file -> !test.contains(file)).toList();
    if (test.size() != 1 || training.size() != 1) {
      throw new FileNotFoundException(
          data + ": which files are training and which test? There are " + found);
    }
    return Optional.of(new IdxData(List.of(training.get(0), test.get(0))));
  }

  @Override
  public String name() {
    return "the images of " + DataFiles.name(images.get(0).toAbsolutePath().getParent());
  }

  @Override
  public Labelled training(List<String> classes) throws IOException {
    return read(images.get(0), classes);
  }

  @Override
  public boolean hasTest() {
    return images.size() > 1;
  }

  @Override
  public Labelled test(List<String> classes) throws IOException {
    return read(images.get(1), classes);
  }

  private static Labelled read(Path images, List<String> classes) throws IOException {
    Path labels = labels(images);
    Dataset examples =
        classes == null ? Idx.read(images, labels) : Idx.read(images, labels, classes.size());
    return new Labelled(
        examples, classes == null ? DataFiles.numbers(examples.classes()) : classes);
  }

  /** The file beside, packed or not. */
  private static Path labels(Path images) throws IOException {
    String name = DataFiles.name(images).replace("images", "labels").replaceFirst("idx3", "idx1");
    String plain = name.endsWith(".gz") ? name.substring(0, name.length() - 3) : name;
    for (String candidate : List.of(name, plain, plain + ".gz")) {
      if (Files.exists(images.resolveSibling(candidate))) {
        return images.resolveSibling(candidate);
      }
    }
    throw new FileNotFoundException(
        images + ": its labels, " + plain + " (or .gz), are not beside it");
  }
}
