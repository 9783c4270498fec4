package io.talus.train;

import io.talus.op.Epilogue;
import io.talus.op.GruCell;
import io.talus.op.GruCellGradient;
import io.talus.op.Transpose;
import io.talus.tensor.Shape;
import io.talus.tensor.Tensor;

/** {@link GruLayer}s. */
final class GruKind extends RecurrentKind<GruLayer> {
  GruKind() {
    super("gru", GruLayer.class);
  }

  @Override
  GruLayer layer(Shape input, int units, boolean givesSequence) {
    return new GruLayer(input, units, givesSequence);
  }

  @Override
  long keptWidth(GruLayer layer) {
    return (long) layer.gates() * layer.units();
  }

  @Override
  Recurrence recurrence(GruLayer layer, LayerArrays arrays) {
    return new Steps(layer, keptWidth(layer), arrays);
  }

  /** Keeps the products with the states, whose gradients then take their place. */
  private static final class Steps extends Recurrence {
    Steps(GruLayer layer, long keptWidth, LayerArrays arrays) {
      super(layer, keptWidth, arrays);
    }

    private Tensor stateBefore(int step) {
      return step == 0 ? null : state(step - 1);
    }

    /** Before the first step the state is 0, and its product the bias alone. */
    @Override
    void addStep(int step, OpList ops) {
      ops.add(
          product(
              step == 0 ? state(0) : state(step - 1),
              parameter(RECURRENT_WEIGHT),
              step == 0 ? 0 : 1,
              0,
              kept.step(step),
              Epilogue.bias(parameter(RECURRENT_BIAS))));
      Tensor sums = gates.step(step);
      GruCell cell =
          new GruCell(
              sums,
              kept.step(step),
              stateBefore(step),
              arrays.training() == null ? null : sums,
              state(step));
      ops.add(device -> device.gruCell(cell));
    }

    @Override
    void addStepBack(int step, OpList ops) {
      Tensor sums = gates.step(step);
      Tensor ofState = kept.step(step);
      Tensor before = step == 0 ? null : stateGradient(step - 1);
      GruCellGradient gradient =
          new GruCellGradient(
              stateGradient(step),
              sums,
              ofState,
              stateBefore(step),
              sums,
              ofState,
              betaOfStateGradient(),
              before);
      ops.add(device -> device.gruCellGradient(gradient));
      if (step > 0) {
        ops.add(
            product(Transpose.NO, Transpose.YES, ofState, parameter(RECURRENT_WEIGHT), 1, before));
      }
    }

    @Override
    StepArray recurrentGradients() {
      return kept;
    }

    @Override
    void addParameterGradients(OpList ops) {
      sumOfColumns(kept.all(), arrays.training().gradients().get(RECURRENT_BIAS), ops);
    }
  }
}
