package io.talus.train;

import io.talus.Workspace;
import io.talus.data.Dataset;
import io.talus.data.ExampleSource;
import io.talus.op.Copy;
import io.talus.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Mini-batch gradient descent over a dataset: settings, and {@link #train}.
 *
 * <p>The loss is {@code mean cross-entropy + l2/2 |W|^2}, with W all weights and no biases. Every
 * epoch goes once through all examples in an order drawn from the seed. The same seed, data,
 * network and device give the same bits.
 *
 * <pre>{@code
 * History history = new TrainingLoop().epochs(20).l2(1e-4f).train(network, training, heldOut);
 * }</pre>
 */
public final class TrainingLoop {
  private int epochs = 10;
  private int batch = 128;
  private Optimizer optimizer = Optimizer.sgd();
  private float l2;
  private long seed;
  private TrainingListener listener = TrainingListener.NONE;

  /** The settings named below. */
  public TrainingLoop() {}

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
    batch = rows;
    return this;
  }

  /** Plain gradient descent with learning rate 0.1 unless set. */
  public TrainingLoop optimizer(Optimizer value) {
    optimizer = value;
    return this;
  }

  /** The strength of {@code l2/2 |W|^2}; 0 unless set. */
  public TrainingLoop l2(float value) {
    l2 = value;
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
   * Trains the network without examples held out.
   *
   * @param training a dataset, which is kept on the device, or another source, which is read a
   *     batch ahead on a thread of its own
   * @throws IllegalArgumentException when the dataset does not fit the network
   * @throws TrainingDivergedException when the loss is no longer finite; the network is then as it
   *     was before that epoch
   */
  public History train(Network network, ExampleSource training) {
    training.advice().forEach(listener::advised);
    return run(network, training, (Evaluator) null);
  }

  /** As {@link #train}, with a look at the examples held out after each epoch. */
  public History train(Network network, ExampleSource training, Dataset heldOut) {
    training.advice().forEach(listener::advised);
    return run(network, training, heldOut);
  }

  /** As {@link #train}, without advice. */
  History run(Network network, ExampleSource training, Dataset heldOut) {
    try (Evaluator evaluator = new Evaluator(network, heldOut)) {
      return run(network, training, evaluator);
    }
  }

  TrainingListener listener() {
    return listener;
  }

  private History run(Network network, ExampleSource training, Evaluator evaluator) {
    List<EpochResult> results = new ArrayList<>();
    try (TrainingStep step = new TrainingStep(network, batch, optimizer, l2);
        Feed feed = Feed.of(training, step);
        Workspace memory = network.device().workspace()) {
      Tensor before = memory.tensor(network.values().size());
      Copy keep = new Copy(network.values(), before);
      Copy restore = new Copy(before, network.values());
      for (int epoch = 1; epoch <= epochs; epoch++) {
        network.device().copy(keep);
        feed.shuffle(seed, epoch);
        long start = System.nanoTime();
        double dataLoss = epoch(epoch, step, feed, restore);
        long nanos = System.nanoTime() - start;
        results.add(
            new EpochResult(
                epoch,
                dataLoss,
                l2 == 0 ? 0 : l2 / 2.0 * network.squaredWeights(),
                Optional.ofNullable(evaluator).map(Evaluator::evaluate),
                nanos,
                training.rows() * 1e9 / nanos));
        listener.epochDone(results.get(results.size() - 1));
      }
    }
    return new History(results);
  }

  /** The mean loss over the epoch's examples. */
  private double epoch(int epoch, TrainingStep step, Feed feed, Copy restore) {
    double lossSum = 0;
    long rowsDone = 0;
    int rows = feed.load(0);
    for (int i = 0; i < feed.batches(); i++) {
      step.run(rows);
      // The next batch is on its way while the device works; asking for the loss waits for it.
      int nextRows = i + 1 < feed.batches() ? feed.load(i + 1) : 0;
      float loss = step.loss();
      if (!Float.isFinite(loss)) {
        step.network().device().copy(restore);
        throw new TrainingDivergedException(epoch, i + 1, loss, step.learningRate());
      }
      lossSum += (double) loss * rows;
      rowsDone += rows;
      listener.batchDone(epoch, i + 1, feed.batches(), loss);
      rows = nextRows;
    }
    return lossSum / rowsDone;
  }
}
