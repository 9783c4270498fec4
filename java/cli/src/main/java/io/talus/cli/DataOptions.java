package io.talus.cli;

import io.talus.data.ImageShape;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** How examples are found and read. */
final class DataOptions {
  private static final String COARSE = "cifar100-coarse";

  /** In the order in which they are looked for. */
  private static final Map<String, DataSource.Finder> FINDERS = new LinkedHashMap<>();

  static {
    FINDERS.put("idx", IdxData::find);
    FINDERS.put("cifar10", CifarData.Kind.TEN::find);
    FINDERS.put("cifar100", CifarData.Kind.FINE::find);
    FINDERS.put(COARSE, CifarData.Kind.COARSE::find);
    FINDERS.put("csv", CsvData::find);
    FINDERS.put("images", ImageFolderData::find);
  }

  @Option(
      names = "--format",
      paramLabel = "NAME",
      description =
          "idx, cifar10, cifar100, cifar100-coarse, csv or images (a folder for each class)."
              + " Default: what is found.")
  private String format;

  @Mixin private ReadingOptions reading;

  /**
   * Lets what a model was trained on count where nothing else is said; see {@link
   * ReadingOptions#setDefaults}.
   *
   * @param isSameData whether these are the files that it was trained on
   */
  void setDefaults(Arguments arguments, ImageShape image, boolean isSameData) {
    reading.setDefaults(arguments, image);
    if (format == null && isSameData) {
      format = arguments.options().get("--format");
    }
  }

  /**
   * Finds the examples, without reading them.
   *
   * @throws FileNotFoundException when there are none, or of several kinds
   */
  DataSource open(Path data) throws IOException {
    if (!Files.exists(data)) {
      throw new FileNotFoundException(data + ": there is no such file or folder");
    }
    if (format != null && !FINDERS.containsKey(format)) {
      throw new IllegalArgumentException(
          "--format " + format + ": there are " + String.join(", ", FINDERS.keySet()));
    }
    Map<String, DataSource> found = new LinkedHashMap<>();
    for (Map.Entry<String, DataSource.Finder> finder : FINDERS.entrySet()) {
      if (format == null ? !finder.getKey().equals(COARSE) : format.equals(finder.getKey())) {
        finder
            .getValue()
            .find(data, reading.reading())
            .ifPresent(it -> found.put(finder.getKey(), it));
      }
    }
    if (found.size() != 1) {
      throw new FileNotFoundException(data + ": " + (found.isEmpty() ? nothing() : several(found)));
    }
    return found.values().iterator().next();
  }

  private String nothing() {
    return "found no "
        + (format == null ? "examples" : format)
        + ". Looked for IDX (train-images-idx3-ubyte), CIFAR (data_batch_1.bin, train.bin), a CSV"
        + " file, and a folder of images for each class";
  }

  private static String several(Map<String, DataSource> found) {
    return "found several kinds of examples; say which with --format "
        + String.join(" or ", found.keySet());
  }
}
