package io.talus.train;

import io.talus.Device;
import io.talus.Workspace;
import io.talus.op.Adam;
import io.talus.op.Sgd;
import io.talus.tensor.IntTensor;
import io.talus.tensor.Tensor;
import java.nio.FloatBuffer;
import java.nio.IntBuffer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntPredicate;
import java.util.function.UnaryOperator;

/**
 * An optimizer at work on one network: its state and its planned ops. Learning rate and step count
 * lie in the device's memory, so that the ops stay the same while those change.
 */
final class Update {
  private final Device device;
  private final GradientChange gradientChange;
  private final WeightAverage average;
  private final RandomSearch search;
  private final List<Sgd> descents = new ArrayList<>();
  private final List<Adam> moments = new ArrayList<>();
  private final Tensor learningRate;
  private final FloatBuffer learningRateValue = FloatBuffer.allocate(1);
  private final IntTensor step;
  private final IntBuffer stepValue = IntBuffer.allocate(1);
  private final Map<String, Tensor> state = new LinkedHashMap<>();

  /**
   * @param isDone whether something else changes what is regularized of a layer, by its place
   * @param memory what the state is made in
   */
  Update(
      Network network,
      TrainingBuffers buffers,
      Recipe recipe,
      IntPredicate isDone,
      Workspace memory) {
    device = network.device();
    learningRate = memory.tensor(1);
    step = buffers.step();
    Tensor gradients = buffers.gradients();
    Optimizer optimizer = recipe.optimizer();
    setLearningRate(optimizer.learningRate());
    gradientChange = new GradientChange(network, gradients, recipe, memory);
    average =
        recipe.averageDecay() == 0
            ? null
            : new WeightAverage(network, recipe.averageDecay(), memory);
    float l2 = recipe.l2();
    ParameterLayout layout = network.layout();
    float decay = optimizer instanceof Optimizer.Moments adam ? adam.decay() : 0;
    Part weights = new Part(layout::regularized, l2, decay);
    Part others = new Part(layout::unregularized, 0, 0);
    List<Part> parts =
        l2 == 0 && decay == 0
            ? layout.without(isDone).stream().map(part -> new Part(part, 0, 0)).toList()
            : List.of(weights, others);
    if (optimizer instanceof Optimizer.Descent descent) {
      Tensor velocity = descent.momentum() == 0 ? null : memory.tensor(layout.size());
      if (velocity != null) {
        state.put("velocity", velocity);
      }
      parts.forEach(
          part -> descents.add(part.plan(descent, network.values(), gradients, velocity)));
    } else if (optimizer instanceof Optimizer.Moments adam) {
      Tensor m = memory.tensor(layout.size());
      Tensor v = memory.tensor(layout.size());
      state.put("m", m);
      state.put("v", v);
      parts.forEach(part -> moments.add(part.plan(adam, network.values(), gradients, m, v)));
    }
    search =
        optimizer instanceof Optimizer.Search settings
            ? new RandomSearch(network, settings, step, learningRate, memory)
            : null;
    if (search != null) {
      state.put("found", search.best());
    }
    if (average != null) {
      state.put("average", average.sum());
    }
  }

  /** A part of the flat arrays that is pulled towards 0 with one strength. */
  private final class Part {
    private final UnaryOperator<Tensor> of;
    private final float l2;
    private final float decay;

    Part(UnaryOperator<Tensor> of, float l2, float decay) {
      this.of = of;
      this.l2 = l2;
      this.decay = decay;
    }

    Sgd plan(Optimizer.Descent descent, Tensor values, Tensor gradients, Tensor velocity) {
      return new Sgd(
          of.apply(values),
          of.apply(gradients),
          velocity == null ? null : of.apply(velocity),
          learningRate,
          descent.momentum(),
          descent.nesterov(),
          l2);
    }

    Adam plan(Optimizer.Moments adam, Tensor values, Tensor gradients, Tensor m, Tensor v) {
      return new Adam(
          of.apply(values),
          of.apply(gradients),
          of.apply(m),
          of.apply(v),
          learningRate,
          step,
          adam.beta1(),
          adam.beta2(),
          adam.epsilon(),
          l2,
          decay);
    }
  }

  /** How many arrays as large as the parameters a recipe needs beside them, gradients included. */
  static int arrays(Recipe recipe) {
    Optimizer optimizer = recipe.optimizer();
    int arrays = 1 + (recipe.averageDecay() == 0 ? 0 : 1) + (recipe.l1() == 0 ? 0 : 1);
    if (optimizer instanceof Optimizer.Descent descent) {
      return arrays + (descent.momentum() == 0 ? 0 : 1);
    }
    return arrays + 2; // both moments; of a search, what is drawn and the best
  }

  void setLearningRate(float value) {
    Optimizer.requireLearningRate(value);
    learningRate.copyFrom(learningRateValue.put(0, value));
  }

  float learningRate() {
    return learningRateValue.get(0);
  }

  /** Steps done. */
  int steps() {
    return stepValue.get(0);
  }

  /** Arrays that go from step to step, laid out like the parameters, by their names. */
  Map<String, Tensor> state() {
    return state;
  }

  /** Goes on after so many steps, whose {@link #state} lies there already. */
  void resume(int stepsDone, float leastLoss) {
    stepValue.put(0, stepsDone);
    if (search != null) {
      search.resume(leastLoss);
    }
  }

  /** Begins a step: tells the device its number. */
  void countStep() {
    step.copyFrom(stepValue.put(0, stepValue.get(0) + 1));
  }

  /** Changes the parameters by the gradients that are there. */
  void run() {
    gradientChange.run(device);
    for (int i = 0; i < descents.size(); i++) {
      device.sgd(descents.get(i));
    }
    for (int i = 0; i < moments.size(); i++) {
      device.adam(moments.get(i));
    }
    if (average != null) {
      average.run(device);
    }
  }

  /** What goes by tries in place of gradients, or null. */
  RandomSearch search() {
    return search;
  }

  /** Of the parameters after each step, or null where the recipe wants none. */
  WeightAverage average() {
    return average;
  }
}
