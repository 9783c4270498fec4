package io.talus.cli;

import io.talus.data.Cifar;
import io.talus.data.Dataset;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The binary files of CIFAR-10 or CIFAR-100.
 *
 * @param trainingFiles or, where there are none, the test files
 */
record CifarData(Kind kind, List<Path> trainingFiles, List<Path> testFiles) implements DataSource {
  private interface Reader {
    Dataset read(Path... files) throws IOException;
  }

  /** One of the three ways to read them. */
  enum Kind {
    TEN("CIFAR-10", "data_batch_\\d+\\.bin", "test_batch\\.bin", "batches.meta.txt", Cifar::read10),
    FINE("CIFAR-100", "train\\.bin", "test\\.bin", "fine_label_names.txt", Cifar::read100),
    COARSE(
        "CIFAR-100, coarse",
        "train\\.bin",
        "test\\.bin",
        "coarse_label_names.txt",
        Cifar::read100Coarse);

    private final String title;
    private final Pattern training;
    private final Pattern test;
    private final String names;
    private final Reader reader;

    Kind(String title, String training, String test, String names, Reader reader) {
      this.title = title;
      this.training = Pattern.compile(training);
      this.test = Pattern.compile(test);
      this.names = names;
      this.reader = reader;
    }

    Optional<DataSource> find(Path data, Reading reading) throws IOException {
      List<Path> trainingFiles = DataFiles.named(data, training);
      List<Path> testFiles = DataFiles.named(data, test);
      if (trainingFiles.isEmpty()) {
        return testFiles.isEmpty()
            ? Optional.empty()
            : Optional.of(new CifarData(this, testFiles, List.of()));
      }
      return Optional.of(new CifarData(this, trainingFiles, testFiles));
    }
  }

  @Override
  public String name() {
    return kind.title;
  }

  @Override
  public Labelled training(List<String> classes) throws IOException {
    return read(trainingFiles, classes);
  }

  @Override
  public boolean hasTest() {
    return !testFiles.isEmpty();
  }

  @Override
  public Labelled test(List<String> classes) throws IOException {
    return read(testFiles, classes);
  }

  private Labelled read(List<Path> files, List<String> classes) throws IOException {
    Dataset examples = kind.reader.read(files.toArray(Path[]::new));
    return new Labelled(
        examples, classes == null ? names(files.get(0), examples.classes()) : classes);
  }

  /** Those of the file that comes with the data, or numbers. */
  private List<String> names(Path beside, int classes) throws IOException {
    Path file = beside.resolveSibling(kind.names);
    if (Files.exists(file)) {
      List<String> names = Files.readAllLines(file).stream().filter(n -> !n.isBlank()).toList();
      if (names.size() == classes) {
        return names;
      }
    }
    return DataFiles.numbers(classes);
  }
}
