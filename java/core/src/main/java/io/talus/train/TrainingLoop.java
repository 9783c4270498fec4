package io.talus.train;

import io.talus.data.Dataset;
import io.talus.data.ExampleSource;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.function.BooleanSupplier;

/**
 * Mini-batch gradient descent over a dataset: settings, and {@link #train}.
 *
 * <p>The loss is {@code mean cross-entropy + l2/2 |W|^2 + l1 sum|W|}, with W all weights and no
 * biases; see {@link Recipe}. Every epoch goes once through all examples in an order drawn from the
 * seed. The same seed, data, network and device give the same bits.
 *
 * <pre>{@code
 * History history = new TrainingLoop().epochs(20).l2(1e-4f).train(network, training, heldOut);
 * }</pre>
 */
public final class TrainingLoop {
  private int epochs = 10;
  private int batch = 128;
  private Recipe recipe = Recipe.of(Optimizer.sgd());
  private EarlyStopping earlyStopping;
  private long seed;
  private TrainingListener listener = TrainingListener.NONE;
  private Path checkpoint;
  private Path resumeFrom;
  private int readers = StreamingFeed.usualReaders();
  private BooleanSupplier stopped = () -> false;
  private Map<String, String> settings = Map.of();

  /** The settings named below. */
  public TrainingLoop() {}

  private TrainingLoop(TrainingLoop other) {
    epochs = other.epochs;
    batch = other.batch;
    recipe = other.recipe;
    earlyStopping = other.earlyStopping;
    seed = other.seed;
    listener = other.listener;
    checkpoint = other.checkpoint;
    resumeFrom = other.resumeFrom;
    readers = other.readers;
    stopped = other.stopped;
    settings = other.settings;
  }

  /** Passes over the examples; 10 unless set. */
  public TrainingLoop epochs(int value) {
    if (value <= 0) {
      throw new IllegalArgumentException("training: " + value + " epochs; at least 1 is needed");
    }
    epochs = value;
    return this;
  }

  /** Examples learned at a time; 128 unless set. The last batch of an epoch may be smaller. */
  public TrainingLoop batch(int rows) {
    if (rows <= 0) {
      throw new IllegalArgumentException("training: a batch of " + rows + "; at least 1 is needed");
    }
    batch = rows;
    return this;
  }

  /** Plain gradient descent with learning rate 0.1 unless set. */
  public TrainingLoop optimizer(Optimizer value) {
    recipe = recipe.withOptimizer(value);
    return this;
  }

  /** How the learning rate changes from step to step; it does not unless set. */
  public TrainingLoop schedule(Schedule value) {
    recipe = recipe.withSchedule(value);
    return this;
  }

  /** The strength of {@code l2/2 |W|^2}; 0 unless set. */
  public TrainingLoop l2(float value) {
    recipe = recipe.withL2(value);
    return this;
  }

  /** The strength of {@code l1 sum|W|}; 0 unless set. */
  public TrainingLoop l1(float value) {
    recipe = recipe.withL1(value);
    return this;
  }

  /** The share of each label that is spread over all classes; 0 unless set. */
  public TrainingLoop labelSmoothing(float share) {
    recipe = recipe.withLabelSmoothing(share);
    return this;
  }

  /** The most that the gradient of the data loss may have as its norm; any unless set. */
  public TrainingLoop clipNorm(float most) {
    recipe = recipe.withClipNorm(most);
    return this;
  }

  /**
   * Judges, and in the end keeps, the exponential moving average of the parameters; see {@link
   * Recipe}. 0.999 or so for thousands of steps.
   */
  public TrainingLoop averageWeights(float decay) {
    recipe = recipe.withAverageDecay(decay);
    return this;
  }

  /** Changes the images learned from, anew in each step; they stay as they are unless set. */
  public TrainingLoop augment(Augmentation value) {
    recipe = recipe.withAugmentation(value);
    return this;
  }

  /** Mixes the examples learned from, anew in each step; they stay apart unless set. */
  public TrainingLoop mixup(Mixup value) {
    recipe = recipe.withMixup(value);
    return this;
  }

  /**
   * Threads that read examples ahead where these are no {@link Dataset}; as many as processors less
   * one, 1 to 8, unless set. The results do not depend on it.
   */
  public TrainingLoop readers(int value) {
    readers = StreamingFeed.requireReaders(value);
    return this;
  }

  /** Ends when what is held out no longer gets better; never unless set. */
  public TrainingLoop earlyStopping(EarlyStopping value) {
    earlyStopping = value;
    return this;
  }

  /** What the order of examples is drawn from; 0 unless set. */
  public TrainingLoop seed(long value) {
    seed = value;
    return this;
  }

  /** Who hears how it goes on; nobody unless set, but advice is logged. */
  public TrainingLoop listener(TrainingListener value) {
    listener = value;
    return this;
  }

  /**
   * Writes the whole state of the training to a file after each epoch, and when it is stopped; none
   * unless set. The file appears whole or not at all, in place of the one before; a loss or a
   * parameter that is not finite is never written.
   *
   * <p>It is a network's file too: {@link Network#load} takes it, and gives the parameters as
   * training left them, without the average of weights.
   */
  public TrainingLoop checkpoint(Path file) {
    checkpoint = file;
    return this;
  }

  /**
   * Goes on from where another training's checkpoint was written, on any device; from the start
   * unless set. With the same settings, examples and kind of device, the bits that come out are
   * those of a training that was never stopped. Epochs, schedule and strengths may differ; the
   * seed, the batch, the number of examples and what is kept from step to step may not.
   *
   * <p>The network must have the layers of the checkpoint: the one that {@link Network#load} makes
   * of it, or one described in the same way. It is changed only when all is well with the file.
   *
   * @param file or null for none
   */
  public TrainingLoop resumeFrom(Path file) {
    resumeFrom = file;
    return this;
  }

  /**
   * Asked after each batch whether to end early; not unless set. The network then is as training
   * left it, the history, which says that it was stopped, has the epochs that are whole, perhaps
   * none, and a checkpoint has it all.
   */
  public TrainingLoop stopWhen(BooleanSupplier value) {
    stopped = value;
    return this;
  }

  /**
   * Trains the network without examples held out.
   *
   * @param training a dataset, which is kept on the device, or another source, which is read a
   *     batch ahead on a thread of its own
   * @throws IllegalArgumentException when the dataset does not fit the network
   * @throws TrainingDivergedException when the loss is no longer finite; the network is then as it
   *     was before that epoch
   * @throws UncheckedIOException when a checkpoint cannot be written or read: of a {@link
   *     io.talus.data.MalformedFileException} where it is not whole, or of another training
   */
  public History train(Network network, ExampleSource training) {
    training.advice().forEach(listener::advised);
    return run(network, training, (Evaluator) null);
  }

  /**
   * As {@link #train}, with a look at the examples held out after each epoch.
   *
   * @param heldOut a dataset, which is kept on the device, or another source, which is read anew
   *     each time
   */
  public History train(Network network, ExampleSource training, ExampleSource heldOut) {
    training.advice().forEach(listener::advised);
    return run(network, training, heldOut);
  }

  /** As {@link #train}, without advice. */
  History run(Network network, ExampleSource training, ExampleSource heldOut) {
    try (Evaluator evaluator = new Evaluator(network, heldOut, null, readers)) {
      return run(network, training, evaluator);
    }
  }

  private History run(Network network, ExampleSource training, Evaluator evaluator) {
    if (earlyStopping != null && evaluator == null) {
      throw new IllegalArgumentException(
          "training: early stopping needs examples held out: train(network, training, heldOut)");
    }
    try (TrainingRun run = new TrainingRun(network, training, evaluator, this)) {
      return run.run();
    }
  }

  /**
   * The same loop, which writes its checkpoints to a file, and goes on from it where it is there.
   *
   * @param more that must be the same when it does, by their names
   */
  TrainingLoop keptIn(Path file, Map<String, String> more) {
    TrainingLoop kept = new TrainingLoop(this);
    kept.checkpoint = file;
    kept.resumeFrom = Files.exists(file) ? file : null;
    kept.settings = more;
    return kept;
  }

  /** What must be the same beside what every training asks for; see {@link #keptIn}. */
  Map<String, String> settings() {
    return settings;
  }

  int epochs() {
    return epochs;
  }

  int batch() {
    return batch;
  }

  Recipe recipe() {
    return recipe;
  }

  long seed() {
    return seed;
  }

  TrainingListener listener() {
    return listener;
  }

  int readers() {
    return readers;
  }

  /** Or null. */
  Path checkpoint() {
    return checkpoint;
  }

  /** Or null. */
  Path resumeFrom() {
    return resumeFrom;
  }

  boolean isStopped() {
    return stopped.getAsBoolean();
  }

  /** Or null. */
  EarlyStopping earlyStopping() {
    return earlyStopping;
  }
}
