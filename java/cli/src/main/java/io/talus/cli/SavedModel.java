package io.talus.cli;

import io.talus.Device;
import io.talus.data.Dataset;
import io.talus.data.ImageShape;
import io.talus.data.MalformedFileException;
import io.talus.data.Normalization;
import io.talus.tensor.Shape;
import io.talus.train.Network;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * A network from its file, and what is known of its training.
 *
 * @param notes of the training; without them nothing but the file's own contents
 */
record SavedModel(Path file, Network network, Optional<TrainingFolder.Notes> notes)
    implements AutoCloseable {
  /** What the commands that take one say of it. */
  static final String DESCRIPTION =
      "A folder that 'talus train' wrote to, or a network's .safetensors file.";

  /** Of numbers from 0 to 1. */
  private static final double LARGEST_DEVIATION = 0.5;

  /**
   * Reads it.
   *
   * @param place a folder that a training wrote to, or a file
   * @throws MalformedFileException when a file is not whole, or the notes are another network's
   */
  static SavedModel load(Path place, Device device) throws IOException {
    Path file = Files.isDirectory(place) ? finished(new TrainingFolder(place)) : place;
    if (!Files.exists(file)) {
      throw new FileNotFoundException(file + ": there is no such file or folder");
    }
    TrainingFolder folder = new TrainingFolder(file.toAbsolutePath().normalize().getParent());
    boolean isOfTraining =
        DataFiles.name(file).equals(DataFiles.name(folder.model()))
            || DataFiles.name(file).equals(DataFiles.name(folder.checkpoint()));
    Optional<TrainingFolder.Notes> notes =
        isOfTraining && folder.hasNotes() ? Optional.of(folder.readNotes()) : Optional.empty();
    Network network = Network.load(file, device);
    if (notes.isPresent() && notes.get().classes().size() != network.classes()) {
      network.close();
      throw new MalformedFileException(
          file,
          "knows "
              + network.classes()
              + " classes, but the notes beside it are of "
              + notes.get().classes().size()
              + ": they are not of the same training");
    }
    return new SavedModel(file, network, notes);
  }

  private static Path finished(TrainingFolder folder) throws IOException {
    if (Files.exists(folder.model())) {
      return folder.model();
    }
    if (Files.exists(folder.checkpoint())) {
      throw new FileNotFoundException(
          folder.folder()
              + ": the training has not ended. Go on with 'talus train --resume "
              + folder.folder()
              + "', or name "
              + folder.checkpoint()
              + " for what it has learned so far");
    }
    throw new FileNotFoundException(
        folder.folder() + ": there is no model in it; expected a folder that 'train' wrote to");
  }

  /** What the classes are called; their numbers where that is not known. */
  List<String> classes() {
    return notes
        .map(TrainingFolder.Notes::classes)
        .orElseGet(() -> DataFiles.numbers(network.classes()));
  }

  /** What it was trained with. */
  Arguments arguments() {
    return notes.map(TrainingFolder.Notes::arguments).orElse(Arguments.NONE);
  }

  /** What an example is, or null where that is not known. */
  ImageShape image() {
    Shape input = network.layers().get(0).input();
    if (input.rank() != 3) {
      return notes.map(TrainingFolder.Notes::image).orElse(null);
    }
    return new ImageShape((int) input.length(0), (int) input.length(1), (int) input.length(2));
  }

  /** As in {@code 28x28x1 images} or {@code 13 features}. */
  String takes() {
    return image() == null ? network.inputs() + " features" : image() + " images";
  }

  /**
   * Examples as the network takes them.
   *
   * @param name what they are, for messages
   * @throws IllegalArgumentException when they are of another kind than those that it learned
   */
  Dataset prepared(String name, Dataset examples) {
    ImageShape own = image();
    ImageShape theirs = examples.image().orElse(own);
    boolean isOtherImage = own != null && theirs != null && !own.equals(theirs);
    if (isOtherImage || examples.inputs() != network.inputs()) {
      throw new IllegalArgumentException(
          file
              + " takes "
              + takes()
              + ", but "
              + name
              + (examples.image().isPresent()
                  ? " has " + theirs + " images"
                  : " has " + examples.inputs() + " features")
              + ": name data like those it was trained on");
    }
    if (examples.classes() != network.classes()) {
      throw new IllegalArgumentException(
          file
              + " knows "
              + network.classes()
              + " classes, but "
              + name
              + " has "
              + examples.classes()
              + ": name data of the same classes");
    }
    return network.normalization().map(by -> by.apply(examples)).orElse(examples);
  }

  /**
   * Whether what it learned from can have been from 0 to 1, as images of files are read; where it
   * was not normalized, nothing speaks against it.
   */
  boolean isOfUnitRange() {
    return network.normalization().map(SavedModel::isOfUnitRange).orElse(true);
  }

  private static boolean isOfUnitRange(Normalization normalization) {
    float[] means = normalization.means();
    float[] deviations = normalization.deviations();
    for (int i = 0; i < means.length; i++) {
      // A deviation of 1 stands for a feature that never changes.
      boolean isWide = deviations[i] > LARGEST_DEVIATION && deviations[i] != 1;
      if (means[i] < 0 || means[i] > 1 || isWide) {
        return false;
      }
    }
    return true;
  }

  @Override
  public void close() {
    network.close();
  }
}
