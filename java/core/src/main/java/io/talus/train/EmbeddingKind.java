package io.talus.train;

import io.talus.op.Embedding;
import io.talus.op.EmbeddingGradient;
import io.talus.tensor.TensorFactory;
import java.util.Arrays;
import java.util.Map;

/** {@link EmbeddingLayer}s. */
final class EmbeddingKind extends LayerKind<EmbeddingLayer> {
  // The place in a layer's memory.
  private static final int SPANS = 0;

  EmbeddingKind() {
    super("embedding", EmbeddingLayer.class);
  }

  @Override
  void write(EmbeddingLayer layer, Map<String, Object> fields) {
    fields.put("columns", layer.columns());
    fields.put("vocabularies", layer.vocabularies());
    fields.put("dimensions", layer.dimensions());
  }

  @Override
  EmbeddingLayer read(LayerFields fields) {
    return new EmbeddingLayer(
        fields.integer("columns"),
        Arrays.stream(fields.integers("vocabularies")).boxed().toList(),
        fields.integer("dimensions"));
  }

  /** The rows of each column. */
  @Override
  LayerMemory memory(EmbeddingLayer layer, int rows, boolean training, TensorFactory memory) {
    return LayerMemory.integers(
        memory.labels(layer.rows() + 1, layer.columns(), 2).copyFrom(layer.spans()));
  }

  @Override
  LayerForward forward(EmbeddingLayer layer, LayerArrays arrays) {
    Embedding embedding =
        new Embedding(
            arrays.parameters().get(EmbeddingLayer.TABLE),
            arrays.x(),
            arrays.memory().integers().get(SPANS),
            arrays.y());
    return device -> device.embedding(embedding);
  }

  @Override
  LayerBackward backward(EmbeddingLayer layer, LayerArrays arrays) {
    EmbeddingGradient gradient =
        new EmbeddingGradient(
            arrays.training().dY(),
            arrays.x(),
            arrays.memory().integers().get(SPANS),
            arrays.training().gradients().get(EmbeddingLayer.TABLE));
    return device -> device.embeddingGradient(gradient);
  }

  @Override
  boolean takesIds() {
    return true;
  }

  @Override
  boolean foldsUpdates(EmbeddingLayer layer) {
    return false;
  }
}
