package io.talus.train;

import io.talus.op.Axis;
import io.talus.op.Epilogue;
import io.talus.op.Gemm;
import io.talus.op.Reduce;
import io.talus.op.ReduceFunction;
import io.talus.op.SwapAxes;
import io.talus.op.Transpose;
import io.talus.tensor.Tensor;
import io.talus.tensor.TensorFactory;
import java.util.List;

/**
 * The ops of a recurrent layer for a fixed number of rows. While training, the products with what
 * comes in are one for all steps, and so are those for the gradients of all parameters; at
 * inference a step is done before the next begins, so that little memory is needed.
 */
abstract class Recurrence {
  // Places among the parameters; the last one is a GRU's.
  static final int WEIGHT = 0;
  static final int RECURRENT_WEIGHT = 1;
  static final int BIAS = 2;
  static final int RECURRENT_BIAS = 3;

  // Places in the layer's memory. What comes in, and in the end its gradient:
  private static final int INPUT = 0;
  // Sums before the activations, then gates, then gradients of those sums:
  private static final int GATES = 1;
  private static final int STATES = 2;
  private static final int STATE_GRADIENTS = 3;
  // What the kind of layer keeps of each step, and what it hands from step to step on the way back:
  private static final int KEPT = 4;
  private static final int CARRIED = 5;

  final LayerArrays arrays;
  final int last;
  final StepArray gates;
  final StepArray kept;
  final Tensor carried;
  private final RecurrentLayer layer;
  private final StepArray input;
  private final StepArray states;
  private final StepArray stateGradients;

  /**
   * @param keptWidth values that are kept for each row of a step
   */
  static LayerMemory memory(
      RecurrentLayer layer, long keptWidth, int rows, boolean training, TensorFactory memory) {
    long units = layer.units();
    long steps = layer.steps();
    long keptSteps = training ? steps : 1;
    long states = training || layer.givesSequence() ? steps : 0;
    return LayerMemory.of(
        memory.tensor(rows, steps * layer.features()),
        memory.tensor(rows, keptSteps * layer.gates() * units),
        memory.tensor(rows, states * units),
        memory.tensor(rows, !training ? 0 : layer.givesSequence() ? steps * units : units),
        memory.tensor(rows, keptSteps * keptWidth),
        memory.tensor(rows, training ? units : 0));
  }

  /**
   * @param keptWidth as for {@link #memory}
   */
  Recurrence(RecurrentLayer layer, long keptWidth, LayerArrays arrays) {
    this.layer = layer;
    this.arrays = arrays;
    last = layer.steps() - 1;
    input = array(INPUT, layer.features());
    gates = array(GATES, (long) layer.gates() * layer.units());
    states = array(STATES, layer.units());
    stateGradients = array(STATE_GRADIENTS, layer.units());
    kept = array(KEPT, keptWidth);
    carried = arrays.memory().tensorOrNull(CARRIED);
  }

  private StepArray array(int place, long width) {
    return StepArray.of(arrays.memory().tensorOrNull(place), arrays.x().shape().length(0), width);
  }

  /** Adds what a step does once the product with what comes in is in {@link #gates}. */
  abstract void addStep(int step, OpList ops);

  /** Adds what makes gradients of the sums in {@link #gates}, and of the state before. */
  abstract void addStepBack(int step, OpList ops);

  /** The gradients of the sums with the state before, of which those of the parameters are made. */
  abstract StepArray recurrentGradients();

  /** Adds what a kind's own parameters need beside the two matrices and the bias. */
  void addParameterGradients(OpList ops) {}

  final OpList forward() {
    boolean training = arrays.training() != null;
    OpList ops = new OpList();
    swap(examples(arrays.x(), input), input.axes(), ops);
    if (training) {
      ops.add(ofInput(input.all(), gates.all()));
    }
    for (int step = 0; step <= last; step++) {
      if (!training) {
        ops.add(ofInput(input.step(step), gates.step(step)));
      }
      addStep(step, ops);
    }
    if (layer.givesSequence()) {
      swap(states.axes(), examples(arrays.y(), states), ops);
    }
    return ops;
  }

  final OpList backward() {
    LayerArrays.Training training = arrays.training();
    OpList ops = new OpList();
    if (layer.givesSequence()) {
      swap(examples(training.dY(), stateGradients), stateGradients.axes(), ops);
    }
    for (int step = last; step >= 0; step--) {
      addStepBack(step, ops);
    }
    List<Tensor> gradients = training.gradients();
    ops.add(
        product(Transpose.YES, Transpose.NO, input.all(), gates.all(), 0, gradients.get(WEIGHT)));
    ops.add(
        product(
            Transpose.YES,
            Transpose.NO,
            states.steps(0, last),
            recurrentGradients().steps(1, last + 1),
            0,
            gradients.get(RECURRENT_WEIGHT)));
    sumOfColumns(gates.all(), gradients.get(BIAS), ops);
    addParameterGradients(ops);
    if (training.dX() != null) {
      ops.add(product(Transpose.NO, Transpose.YES, gates.all(), parameter(WEIGHT), 0, input.all()));
      swap(input.axes(), examples(training.dX(), input), ops);
    }
    return ops;
  }

  final Tensor parameter(int place) {
    return arrays.parameters().get(place);
  }

  /** The state after a step: that after the last one is what goes out, if it is all. */
  final Tensor state(int step) {
    boolean goesOut = !layer.givesSequence() && (step == last || arrays.training() == null);
    return goesOut ? arrays.y() : states.step(step);
  }

  /** Its gradient. Where states go out, what came back through them is there at first. */
  final Tensor stateGradient(int step) {
    return step == last && !layer.givesSequence()
        ? arrays.training().dY()
        : stateGradients.step(step);
  }

  /** What {@link #stateGradient} is multiplied by before anything is added to it: 1 or 0. */
  final float betaOfStateGradient() {
    return layer.givesSequence() ? 1 : 0;
  }

  /** {@code x W + b}. */
  private Gemm ofInput(Tensor x, Tensor sums) {
    return product(x, parameter(WEIGHT), 1, 0, sums, Epilogue.bias(parameter(BIAS)));
  }

  final Gemm product(Tensor a, Tensor b, float alpha, float beta, Tensor c, Epilogue epilogue) {
    return new Gemm(Transpose.NO, Transpose.NO, alpha, a, b, beta, c, epilogue, arrays.precision());
  }

  final Gemm product(
      Transpose transposeA, Transpose transposeB, Tensor a, Tensor b, float beta, Tensor c) {
    return new Gemm(transposeA, transposeB, 1, a, b, beta, c, Epilogue.NONE, arrays.precision());
  }

  static void sumOfColumns(Tensor x, Tensor y, OpList ops) {
    Reduce sum = new Reduce(ReduceFunction.SUM, Axis.EACH_COLUMN, x, y);
    ops.add(device -> device.reduce(sum));
  }

  /** An array of another layer, as rows x steps x width. */
  private static Tensor examples(Tensor array, StepArray like) {
    return array.reshape(like.rows(), like.all().rows() / like.rows(), like.all().columns());
  }

  private static void swap(Tensor x, Tensor y, OpList ops) {
    SwapAxes swap = new SwapAxes(x, y);
    ops.add(device -> device.swapAxes(swap));
  }
}
