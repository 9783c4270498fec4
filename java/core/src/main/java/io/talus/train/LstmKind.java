package io.talus.train;

import io.talus.op.Epilogue;
import io.talus.op.LstmCell;
import io.talus.op.LstmCellGradient;
import io.talus.op.Transpose;
import io.talus.tensor.Shape;
import io.talus.tensor.Tensor;

/** {@link LstmLayer}s. */
final class LstmKind extends RecurrentKind<LstmLayer> {
  LstmKind() {
    super("lstm", LstmLayer.class);
  }

  @Override
  LstmLayer layer(Shape input, int units, boolean givesSequence) {
    return new LstmLayer(input, units, givesSequence);
  }

  @Override
  long keptWidth(LstmLayer layer) {
    return layer.units();
  }

  @Override
  Recurrence recurrence(LstmLayer layer, LayerArrays arrays) {
    return new Steps(layer, keptWidth(layer), arrays);
  }

  /** Keeps the cells, and hands their gradient from step to step. */
  private static final class Steps extends Recurrence {
    Steps(LstmLayer layer, long keptWidth, LayerArrays arrays) {
      super(layer, keptWidth, arrays);
    }

    private Tensor cellBefore(int step) {
      return step == 0 ? null : kept.step(step - 1);
    }

    @Override
    void addStep(int step, OpList ops) {
      Tensor sums = gates.step(step);
      if (step > 0) {
        ops.add(product(state(step - 1), parameter(RECURRENT_WEIGHT), 1, 1, sums, Epilogue.NONE));
      }
      LstmCell cell =
          new LstmCell(
              sums,
              cellBefore(step),
              arrays.training() == null ? null : sums,
              kept.step(step),
              state(step));
      ops.add(device -> device.lstmCell(cell));
    }

    @Override
    void addStepBack(int step, OpList ops) {
      Tensor sums = gates.step(step);
      LstmCellGradient gradient =
          new LstmCellGradient(
              stateGradient(step),
              step == last ? null : carried,
              sums,
              cellBefore(step),
              kept.step(step),
              sums,
              step == 0 ? null : carried);
      ops.add(device -> device.lstmCellGradient(gradient));
      if (step > 0) {
        ops.add(
            product(
                Transpose.NO,
                Transpose.YES,
                sums,
                parameter(RECURRENT_WEIGHT),
                betaOfStateGradient(),
                stateGradient(step - 1)));
      }
    }

    @Override
    StepArray recurrentGradients() {
      return gates;
    }
  }
}
