package io.talus.cli;

import io.talus.data.Dataset;
import io.talus.data.ImageFile;
import io.talus.data.ImageFolder;
import io.talus.data.MalformedFileException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Folders of images, one for each class; or two sets of them in {@code train} and {@code test}.
 *
 * @param roots of the training part and, where there is one, of the test part
 */
record ImageFolderData(List<Path> roots, Reading reading) implements DataSource {
  private static final int CHANNELS = 3;

  static Optional<DataSource> find(Path data, Reading reading) throws IOException {
    Path training = data.resolve("train");
    Path test = data.resolve("test");
    if (hasClasses(training)) {
      return Optional.of(
          new ImageFolderData(
              hasClasses(test) ? List.of(training, test) : List.of(training), reading));
    }
    return hasClasses(data)
        ? Optional.of(new ImageFolderData(List.of(data), reading))
        : Optional.empty();
  }

  private static boolean hasClasses(Path root) throws IOException {
    for (Path folder : DataFiles.folders(root)) {
      try (Stream<Path> files = Files.list(folder)) {
        if (files.anyMatch(ImageFile::isNamed)) {
          return true;
        }
      }
    }
    return false;
  }

  @Override
  public String name() {
    return "the images of " + DataFiles.name(roots.get(0));
  }

  @Override
  public Labelled training(List<String> classes) throws IOException {
    return read(roots.get(0), classes);
  }

  @Override
  public boolean hasTest() {
    return roots.size() > 1;
  }

  @Override
  public Labelled test(List<String> classes) throws IOException {
    return read(roots.get(1), classes);
  }

  private Labelled read(Path root, List<String> classes) throws IOException {
    ImageFolder folder =
        reading.image(CHANNELS) == null
            ? ImageFolder.open(root, reading.channels(CHANNELS))
            : ImageFolder.open(root, reading.image(CHANNELS));
    Dataset examples = folder.load();
    if (classes == null || classes.equals(folder.classNames())) {
      return new Labelled(examples, folder.classNames());
    }
    return new Labelled(renumbered(root, examples, folder.classNames(), classes), classes);
  }

  /** A folder may lack classes, so that the others' numbers differ. */
  private static Dataset renumbered(
      Path root, Dataset examples, List<String> found, List<String> classes) throws IOException {
    for (String name : found) {
      if (!classes.contains(name)) {
        throw new MalformedFileException(
            root, "has the class '" + name + "'; known are " + String.join(", ", classes));
      }
    }
    int[] labels = examples.labels();
    for (int row = 0; row < labels.length; row++) {
      labels[row] = classes.indexOf(found.get(labels[row]));
    }
    return Dataset.ofImages(
        examples.features(), labels, classes.size(), examples.image().orElseThrow());
  }
}
