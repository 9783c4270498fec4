package io.talus.bench.work;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.talus.Device;
import io.talus.Devices;
import io.talus.op.Axis;
import io.talus.op.Gemm;
import io.talus.op.PoolFunction;
import io.talus.op.Precision;
import io.talus.op.ReduceFunction;
import io.talus.op.SimilarityMeasure;
import io.talus.op.SparseMeasure;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Everything that is timed gives the right answer on every device, at small shapes. */
class WorkTest {
  private static final NamedShape MATRIX = NamedShape.parse("small-37x50");
  private static final NamedShape MANY = NamedShape.parse("small-100x100");
  private static final ZipfRatings RATINGS = new ZipfRatings(60, 90, 2000);

  private static Map<String, Function<Device, Work>> works() {
    Map<String, Function<Device, Work>> works = new LinkedHashMap<>();
    for (String kind : List.of("forward", "forward-relu", "weights", "input")) {
      GemmShape shape = GemmShape.parse("dense-8x33x10-" + kind);
      works.put("gemm " + kind, device -> GemmWork.of(device, shape));
    }
    GemmShape wide = GemmShape.parse("dense-33x20x50-forward-relu");
    for (Precision precision : Precision.values()) {
      works.put("gemm in " + precision, device -> GemmWork.of(device, wide, precision));
    }
    NamedShape layer = NamedShape.parse("small-2x7x3x3x5", 5);
    for (String kind : List.of("", "-input-gradient", "-weight-gradient")) {
      works.put(
          "convolution" + kind, device -> ConvolutionWork.of(device, "convolution" + kind, layer));
    }
    NamedShape pooled = NamedShape.parse("small-2x7x5x3", 4);
    for (PoolFunction function : PoolFunction.values()) {
      works.put("pool " + function, device -> PoolWork.of(device, function, pooled));
      works.put("pool gradient " + function, device -> PoolWork.gradient(device, function, pooled));
    }
    works.put("softmax", device -> SoftmaxWork.softmax(device, MATRIX));
    works.put("log-softmax", device -> SoftmaxWork.logSoftmax(device, MATRIX));
    works.put("cross-entropy", device -> SoftmaxWork.crossEntropy(device, MATRIX));
    NamedShape last = NamedShape.parse("small-37x20x50", 3);
    works.put("linear cross-entropy", device -> LinearCrossEntropyWork.of(device, last));
    for (String kind : elementwise()) {
      works.put(kind, device -> ElementwiseWork.of(device, kind, MATRIX));
    }
    for (ReduceFunction function : ReduceFunction.values()) {
      for (Axis axis : Axis.values()) {
        works.put(function + " " + axis, device -> ReduceWork.of(device, function, axis, MATRIX));
      }
    }
    works.put("argmax", device -> ReduceWork.argMax(device, MATRIX));
    works.put("uniform", device -> RandomWork.uniform(device, MANY));
    works.put("normal", device -> RandomWork.normal(device, MANY));
    works.put("dropout", device -> RandomWork.dropout(device, MANY));
    for (String kind : List.of("sgd", "momentum", "nesterov", "adam", "adamw")) {
      works.put(kind, device -> OptimizerWork.of(device, kind, MATRIX));
    }
    for (SimilarityMeasure measure : SimilarityMeasure.values()) {
      works.put("full " + measure, device -> SimilarityWork.full(device, measure, MATRIX));
      works.put("top " + measure, device -> SimilarityWork.topK(device, measure, 5, MATRIX));
    }
    for (SparseMeasure measure : SparseMeasure.values()) {
      works.put(
          "sparse top " + measure, device -> SparseSimilarityWork.of(device, measure, 5, RATINGS));
    }
    for (String kind : List.of("batch-normalization", "layer-normalization")) {
      works.put(kind, device -> NormalizationWork.of(device, kind, MATRIX));
      works.put(
          kind + "-gradient", device -> NormalizationWork.of(device, kind + "-gradient", MATRIX));
    }
    String inference = "batch-normalization-inference";
    works.put(inference, device -> NormalizationWork.of(device, inference, MATRIX));
    for (String kind : List.of("lstm-cell", "gru-cell")) {
      works.put(kind, device -> RecurrentWork.of(device, kind, MATRIX));
      works.put(kind + "-gradient", device -> RecurrentWork.of(device, kind + "-gradient", MATRIX));
    }
    NamedShape words = NamedShape.parse("small-100x37x10", 3);
    works.put("embedding", device -> EmbeddingWork.of(device, words));
    works.put("embedding gradient", device -> EmbeddingWork.gradient(device, words));
    for (String kind : List.of("moved", "turned")) {
      NamedShape images = NamedShape.parse("small-5x13x3", 3);
      works.put("augment " + kind, device -> AugmentWork.of(device, kind, images));
    }
    NamedShape network = NamedShape.parse("small-8x20x12x12x5");
    works.put("training step", device -> TrainingStepWork.of(device, network));
    return works;
  }

  private static List<String> elementwise() {
    List<String> kinds = new ArrayList<>();
    kinds.addAll(List.of("negate", "abs", "square", "sqrt", "reciprocal", "exp", "log", "relu"));
    kinds.addAll(List.of("gelu", "tanh", "sigmoid"));
    kinds.addAll(List.of("add", "subtract", "multiply", "divide", "maximum", "minimum"));
    kinds.addAll(List.of("add-row", "axpby", "copy", "fill", "transpose", "gather", "swap-axes"));
    kinds.add("relu-gradient");
    return kinds;
  }

  @TestFactory
  Stream<DynamicTest> answersAreVerified() {
    return Devices.available().stream()
        .flatMap(
            device ->
                works().entrySet().stream()
                    .map(
                        work ->
                            DynamicTest.dynamicTest(
                                work.getKey() + " on " + device.name(),
                                () -> verify(work.getValue(), device))));
  }

  private static void verify(Function<Device, Work> make, Device device) {
    try (Work work = make.apply(device)) {
      work.verify();
      assertTrue(work.bytes() > 0);
    }
  }

  @Test
  void aWrongAnswerIsRefused() {
    try (Work work =
        GemmWork.of(Devices.require("java"), GemmShape.parse("dense-8x33x10-forward"))) {
      work.verify();
      Gemm op = (Gemm) work.op();
      op.c().set(op.c().get(0, 0) + 1e-3f, 0, 0);
      assertThrows(WrongAnswerException.class, work::check);
      op.c().set(Float.NaN, 0, 0);
      assertThrows(WrongAnswerException.class, work::check);
    }
  }

  @Test
  void ratingsAreAsManyAsAskedForAndTheSameBothWays() {
    assertEquals(2000, RATINGS.userOffsets[60]);
    assertEquals(2000, RATINGS.itemOffsets[90]);
    double byUser = 0;
    double byItem = 0;
    for (int at = 0; at < 2000; at++) {
      byUser += RATINGS.stars[at] * (RATINGS.items[at] + 1);
    }
    for (int item = 0; item < 90; item++) {
      for (int at = (int) RATINGS.itemOffsets[item]; at < RATINGS.itemOffsets[item + 1]; at++) {
        byItem += RATINGS.starsByItem[at] * (item + 1);
      }
    }
    assertEquals(byUser, byItem);
  }
}
