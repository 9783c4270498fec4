package io.talus.train;

import io.talus.Workspace;
import io.talus.data.ExampleSource;
import io.talus.op.Copy;
import io.talus.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** One training under way: the epochs, what is kept of them, and what is put back. */
final class TrainingRun implements AutoCloseable {
  private final Network network;
  private final TrainingLoop loop;
  private final Recipe recipe;
  private final int examples;
  private final Evaluator evaluator;
  private final Workspace memory;
  private final TrainingStep step;
  private final Feed feed;
  private final Kept before;
  private final Kept best;
  private final Kept trained;
  private double bestScore = Double.NEGATIVE_INFINITY;
  private int bestEpoch;
  private long loadNanos;

  /** A copy of the network's parameters, to go back to. */
  private static final class Kept {
    private final Network network;
    private final Copy keep;
    private final Copy restore;

    Kept(Network network, Workspace memory) {
      this.network = network;
      Tensor values = memory.tensor(network.values().size());
      keep = new Copy(network.values(), values);
      restore = new Copy(values, network.values());
    }

    void keep() {
      network.device().copy(keep);
    }

    void restore() {
      network.device().copy(restore);
    }
  }

  /**
   * @param evaluator of the examples held out, or null
   */
  TrainingRun(Network network, ExampleSource training, Evaluator evaluator, TrainingLoop loop) {
    this.network = network;
    this.loop = loop;
    this.recipe = loop.recipe();
    this.evaluator = evaluator;
    examples = training.rows();
    memory = network.device().workspace();
    TrainingStep made = null;
    try {
      before = new Kept(network, memory);
      best = loop.earlyStopping() == null ? null : new Kept(network, memory);
      trained = recipe.averageDecay() == 0 ? null : new Kept(network, memory);
      made = new TrainingStep(network, loop.batch(), recipe);
      feed = Feed.of(training, made);
    } catch (RuntimeException failed) {
      if (made != null) {
        made.close();
      }
      memory.close();
      throw failed;
    }
    step = made;
  }

  History run() {
    List<EpochResult> results = new ArrayList<>();
    for (int epoch = 1; epoch <= loop.epochs() && !hasStalled(epoch); epoch++) {
      before.keep();
      if (epoch == 1 || feed.batches() > 1) {
        feed.shuffle(loop.seed(), epoch);
      }
      loadNanos = 0;
      long start = System.nanoTime();
      double dataLoss = epoch(epoch);
      long nanos = System.nanoTime() - start;
      boolean isLast = epoch == loop.epochs();
      results.add(judged(epoch, dataLoss, nanos, isLast));
      loop.listener().epochDone(results.get(results.size() - 1));
    }
    if (best != null) {
      best.restore();
    }
    return new History(results);
  }

  private boolean hasStalled(int epoch) {
    return best != null && epoch - 1 - bestEpoch >= loop.earlyStopping().patience();
  }

  /** Looks at what came of an epoch: of the average, where there is one, which stays in the end. */
  private EpochResult judged(int epoch, double dataLoss, long nanos, boolean isLast) {
    if (trained != null) {
      trained.keep();
      step.average().copyTo(network.values(), step.steps(), network.device());
    }
    Optional<Evaluation> heldOut = Optional.ofNullable(evaluator).map(Evaluator::evaluate);
    EpochResult result =
        new EpochResult(
            epoch,
            dataLoss,
            regularizationLoss(),
            heldOut,
            nanos,
            examples * 1e9 / nanos,
            loadNanos);
    if (best != null) {
      double score = loop.earlyStopping().score(heldOut.orElseThrow());
      if (bestEpoch == 0 || score > bestScore + loop.earlyStopping().leastImprovement()) {
        bestScore = score;
        bestEpoch = epoch;
        best.keep();
      }
    }
    if (trained != null && !isLast) {
      trained.restore();
    }
    return result;
  }

  private double regularizationLoss() {
    return (recipe.l2() == 0 ? 0 : recipe.l2() / 2.0 * network.squaredWeights())
        + (recipe.l1() == 0 ? 0 : recipe.l1() * network.absoluteWeights());
  }

  /** The mean loss over the epoch's examples. */
  private double epoch(int epoch) {
    double lossSum = 0;
    long rowsDone = 0;
    // Where all examples are one batch, it lies there since the first epoch.
    int rows = epoch == 1 || feed.batches() > 1 ? load(0) : examples;
    for (int i = 0; i < feed.batches(); i++) {
      setLearningRate();
      step.run(rows);
      // The next batch is on its way while the device works; asking for the loss waits for it.
      int nextRows = i + 1 < feed.batches() ? load(i + 1) : 0;
      float loss = step.loss();
      if (!Float.isFinite(loss)) {
        before.restore();
        throw new TrainingDivergedException(epoch, i + 1, loss, step.learningRate());
      }
      lossSum += (double) loss * rows;
      rowsDone += rows;
      loop.listener().batchDone(epoch, i + 1, feed.batches(), loss);
      rows = nextRows;
    }
    return lossSum / rowsDone;
  }

  private int load(int batch) {
    long start = System.nanoTime();
    int rows = feed.load(batch);
    loadNanos += System.nanoTime() - start;
    return rows;
  }

  private void setLearningRate() {
    double factor = recipe.schedule().factor(step.steps(), feed.batches(), loop.epochs());
    float learningRate = (float) (recipe.optimizer().learningRate() * factor);
    if (learningRate != step.learningRate()) {
      step.setLearningRate(learningRate);
    }
  }

  @Override
  public void close() {
    feed.close();
    step.close();
    memory.close();
  }
}
