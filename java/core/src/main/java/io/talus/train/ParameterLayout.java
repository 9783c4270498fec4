package io.talus.train;

import io.talus.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntPredicate;
import java.util.function.UnaryOperator;

/**
 * Where each parameter of a network lies in one flat array: first those that are regularized, then
 * the others, so that one op updates all of a kind. Gradients and the optimizer's state are laid
 * out alike.
 *
 * <p>Each parameter begins on a cache line. The gaps hold 0, have no gradient, and so stay 0.
 */
final class ParameterLayout {
  private static final long LINE_ELEMENTS = 16;

  private final List<List<Parameter>> layers;
  private final List<long[]> offsets = new ArrayList<>();
  private final long regularized;
  private final long size;

  ParameterLayout(List<Layer> layers) {
    this.layers = layers.stream().map(Layer::parameters).toList();
    this.layers.forEach(parameters -> offsets.add(new long[parameters.size()]));
    regularized = place(true, 0);
    size = place(false, regularized);
  }

  private long place(boolean kind, long start) {
    long next = start;
    for (int layer = 0; layer < layers.size(); layer++) {
      List<Parameter> parameters = layers.get(layer);
      for (int i = 0; i < parameters.size(); i++) {
        if (parameters.get(i).regularized() == kind) {
          offsets.get(layer)[i] = next;
          long end = next + parameters.get(i).shape().size();
          next = (end + LINE_ELEMENTS - 1) / LINE_ELEMENTS * LINE_ELEMENTS;
        }
      }
    }
    return next;
  }

  /** Elements of the flat array. */
  long size() {
    return size;
  }

  /** Numbers that training changes. */
  long parameterCount() {
    return layers.stream()
        .flatMap(List::stream)
        .filter(Parameter::trained)
        .mapToLong(parameter -> parameter.shape().size())
        .sum();
  }

  /** One parameter's part of a flat array. */
  Tensor view(Tensor flat, int layer, int parameter) {
    long offset = offsets.get(layer)[parameter];
    Parameter described = layers.get(layer).get(parameter);
    return flat.rows(offset, offset + described.shape().size())
        .reshape(described.shape().toArray());
  }

  /** All parameters, layer after layer. */
  List<Tensor> views(Tensor flat) {
    List<Tensor> views = new ArrayList<>();
    for (int layer = 0; layer < layers.size(); layer++) {
      for (int parameter = 0; parameter < layers.get(layer).size(); parameter++) {
        views.add(view(flat, layer, parameter));
      }
    }
    return views;
  }

  /** The part of a flat array that L2 and weight decay apply to. */
  Tensor regularized(Tensor flat) {
    return flat.rows(0, regularized);
  }

  /**
   * A flat array without what is regularized of some layers: the parts that are left, in order.
   *
   * @param without whether a layer, by its place, is one of these
   */
  List<UnaryOperator<Tensor>> without(IntPredicate without) {
    List<long[]> spans = new ArrayList<>();
    for (int layer = 0; layer < layers.size(); layer++) {
      List<Parameter> parameters = layers.get(layer);
      for (int i = 0; i < parameters.size(); i++) {
        if (parameters.get(i).regularized() && !without.test(layer)) {
          long start = offsets.get(layer)[i];
          join(spans, start, start + parameters.get(i).shape().size());
        }
      }
    }
    join(spans, regularized, size);
    return spans.stream()
        .<UnaryOperator<Tensor>>map(span -> flat -> flat.rows(span[0], span[1]))
        .toList();
  }

  /** Lengthens the last span where only a gap lies between. */
  private static void join(List<long[]> spans, long start, long end) {
    long[] last = spans.isEmpty() ? null : spans.get(spans.size() - 1);
    if (last != null && start - last[1] < LINE_ELEMENTS) {
      last[1] = end;
    } else {
      spans.add(new long[] {start, end});
    }
  }

  /** The part of a flat array that they do not apply to. */
  Tensor unregularized(Tensor flat) {
    return flat.rows(regularized, size);
  }
}
