package io.talus.backend.cuda;

import static io.talus.backend.cuda.CostCase.Promise.COALESCED;
import static io.talus.backend.cuda.CostCase.Promise.NONE;
import static io.talus.backend.cuda.CostCase.Promise.ONCE;

import io.talus.Device;
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
import io.talus.op.Fill;
import io.talus.op.GatherRows;
import io.talus.op.LinearCrossEntropy;
import io.talus.op.LogSoftmax;
import io.talus.op.RandomNormal;
import io.talus.op.RandomUniform;
import io.talus.op.Reduce;
import io.talus.op.ReduceFunction;
import io.talus.op.Reduction;
import io.talus.op.Sgd;
import io.talus.op.Softmax;
import io.talus.op.SoftmaxCrossEntropy;
import io.talus.op.TransposeMatrix;
import io.talus.op.Unary;
import io.talus.op.UnaryFunction;
import io.talus.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/** Every op at the shapes whose cost is counted: one line each, here or in a class of its kind. */
final class CostCases {
  private static final int MANY = 1 << 20;

  private CostCases() {}

  static List<CostCase> all() {
    List<CostCase> all = new ArrayList<>();
    all.addAll(ProductCostCases.all());
    all.addAll(losses());
    all.addAll(elements());
    all.addAll(reductions());
    all.addAll(randomAndOptimizers());
    all.addAll(SimilarityCostCases.all());
    all.addAll(LayerCostCases.all());
    all.addAll(RecurrentCostCases.all());
    return all;
  }

  private static List<CostCase> losses() {
    List<CostCase> losses = new ArrayList<>();
    for (int[] shape :
        new int[][] {{512, 10}, {512, 1000}, {512, 1024}, {64, 32000}, {8, 128256}}) {
      int rows = shape[0];
      int columns = shape[1];
      String name = rows + "x" + columns;
      losses.add(
          CostCase.of(
              ONCE,
              name,
              Device::softmax,
              in -> new Softmax(in.floats(rows, columns), in.zeros(rows, columns))));
      losses.add(
          CostCase.of(
              ONCE,
              name,
              Device::logSoftmax,
              in -> new LogSoftmax(in.floats(rows, columns), in.zeros(rows, columns))));
      losses.add(
          CostCase.of(
              ONCE,
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
