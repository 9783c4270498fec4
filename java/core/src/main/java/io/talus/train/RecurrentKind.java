package io.talus.train;

import io.talus.tensor.Shape;
import io.talus.tensor.TensorFactory;
import java.util.Map;

/** What the kinds of {@link RecurrentLayer}s have in common. */
abstract class RecurrentKind<L extends RecurrentLayer> extends LayerKind<L> {
  RecurrentKind(String name, Class<L> type) {
    super(name, type);
  }

  abstract L layer(Shape input, int units, boolean givesSequence);

  abstract Recurrence recurrence(L layer, LayerArrays arrays);

  /** Values that the way forward keeps for each row of a step, besides gates and states. */
  abstract long keptWidth(L layer);

  @Override
  final void write(L layer, Map<String, Object> fields) {
    fields.put("input", LayerFields.of(layer.input()));
    fields.put("units", layer.units());
    fields.put("gives_sequence", layer.givesSequence());
  }

  @Override
  final L read(LayerFields fields) {
    return layer(fields.shape("input"), fields.integer("units"), fields.truth("gives_sequence"));
  }

  @Override
  final LayerMemory memory(L layer, int rows, boolean training, TensorFactory memory) {
    return Recurrence.memory(layer, keptWidth(layer), rows, training, memory);
  }

  @Override
  final LayerForward forward(L layer, LayerArrays arrays) {
    return recurrence(layer, arrays).forward();
  }

  @Override
  final LayerBackward backward(L layer, LayerArrays arrays) {
    return recurrence(layer, arrays).backward();
  }

  /** The way back reads the weights in every step. */
  @Override
  final boolean foldsUpdates(L layer) {
    return false;
  }
}
