package io.talus.bench.work;

import io.talus.Device;
import io.talus.op.Axis;
import io.talus.op.PoolFunction;
import io.talus.op.Precision;
import io.talus.op.ReduceFunction;
import io.talus.op.SimilarityMeasure;
import io.talus.op.SparseMeasure;
import java.util.Locale;

/** Every work by two words, so that lists of works are lists of words. */
public final class Catalogue {
  private static final String SPARSE = "sparse-top-";
  private static final String TOP = "top-";

  private Catalogue() {}

  /**
   * Makes a work.
   *
   * @param kind {@code gemm}, {@code gemm/tf32}, {@code gemm/bfloat16}; {@code convolution}, {@code
   *     convolution-input-gradient}, {@code convolution-weight-gradient}; {@code pool/max}, {@code
   *     pool-gradient/max} and the like; {@code softmax}, {@code log-softmax}, {@code
   *     cross-entropy}; {@code linear-cross-entropy}; {@code sum/each-row} and the like; {@code
   *     argmax}; {@code batch-normalization}, {@code layer-normalization} and their gradients;
   *     {@code lstm-cell}, {@code gru-cell} and theirs; {@code embedding}, {@code
   *     embedding-gradient}; {@code augment/moved}, {@code augment/turned}; {@code uniform}, {@code
   *     normal}, {@code dropout}; {@code sgd}, {@code momentum}, {@code nesterov}, {@code adam},
   *     {@code adamw}; {@code similarity/cosine}, {@code top-20/cosine}, {@code
   *     sparse-top-50/cosine} and the like; {@code training-step}; or one of {@link
   *     ElementwiseWork}
   * @param shape in the form that the kind has
   * @throws IllegalArgumentException when there is no such kind, or the shape has another form
   */
  public static Work make(Device device, String kind, String shape) {
    return switch (kind) {
      case "gemm" -> GemmWork.of(device, GemmShape.parse(shape));
      case "convolution", "convolution-input-gradient", "convolution-weight-gradient" ->
          ConvolutionWork.of(device, kind, NamedShape.parse(shape, 5));
      case "softmax" -> SoftmaxWork.softmax(device, NamedShape.parse(shape, 2));
      case "log-softmax" -> SoftmaxWork.logSoftmax(device, NamedShape.parse(shape, 2));
      case "cross-entropy" -> SoftmaxWork.crossEntropy(device, NamedShape.parse(shape, 2));
      case "linear-cross-entropy" -> LinearCrossEntropyWork.of(device, NamedShape.parse(shape, 3));
      case "argmax" -> ReduceWork.argMax(device, NamedShape.parse(shape, 2));
      case "embedding" -> EmbeddingWork.of(device, NamedShape.parse(shape, 3));
      case "embedding-gradient" -> EmbeddingWork.gradient(device, NamedShape.parse(shape, 3));
      case "uniform" -> RandomWork.uniform(device, NamedShape.parse(shape, 2));
      case "normal" -> RandomWork.normal(device, NamedShape.parse(shape, 2));
      case "dropout" -> RandomWork.dropout(device, NamedShape.parse(shape, 2));
      case "sgd", "momentum", "nesterov", "adam", "adamw" ->
          OptimizerWork.of(device, kind, NamedShape.parse(shape, 2));
      case "batch-normalization",
          "batch-normalization-gradient",
          "batch-normalization-inference",
          "layer-normalization",
          "layer-normalization-gradient" ->
          NormalizationWork.of(device, kind, NamedShape.parse(shape, 2));
      case "lstm-cell", "lstm-cell-gradient", "gru-cell", "gru-cell-gradient" ->
          RecurrentWork.of(device, kind, NamedShape.parse(shape, 2));
      case "training-step" -> TrainingStepWork.of(device, NamedShape.parse(shape));
      default ->
          kind.contains("/")
              ? withVariant(device, kind.split("/", 2), shape)
              : ElementwiseWork.of(device, kind, NamedShape.parse(shape, 2));
    };
  }

  private static Work withVariant(Device device, String[] kind, String shape) {
    String variant = kind[1].toUpperCase(Locale.ROOT).replace('-', '_');
    if (kind[0].startsWith(SPARSE)) {
      NamedShape sizes = NamedShape.parse(shape, 3);
      ZipfRatings ratings =
          new ZipfRatings((int) sizes.size(0), (int) sizes.size(1), (int) sizes.size(2));
      return SparseSimilarityWork.of(
          device, SparseMeasure.valueOf(variant), number(kind[0], SPARSE), ratings);
    }
    if (kind[0].equals("gemm")) {
      return GemmWork.of(device, GemmShape.parse(shape), Precision.valueOf(variant));
    }
    if (kind[0].equals("augment")) {
      return AugmentWork.of(device, kind[1], NamedShape.parse(shape, 3));
    }
    if (kind[0].equals("pool")) {
      return PoolWork.of(device, PoolFunction.valueOf(variant), NamedShape.parse(shape, 4));
    }
    if (kind[0].equals("pool-gradient")) {
      return PoolWork.gradient(device, PoolFunction.valueOf(variant), NamedShape.parse(shape, 4));
    }
    NamedShape sizes = NamedShape.parse(shape, 2);
    if (kind[0].equals("similarity")) {
      return SimilarityWork.full(device, SimilarityMeasure.valueOf(variant), sizes);
    }
    if (kind[0].startsWith(TOP)) {
      return SimilarityWork.topK(
          device, SimilarityMeasure.valueOf(variant), number(kind[0], TOP), sizes);
    }
    ReduceFunction function =
        ReduceFunction.valueOf(kind[0].toUpperCase(Locale.ROOT).replace('-', '_'));
    return ReduceWork.of(device, function, Axis.valueOf(variant), sizes);
  }

  private static int number(String kind, String prefix) {
    return Integer.parseInt(kind.substring(prefix.length()));
  }
}
