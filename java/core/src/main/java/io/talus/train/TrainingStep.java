package io.talus.train;

import io.talus.Workspace;
import io.talus.tensor.IntTensor;
import io.talus.tensor.Tensor;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * One step of training, planned: forward, softmax cross-entropy, backward, update. Memory and ops
 * are made once, for a batch size; a step allocates nothing. From the second step on, a GPU does
 * all of it in one launch.
 *
 * <p>What the loss is, {@link Recipe} says; {@link #loss} is its first part.
 *
 * <p>Plain gradient descent with a constant learning rate and nothing else changes the weights of
 * dense layers within the product that gives their gradient, which then is never in memory: a
 * quarter less to read and write. (With L2, the factor {@code 1 - learningRate l2} would lose the
 * pull to rounding; with momentum or Adam, the gradient is needed.)
 *
 * <p>Fill {@link #inputs} and {@link #targets} (or let a {@link Feed} do it), then {@link #run}.
 * Must be closed, before the network. Not for use by several threads.
 */
public final class TrainingStep implements AutoCloseable {
  private final Network network;
  private final Recipe recipe;
  private final Workspace memory;
  private final TrainingBuffers buffers;
  private final Update update;
  private final boolean folded;
  private final PlannedStep whole;
  private final List<PlannedStep> smaller = new ArrayList<>();
  private final FloatBuffer lossValue = FloatBuffer.allocate(1);

  /** With nothing but an optimizer and {@code l2/2 |W|^2}. */
  public TrainingStep(Network network, int batch, Optimizer optimizer, float l2) {
    this(network, batch, Recipe.of(optimizer).withL2(l2));
  }

  /**
   * @param batch rows of a full batch
   */
  public TrainingStep(Network network, int batch, Recipe recipe) {
    if (batch <= 0) {
      throw new IllegalArgumentException("training step: batch " + batch + " must be positive");
    }
    this.recipe = recipe;
    this.network = network;
    this.memory = network.device().workspace();
    try {
      buffers = new TrainingBuffers(network, batch, recipe, memory);
      folded = recipe.foldsUpdates() && network.layers().stream().anyMatch(LayerKind::folds);
      update = new Update(network, buffers, recipe, this::isFolded, memory);
      whole = plan(batch);
    } catch (RuntimeException failed) {
      memory.close();
      throw failed;
    }
  }

  private boolean isFolded(int layer) {
    return folded && LayerKind.folds(network.layers().get(layer));
  }

  public Network network() {
    return network;
  }

  /** Rows of a full batch. */
  public int batch() {
    return whole.rows();
  }

  /** The features of the batch, batch x inputs: to be filled before a step. */
  public Tensor inputs() {
    return buffers.batch();
  }

  /** The classes of the batch's rows: to be filled before a step. */
  public IntTensor targets() {
    return buffers.targets();
  }

  /** One step with a full batch. */
  public void run() {
    whole.run();
  }

  /**
   * One step with the first {@code rows} rows. The first step with another number of rows plans it.
   */
  public void run(int rows) {
    planned(rows).run();
  }

  /** Forward and backward without the update: {@link #gradient} has the result. */
  void computeGradients(int rows) {
    BatchPlan plan = new BatchPlan(network, buffers, rows, recipe.labelSmoothing());
    plan.draw(update.steps());
    plan.run();
  }

  private PlannedStep plan(int rows) {
    BatchPlan plan = new BatchPlan(network, buffers, rows, recipe.labelSmoothing());
    if (folded) {
      plan.foldUpdate(update.learningRate());
    }
    return new PlannedStep(plan, update, memory);
  }

  private PlannedStep planned(int rows) {
    if (rows == whole.rows()) {
      return whole;
    }
    for (int i = 0; i < smaller.size(); i++) {
      if (smaller.get(i).rows() == rows) {
        return smaller.get(i);
      }
    }
    if (rows <= 0 || rows > whole.rows()) {
      throw new IllegalArgumentException(
          "training step: " + rows + " rows; planned for 1 to " + whole.rows());
    }
    PlannedStep planned = plan(rows);
    smaller.add(planned);
    return planned;
  }

  /**
   * The mean cross-entropy of the last step, of smoothed or mixed labels where the recipe says so,
   * before its update; of a search, the least so far. Waits for the device.
   */
  public float loss() {
    if (update.search() != null) {
      return update.search().leastLoss();
    }
    buffers.loss().copyTo(lossValue);
    return lossValue.get(0);
  }

  /**
   * Where numbers stopped being finite in the step done last.
   *
   * @param rows of its batch
   */
  NotFinite.Place firstNotFinite(int rows) {
    return NotFinite.firstOutput(network, buffers, rows);
  }

  /** The gradient of the data loss, as of the last {@link #computeGradients}. */
  Tensor gradient(int layer, int parameter) {
    return network.layout().view(buffers.gradients(), layer, parameter);
  }

  public float learningRate() {
    return update.learningRate();
  }

  /**
   * Counts from the next step on. Where updates are folded, this makes a few records anew, and on a
   * GPU records the step again.
   */
  public void setLearningRate(float learningRate) {
    update.setLearningRate(learningRate);
    if (folded) {
      whole.foldUpdate(learningRate);
      smaller.forEach(plan -> plan.foldUpdate(learningRate));
    }
  }

  /** Of the parameters after each step, or null where the recipe wants none. */
  WeightAverage average() {
    return update.average();
  }

  /** See {@link Update#state}. */
  Map<String, Tensor> state() {
    return update.state();
  }

  /** The least loss that a search has found so far; infinite where there is none. */
  float leastLoss() {
    return update.search() == null ? Float.POSITIVE_INFINITY : update.search().leastLoss();
  }

  /** See {@link Update#resume}. */
  void resume(int stepsDone, float leastLoss) {
    update.resume(stepsDone, leastLoss);
  }

  /** Steps done so far. */
  public int steps() {
    return update.steps();
  }

  /**
   * Flops of the matrix products of one full step: those needed, without a gradient for the
   * network's input.
   */
  public long flops() {
    return whole.flops();
  }

  @Override
  public void close() {
    whole.close();
    smaller.forEach(PlannedStep::close);
    memory.close();
  }
}
