package io.talus.train;

import io.talus.Workspace;
import io.talus.data.ExampleSource;
import io.talus.tensor.Tensor;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.LinkedHashMap;
import java.util.Map;
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
  private final KeptParameters before;
  private final KeptParameters best;
  private final KeptParameters trained;
  private final Checkpoint checkpoint;
  private final TrainingState state;

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
    Feed opened = null;
    try {
      before = new KeptParameters(network, memory);
      best = loop.earlyStopping() == null ? null : new KeptParameters(network, memory);
      trained = recipe.averageDecay() == 0 ? null : new KeptParameters(network, memory);
      made = new TrainingStep(network, loop.batch(), recipe);
      opened = Feed.of(training, made, loop.readers());
      checkpoint = checkpoint(made);
      state = loop.resumeFrom() == null ? new TrainingState() : resumed(made);
    } catch (RuntimeException failed) {
      if (opened != null) {
        opened.close();
      }
      if (made != null) {
        made.close();
      }
      memory.close();
      throw failed;
    }
    step = made;
    feed = opened;
  }

  private Checkpoint checkpoint(TrainingStep ofStep) {
    Map<String, Tensor> arrays = new LinkedHashMap<>(ofStep.state());
    if (best != null) {
      arrays.put("best", best.values());
    }
    Map<String, String> settings = new LinkedHashMap<>(loop.settings());
    settings.put("the seed", Long.toString(loop.seed()));
    settings.put("the batch", Integer.toString(loop.batch()));
    settings.put("the number of examples", Integer.toString(examples));
    return new Checkpoint(network, arrays, settings);
  }

  private TrainingState resumed(TrainingStep toGoOn) {
    try {
      TrainingState read = checkpoint.read(loop.resumeFrom());
      toGoOn.resume(read.steps, read.leastLoss);
      return read;
    } catch (IOException failed) {
      throw new UncheckedIOException(failed.getMessage(), failed);
    }
  }

  History run() {
    boolean isFirst = true;
    boolean isStopped = false;
    while (state.epoch <= loop.epochs() && !hasStalled() && !isStopped) {
      before.keep();
      if (isFirst || feed.batches() > 1) {
        // Where all examples are one batch, they lie there in the first epoch's order.
        feed.shuffle(loop.seed(), feed.batches() > 1 ? state.epoch : 1, state.batch);
      }
      boolean isWhole = epoch(isFirst);
      requireFiniteParameters();
      if (isWhole) {
        EpochResult result = judged();
        state.epochDone(result);
        loop.listener().epochDone(result);
      }
      isStopped = !isWhole || loop.isStopped();
      writeCheckpoint();
      isFirst = false;
    }
    if (!isStopped) {
      finish();
    }
    return new History(state.results, isStopped);
  }

  private boolean hasStalled() {
    return best != null && state.epoch - 1 - state.bestEpoch >= loop.earlyStopping().patience();
  }

  /** Leaves the best, or else the average, where these are wanted. */
  private void finish() {
    if (best != null) {
      best.restore();
    } else if (trained != null) {
      putAverage();
    }
  }

  private void putAverage() {
    step.average().copyTo(network.values(), step.steps(), network.device());
  }

  /** Looks at what came of an epoch: of the average, where there is one. */
  private EpochResult judged() {
    if (trained != null) {
      trained.keep();
      putAverage();
    }
    Optional<Evaluation> heldOut = Optional.ofNullable(evaluator).map(Evaluator::evaluate);
    EpochResult result =
        new EpochResult(
            state.epoch,
            state.lossSum / state.rowsDone,
            regularizationLoss(),
            heldOut,
            state.nanos,
            examples * 1e9 / state.nanos,
            state.loadNanos);
    if (best != null) {
      double score = loop.earlyStopping().score(heldOut.orElseThrow());
      double least = state.bestScore + loop.earlyStopping().leastImprovement();
      if (state.bestEpoch == 0 || score > least) {
        state.bestScore = score;
        state.bestEpoch = state.epoch;
        best.keep();
      }
    }
    if (trained != null) {
      trained.restore();
    }
    return result;
  }

  private double regularizationLoss() {
    return (recipe.l2() == 0 ? 0 : recipe.l2() / 2.0 * network.squaredWeights())
        + (recipe.l1() == 0 ? 0 : recipe.l1() * network.absoluteWeights());
  }

  /** Runs the batches that are left of the epoch; false when it was stopped before its end. */
  private boolean epoch(boolean isFirst) {
    int batches = feed.batches();
    long start = System.nanoTime();
    int rows = isFirst || batches > 1 ? load(state.batch) : examples;
    while (rows > 0) {
      setLearningRate();
      step.run(rows);
      // The next batch is on its way while the device works; asking for the loss waits for it.
      int nextRows = state.batch + 1 < batches ? load(state.batch + 1) : 0;
      float loss = step.loss();
      if (!Float.isFinite(loss)) {
        throw diverged(state.batch + 1, "the loss is " + loss, step.firstNotFinite(rows));
      }
      state.batchDone(rows, loss);
      loop.listener().batchDone(state.epoch, state.batch, batches, loss);
      rows = loop.isStopped() ? 0 : nextRows;
    }
    state.nanos += System.nanoTime() - start;
    return state.batch == batches;
  }

  private void requireFiniteParameters() {
    if (!Double.isFinite(network.sumOfParameters())) {
      throw diverged(
          state.batch,
          "parameters are no longer finite after the update",
          NotFinite.lastParameter(network));
    }
  }

  /** Puts the network back to where the epoch began. */
  private TrainingDivergedException diverged(int batch, String what, NotFinite.Place where) {
    before.restore();
    String advice =
        loop.checkpoint() == null || state.results.isEmpty()
            ? ""
            : "; the checkpoint " + loop.checkpoint() + " is of the end of the epoch before";
    return new TrainingDivergedException(
        state.epoch, batch, what, where, step.learningRate(), advice);
  }

  private void writeCheckpoint() {
    if (loop.checkpoint() == null) {
      return;
    }
    state.steps = step.steps();
    state.leastLoss = step.leastLoss();
    try {
      checkpoint.write(loop.checkpoint(), state);
    } catch (IOException failed) {
      throw new UncheckedIOException(failed.getMessage(), failed);
    }
  }

  private int load(int batch) {
    long start = System.nanoTime();
    int rows = feed.load(batch);
    state.loadNanos += System.nanoTime() - start;
    return rows;
  }

  private void setLearningRate() {
    float learningRate = recipe.learningRate(step.steps(), feed.batches(), loop.epochs());
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
