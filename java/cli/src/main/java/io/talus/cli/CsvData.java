package io.talus.cli;

import io.talus.data.Csv;
import io.talus.data.Dataset;
import io.talus.data.ImageShape;
import io.talus.data.MalformedFileException;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * CSV files: {@code train.csv} and {@code test.csv}, or a single one.
 *
 * @param files of the training part and, where there is one, of the test part
 */
record CsvData(List<Path> files, Reading reading) implements DataSource {
  static final Pattern NAME = Pattern.compile("(?i).*\\.(csv|tsv)(\\.gz)?");
  private static final Pattern TRAINING = Pattern.compile("(?i)train\\.(csv|tsv)(\\.gz)?");
  private static final Pattern TEST = Pattern.compile("(?i)test\\.(csv|tsv)(\\.gz)?");

  static Optional<DataSource> find(Path data, Reading reading) throws IOException {
    List<Path> all = DataFiles.named(data, NAME);
    List<Path> training = all.stream().filter(f -> DataFiles.isNamed(f, TRAINING)).toList();
    List<Path> test = all.stream().filter(f -> DataFiles.isNamed(f, TEST)).toList();
    if (training.size() == 1 && test.size() == 1) {
      return Optional.of(new CsvData(List.of(training.get(0), test.get(0)), reading));
    }
    if (all.size() > 1) {
      throw new FileNotFoundException(
          data + ": which file? Name one, or call two train.csv and test.csv. There are " + all);
    }
    return all.isEmpty() ? Optional.empty() : Optional.of(new CsvData(all, reading));
  }

  @Override
  public String name() {
    return DataFiles.name(files.get(0));
  }

  @Override
  public Labelled training(List<String> classes) throws IOException {
    return read(files.get(0), classes);
  }

  @Override
  public boolean hasTest() {
    return files.size() > 1;
  }

  @Override
  public Labelled test(List<String> classes) throws IOException {
    return read(files.get(1), classes);
  }

  private Labelled read(Path file, List<String> classes) throws IOException {
    Csv csv = reader(file, reading);
    if (classes != null) {
      csv.classes(classes);
    }
    Csv.Table table = csv.read(file);
    Dataset rows = table.examples();
    ImageShape image = reading.image(1);
    if (image != null && image.size() != rows.inputs()) {
      throw new MalformedFileException(
          file,
          "has rows of "
              + rows.inputs()
              + " features, where an image of "
              + image
              + " has "
              + image.size());
    }
    Dataset examples =
        image == null
            ? rows
            : Dataset.ofImages(rows.features(), rows.labels(), rows.classes(), image);
    return new Labelled(examples, table.classes());
  }

  /** Reads as the options say. */
  static Csv reader(Path file, Reading reading) {
    Csv csv = new Csv();
    boolean isTabs = DataFiles.name(file).toLowerCase(Locale.ROOT).contains(".tsv");
    if (reading.separator() != null || isTabs) {
      csv.separator(reading.separator() != null ? reading.separator() : "\t");
    }
    if (reading.label() != null) {
      if (reading.label().matches("\\d{1,9}")) {
        csv.label(Integer.parseInt(reading.label()));
      } else {
        csv.label(reading.label());
      }
    }
    return csv;
  }
}
