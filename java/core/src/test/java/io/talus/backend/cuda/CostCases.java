package io.talus.backend.cuda;

import static io.talus.backend.cuda.CostCase.Promise.COALESCED;
import static io.talus.backend.cuda.CostCase.Promise.NONE;
import static io.talus.backend.cuda.CostCase.Promise.ONCE;

import io.talus.Device;
import io.talus.op.Activation;
import io.talus.op.ActivationGradient;
import io.talus.op.Adam;
import io.talus.op.ArgMax;
import io.talus.op.Axis;
import io.talus.op.Axpby;
import io.talus.op.Binary;
import io.talus.op.BinaryFunction;
import io.talus.op.Broadcast;
import io.talus.op.Copy;
import io.talus.op.Dropout;
import io.talus.op.Embedding;
import io.talus.op.EmbeddingGradient;
import io.talus.op.Epilogue;
import io.talus.op.Fill;
import io.talus.op.GatherRows;
import io.talus.op.Gemm;
import io.talus.op.LinearCrossEntropy;
import io.talus.op.LogSoftmax;
import io.talus.op.Precision;
import io.talus.op.RandomNormal;
import io.talus.op.RandomUniform;
import io.talus.op.Reduce;
import io.talus.op.ReduceFunction;
import io.talus.op.Reduction;
import io.talus.op.Sgd;
import io.talus.op.Similarity;
import io.talus.op.SimilarityMeasure;
import io.talus.op.SimilarityTopK;
import io.talus.op.Softmax;
import io.talus.op.SoftmaxCrossEntropy;
import io.talus.op.SparseMeasure;
import io.talus.op.SparseSimilarityTopK;
import io.talus.op.Support;
import io.talus.op.Transpose;
import io.talus.op.TransposeMatrix;
import io.talus.op.Unary;
import io.talus.op.UnaryFunction;
import io.talus.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/** Every op at the shapes whose cost is counted: one line each. */
final class CostCases {
  /** Of the device on which the loops are counted: few, so that few tiles fill it. */
  static final int LOOP_MULTIPROCESSORS = 4;

  private static final int MANY = 1 << 20;

  private CostCases() {}

  static List<CostCase> all() {
    List<CostCase> all = new ArrayList<>();
    all.addAll(products());
    all.addAll(losses());
    all.addAll(elements());
    all.addAll(reductions());
    all.addAll(randomAndOptimizers());
    all.addAll(similarities());
    all.addAll(LayerCostCases.all());
    all.addAll(RecurrentCostCases.all());
    return all;
  }

  private static List<CostCase> products() {
    return List.of(
        gemm("512 square", Transpose.NO, Transpose.NO, 512, 512, 512),
        gemm("1024 square", Transpose.NO, Transpose.NO, 1024, 1024, 1024),
        CostCase.of(COALESCED, "dense 128x784x512 forward, ReLU", Device::gemm, CostCases::layer),
        gemm("dense 128x784x512 dW", Transpose.YES, Transpose.NO, 784, 512, 128),
        gemm("dense 128x784x512 dX", Transpose.NO, Transpose.YES, 128, 784, 512),
        gemm("dense 128x512x16 forward", Transpose.NO, Transpose.NO, 128, 16, 512),
        gemm("dense 128x512x16 dW", Transpose.YES, Transpose.NO, 512, 16, 128),
        gemm("dense 128x512x16 dX", Transpose.NO, Transpose.YES, 128, 512, 16),
        unaligned("dense 128x512x10 forward", Transpose.NO, Transpose.NO, 128, 10, 512),
        unaligned("dense 128x512x10 dW", Transpose.YES, Transpose.NO, 512, 10, 128),
        unaligned("dense 128x512x10 dX", Transpose.NO, Transpose.YES, 128, 512, 10),
        gemm("dense 8x784x512 forward", Transpose.NO, Transpose.NO, 8, 512, 784),
        tensor("512 square, TF32", Precision.TF32),
        tensor("512 square, bfloat16", Precision.BFLOAT16),
        CostCase.of(
            NONE,
            "128x512, ReLU, bias",
            Device::activationGradient,
            in ->
                new ActivationGradient(
                    Activation.RELU,
                    in.floats(128, 512),
                    in.floats(128, 512),
                    in.zeros(128, 512),
                    0,
                    in.zeros(512))));
  }

  /**
   * Products in pairs that differ in k alone, so that the difference between their costs is that of
   * the main loop. The sizes fill a card of {@link #LOOP_MULTIPROCESSORS} with tiles, which leaves
   * k in one piece.
   */
  static List<CostCase> loops() {
    List<CostCase> loops = new ArrayList<>();
    addLoops(loops, Precision.FLOAT32, 256, 512);
    addLoops(loops, Precision.FLOAT32, 384, 128);
    addLoops(loops, Precision.FLOAT32, 1024, 16);
    addLoops(loops, Precision.FLOAT32, 1024, 32);
    addLoops(loops, Precision.FLOAT32, 16, 1024);
    // A card without tensor cores for these counts the first ones again.
    addLoops(loops, Precision.TF32, 256, 512);
    addLoops(loops, Precision.BFLOAT16, 256, 512);
    return loops;
  }

  private static void addLoops(List<CostCase> loops, Precision precision, long m, long n) {
    for (Transpose a : Transpose.values()) {
      for (Transpose b : Transpose.values()) {
        for (long k : new long[] {64, 128}) {
          loops.add(
              CostCase.of(
                  COALESCED,
                  m + "x" + n + "x" + k,
                  Device::gemm,
                  in -> product(in, a, b, m, n, k).with(on(in, precision))));
        }
      }
    }
  }

  private static CostCase gemm(String shape, Transpose ta, Transpose tb, long m, long n, long k) {
    return CostCase.of(COALESCED, shape, Device::gemm, in -> product(in, ta, tb, m, n, k));
  }

  private static CostCase unaligned(
      String shape, Transpose ta, Transpose tb, long m, long n, long k) {
    return CostCase.of(NONE, shape, Device::gemm, in -> product(in, ta, tb, m, n, k));
  }

  /** On tensor cores, where the card has them for this precision. */
  private static CostCase tensor(String shape, Precision precision) {
    return CostCase.of(
        COALESCED,
        shape,
        Device::gemm,
        in -> product(in, Transpose.NO, Transpose.NO, 512, 512, 512).with(on(in, precision)));
  }

  private static Precision on(CostData in, Precision precision) {
    return in.device().precision(precision);
  }

  static Gemm product(CostData in, Transpose ta, Transpose tb, long m, long n, long k) {
    Tensor a = ta == Transpose.NO ? in.floats(m, k) : in.floats(k, m);
    Tensor b = tb == Transpose.NO ? in.floats(k, n) : in.floats(n, k);
    return new Gemm(ta, tb, a, b, in.zeros(m, n));
  }

  private static Gemm layer(CostData in) {
    return new Gemm(
        Transpose.NO,
        Transpose.NO,
        1,
        in.floats(128, 784),
        in.floats(784, 512),
        0,
        in.zeros(128, 512),
        Epilogue.bias(in.floats(512), Activation.RELU));
  }

  private static List<CostCase> losses() {
    List<CostCase> losses = new ArrayList<>();
    for (int[] shape :
        new int[][] {{512, 10}, {512, 1000}, {512, 1024}, {64, 32000}, {8, 131072}}) {
      int rows = shape[0];
      int columns = shape[1];
      String name = rows + "x" + columns;
      // Rows of more than 32768 elements are read twice.
      CostCase.Promise promise = columns <= 32768 ? ONCE : COALESCED;
      losses.add(
          CostCase.of(
              promise,
              name,
              Device::softmax,
              in -> new Softmax(in.floats(rows, columns), in.zeros(rows, columns))));
      losses.add(
          CostCase.of(
              promise,
              name,
              Device::logSoftmax,
              in -> new LogSoftmax(in.floats(rows, columns), in.zeros(rows, columns))));
      losses.add(
          CostCase.of(
              promise,
              name + ", loss and gradient",
              Device::softmaxCrossEntropy,
              in ->
                  new SoftmaxCrossEntropy(
                      in.floats(rows, columns),
                      in.labels(columns, rows),
                      in.zeros(1),
                      in.zeros(rows, columns))));
    }
    losses.add(
        CostCase.of(
            COALESCED, "128x512, 1024 classes", Device::linearCrossEntropy, CostCases::linear));
    return losses;
  }

  private static LinearCrossEntropy linear(CostData in) {
    return new LinearCrossEntropy(
        in.floats(128, 512),
        in.floats(512, 1024),
        in.floats(1024),
        in.labels(1024, 128),
        Reduction.MEAN,
        0,
        1,
        in.zeros(1),
        in.zeros(128, 512),
        in.zeros(512, 1024),
        in.zeros(1024));
  }

  private static List<CostCase> elements() {
    return List.of(
        CostCase.of(ONCE, "2^20", Device::fill, in -> new Fill(1, in.zeros(MANY))),
        CostCase.of(ONCE, "2^20", Device::copy, in -> new Copy(in.floats(MANY), in.zeros(MANY))),
        unary(UnaryFunction.RELU),
        unary(UnaryFunction.GELU),
        unary(UnaryFunction.EXP),
        binary(Broadcast.SAME_SHAPE, 1024, 1024),
        binary(Broadcast.ROW, 1, 1024),
        binary(Broadcast.COLUMN, 1024, 1),
        CostCase.of(
            ONCE, "2^20", Device::axpby, in -> new Axpby(2, in.floats(MANY), 3, in.floats(MANY))),
        CostCase.of(
            ONCE,
            "1024x1024",
            Device::transpose,
            in -> new TransposeMatrix(in.floats(1024, 1024), in.zeros(1024, 1024))),
        CostCase.of(
            ONCE,
            "128 rows of 784",
            Device::gatherRows,
            in -> new GatherRows(in.floats(1000, 784), in.labels(1000, 128), in.zeros(128, 784))),
        CostCase.of(
            COALESCED,
            "512 of 20000x64",
            Device::embedding,
            in ->
                new Embedding(
                    in.floats(20_000, 64),
                    in.ids(20_000, 512),
                    in.span(20_000),
                    in.zeros(512, 64))),
        CostCase.of(
            NONE,
            "512 of 20000x64",
            Device::embeddingGradient,
            in -> embeddingGradient(in, 512, 20_000, 64)),
        CostCase.of(
            NONE,
            "4096 of 2000x64",
            Device::embeddingGradient,
            in -> embeddingGradient(in, 4096, 2000, 64)));
  }

  private static EmbeddingGradient embeddingGradient(
      CostData in, int count, int vocabulary, int dimensions) {
    return new EmbeddingGradient(
        in.floats(count, dimensions),
        in.ids(vocabulary, count),
        in.span(vocabulary),
        in.zeros(vocabulary, dimensions));
  }

  private static CostCase unary(UnaryFunction function) {
    return CostCase.of(
        ONCE,
        "2^20, " + function,
        Device::unary,
        in -> new Unary(function, in.floats(MANY), in.zeros(MANY)));
  }

  private static CostCase binary(Broadcast broadcast, long rows, long columns) {
    return CostCase.of(
        broadcast == Broadcast.SAME_SHAPE ? ONCE : NONE,
        "1024x1024, " + broadcast,
        Device::binary,
        in ->
            new Binary(
                BinaryFunction.ADD,
                broadcast,
                in.floats(1024, 1024),
                in.floats(rows, columns),
                in.zeros(1024, 1024)));
  }

  private static List<CostCase> reductions() {
    return List.of(
        reduce(Axis.ALL, 1024, 1024, 1),
        reduce(Axis.EACH_ROW, 1024, 1024, 1024),
        reduce(Axis.EACH_ROW, 10240, 10, 10240),
        reduce(Axis.EACH_COLUMN, 1024, 1024, 1024),
        reduce(Axis.EACH_COLUMN, 10240, 10, 10),
        CostCase.of(
            NONE,
            "10240x10",
            Device::argMax,
            in -> new ArgMax(in.floats(10240, 10), in.ints(10240))),
        CostCase.of(
            NONE,
            "1024x1024",
            Device::argMax,
            in -> new ArgMax(in.floats(1024, 1024), in.ints(1024))));
  }

  private static CostCase reduce(Axis axis, int rows, int columns, int results) {
    return CostCase.of(
        NONE,
        rows + "x" + columns + ", SUM, " + axis,
        Device::reduce,
        in -> new Reduce(ReduceFunction.SUM, axis, in.floats(rows, columns), in.zeros(results)));
  }

  private static List<CostCase> randomAndOptimizers() {
    return List.of(
        CostCase.of(
            COALESCED,
            "2^20",
            Device::randomUniform,
            in -> new RandomUniform(1, 0, in.step(), 0, 1, in.zeros(MANY))),
        CostCase.of(
            COALESCED,
            "2^20",
            Device::randomNormal,
            in -> new RandomNormal(1, 0, in.step(), 0, 1, in.zeros(MANY))),
        CostCase.of(
            ONCE,
            "2^20",
            Device::dropout,
            in -> new Dropout(1, 0, in.step(), 0.5f, in.floats(MANY), in.zeros(MANY))),
        sgd("2^20, plain", 0, in -> null),
        sgd("2^20, momentum", 0.9f, in -> in.zeros(MANY)),
        CostCase.of(
            ONCE,
            "2^20",
            Device::adam,
            in ->
                new Adam(
                    in.floats(MANY),
                    in.floats(MANY),
                    in.zeros(MANY),
                    in.zeros(MANY),
                    in.floats(1),
                    in.step(),
                    0.9f,
                    0.999f,
                    1e-8f,
                    0,
                    0.01f)));
  }

  private static List<CostCase> similarities() {
    return List.of(
        CostCase.of(
            NONE,
            "512 and 512 rows of 64, COSINE",
            Device::similarity,
            in ->
                new Similarity(
                    SimilarityMeasure.COSINE,
                    in.floats(512, 64),
                    in.floats(512, 64),
                    in.zeros(512, 512))),
        CostCase.of(
            NONE,
            "512 and 1024 rows of 64, COSINE, k 20",
            Device::similarityTopK,
            in ->
                new SimilarityTopK(
                    SimilarityMeasure.COSINE,
                    in.floats(512, 64),
                    in.floats(1024, 64),
                    false,
                    in.ints(512, 20),
                    in.zeros(512, 20))),
        sparse("512x256, 16 a row", SparseMeasure.COSINE, 512, 256, 16),
        sparse("512x256, 16 a row", SparseMeasure.COMMON_PEARSON, 512, 256, 16),
        sparse("6000x64, 8 a row", SparseMeasure.COSINE, 6000, 64, 8),
        // So few that ranges of its rows would not pay.
        sparse("6000x20000, 2 a row", SparseMeasure.COSINE, 6000, 20_000, 2));
  }

  /** For 512 rows. */
  private static CostCase sparse(
      String shape, SparseMeasure measure, int rows, int columns, int each) {
    return CostCase.of(
        NONE,
        shape + ", " + measure + ", k 20",
        Device::sparseSimilarityTopK,
        in ->
            new SparseSimilarityTopK(
                measure,
                Support.ANY,
                in.csr(rows, columns, each),
                new SparseSimilarityTopK.Tile(0, Math.min(rows, 512)),
                true,
                in.ints(Math.min(rows, 512), 20),
                in.zeros(Math.min(rows, 512), 20)));
  }

  private static CostCase sgd(String shape, float momentum, Function<CostData, Tensor> velocity) {
    return CostCase.of(
        ONCE,
        shape,
        Device::sgd,
        in ->
            new Sgd(
                in.floats(MANY),
                in.floats(MANY),
                velocity.apply(in),
                in.floats(1),
                momentum,
                false,
                0));
  }
}
