package io.talus.cli;

import io.talus.data.Dataset;
import io.talus.data.Digits;
import io.talus.data.Idx;
import io.talus.data.Ratings;
import io.talus.data.RatingsFormat;
import io.talus.data.RatingsReader;
import io.talus.data.SyntheticRatings;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What the quickstart works on.
 *
 * @param images or null when the folder has none
 * @param ratings or null when the folder has none
 */
record QuickstartData(Images images, Rated ratings) {
  private static final int DIGITS = 10;
  private static final double HELD_OUT_SHARE = 0.2;
  private static final int FOLDERS_DOWN = 2;

  /**
   * Images to learn and to be examined on.
   *
   * @param name for headings
   * @param hiddenUnits a fitting width for the hidden layer
   * @param epochs a fitting number of passes
   * @param batch a fitting batch
   * @param credit whose data they are, or null
   */
  record Images(
      String name,
      Dataset training,
      Dataset heldOut,
      int hiddenUnits,
      int epochs,
      int batch,
      String credit) {

    /** The digits, or numbers of classes. */
    List<String> classNames() {
      return DataFiles.numbers(training.classes());
    }
  }

  /**
   * Ratings.
   *
   * @param name for headings
   * @param titles of items
   * @param itemCluster the true cluster of each item where the ratings are drawn at random, else
   *     null
   */
  record Rated(String name, Ratings ratings, Titles titles, int[] itemCluster) {}

  /**
   * The data that come along, or what a folder holds.
   *
   * @param folder or null
   * @throws FileNotFoundException when the folder holds neither images nor ratings
   */
  static QuickstartData find(Path folder, long seed) throws IOException {
    if (folder == null) {
      return new QuickstartData(shippedDigits(seed), drawnRatings(seed));
    }
    if (!Files.isDirectory(folder)) {
      throw new FileNotFoundException("--data " + folder + ": there is no such folder");
    }
    Images images = idxImages(folder);
    Rated ratings = movieLens(folder);
    if (images == null && ratings == null) {
      throw new FileNotFoundException(
          "--data "
              + folder
              + ": found neither train-images-idx3-ubyte (or .gz) nor u.data, there or up to "
              + FOLDERS_DOWN
              + " folders down");
    }
    return new QuickstartData(images, ratings);
  }

  private static Images shippedDigits(long seed) throws IOException {
    try (InputStream in = QuickstartData.class.getResourceAsStream("digits.csv.gz")) {
      Dataset.Split split = Digits.read(in, "digits.csv.gz").split(HELD_OUT_SHARE, seed);
      return new Images(
          "handwritten digits (UCI, 8x8)",
          split.training(),
          split.heldOut(),
          128,
          30,
          32,
          "Digits: Optical Recognition of Handwritten Digits, E. Alpaydin and C. Kaynak, UCI"
              + " Machine Learning Repository, 1998, CC BY 4.0; as packed by scikit-learn.");
    }
  }

  private static Rated drawnRatings(long seed) {
    SyntheticRatings.Clustered drawn = SyntheticRatings.clustered(2000, 300, 10, 40, seed);
    return new Rated(
        "ratings drawn at random, in 10 genres", drawn.ratings(), Titles.NONE, drawn.itemCluster());
  }

  private static Images idxImages(Path folder) throws IOException {
    Optional<Path> trainImages = find(folder, "train-images-idx3-ubyte");
    if (trainImages.isEmpty()) {
      return null;
    }
    Path beside = trainImages.get().getParent();
    Dataset training =
        Idx.read(trainImages.get(), require(beside, "train-labels-idx1-ubyte"), DIGITS);
    Dataset heldOut =
        Idx.read(
            require(beside, "t10k-images-idx3-ubyte"),
            require(beside, "t10k-labels-idx1-ubyte"),
            DIGITS);
    return new Images(
        "the images of " + beside.getFileName(), training, heldOut, 512, 5, 128, null);
  }

  private static Rated movieLens(Path folder) throws IOException {
    Optional<Path> ratings = find(folder, "u.data");
    if (ratings.isEmpty()) {
      return null;
    }
    Path titles = ratings.get().resolveSibling("u.item");
    return new Rated(
        ratings.get().getParent().getFileName() + "/u.data",
        RatingsReader.read(ratings.get(), RatingsFormat.TABS),
        Titles.read(Files.exists(titles) ? titles : null),
        null);
  }

  private static Path require(Path folder, String name) throws IOException {
    return find(folder, name)
        .orElseThrow(
            () ->
                new FileNotFoundException(
                    folder + ": " + name + " (or .gz) is missing beside the training images"));
  }

  private static Optional<Path> find(Path folder, String name) throws IOException {
    try (Stream<Path> files = Files.walk(folder, FOLDERS_DOWN)) {
      return files
          .filter(file -> isNamed(file, name) && Files.isRegularFile(file))
          .sorted()
          .findFirst();
    }
  }

  private static boolean isNamed(Path file, String name) {
    String found = file.getFileName().toString();
    return found.equals(name) || found.equals(name + ".gz");
  }
}
