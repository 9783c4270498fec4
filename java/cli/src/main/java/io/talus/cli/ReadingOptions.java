package io.talus.cli;

import io.talus.data.ImageShape;
import picocli.CommandLine.Option;

/** How files are read, whichever are found. */
final class ReadingOptions {
  @Option(
      names = "--label",
      paramLabel = "COLUMN",
      description = "CSV: the column of the class, by name or number. Default: the last.")
  private String label;

  @Option(
      names = "--separator",
      paramLabel = "TEXT",
      description = "CSV: what is between columns. Default: a comma, in .tsv a TAB.")
  private String separator;

  @Option(
      names = "--size",
      paramLabel = "HxW",
      description =
          "Images of files are cut and resized to it; a row of CSV is an image of it. Default: that"
              + " of the model; without one, the size of the first image, and a row is no image.")
  private String size;

  @Option(
      names = "--channels",
      paramLabel = "N",
      description =
          "Of images: 1 for grey, 3 for colours. Default: those of the model; without one, 3 of"
              + " files, 1 of rows.")
  private Integer channels;

  private Arguments ofModel = Arguments.NONE;
  private ImageShape imageOfModel;

  /**
   * Lets what a model was trained on count where nothing else is said.
   *
   * @param image or null
   */
  void setDefaults(Arguments arguments, ImageShape image) {
    ofModel = arguments;
    imageOfModel = image;
  }

  /** How files are read. */
  DataSource.Reading reading() {
    boolean asModel = size == null && imageOfModel != null;
    int[] sides = size == null ? new int[2] : OptionText.size("--size", size);
    return new DataSource.Reading(
        or(label, "--label"),
        or(separator, "--separator"),
        asModel ? imageOfModel.height() : sides[0],
        asModel ? imageOfModel.width() : sides[1],
        channels != null ? channels : imageOfModel != null ? imageOfModel.channels() : 0);
  }

  private String or(String said, String option) {
    return said != null ? said : ofModel.options().get(option);
  }
}
