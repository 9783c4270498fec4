package io.talus.bench.table;

import io.talus.bench.peer.GemmPeers;
import io.talus.bench.work.GemmShape;
import io.talus.bench.work.NamedShape;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.Stream;

/** The lines of the table and their targets. */
final class Lines {
  private static final List<String> LIBRARIES =
      List.of(GemmPeers.ONEDNN_MATMUL, GemmPeers.ONEDNN_SGEMM, GemmPeers.OPENBLAS_SGEMM);
  private static final int MANY_ROUNDS = 7;
  private static final int FEW_ROUNDS = 5;

  /** The compilers allocate a little, once, when they replace code; most rounds are without. */
  private static final int AMOUNT_ROUNDS = 5;

  private Lines() {}

  static List<Line> all() {
    List<Line> lines = new ArrayList<>();
    for (int size : new int[] {256, 512, 1024, 2048}) {
      lines.add(gemm("square", "square-" + size, "gemm " + size + " square", 0.97));
    }
    for (String layer : List.of("128x784x512", "128x512x512")) {
      String title = "gemm of a dense layer " + layer;
      lines.add(gemm("dense", "dense-" + layer + "-forward", title + ", forward", 0.97));
      lines.add(gemm("dense", "dense-" + layer + "-weights", title + ", dW", 0.97));
      lines.add(gemm("dense", "dense-" + layer + "-input", title + ", dX", 0.97));
      lines.add(fused("dense-" + layer + "-forward-relu", title + ", bias and ReLU fused in"));
    }
    String narrow = "gemm of a dense layer 128x512x10";
    lines.add(gemm("narrow", "dense-128x512x10-forward", narrow + ", forward", 1.5));
    lines.add(gemm("narrow", "dense-128x512x10-weights", narrow + ", dW", 1.5));
    lines.add(gemm("narrow", "dense-128x512x10-input", narrow + ", dX", 1.5));
    for (String layer : List.of("64x32x64x3x64", "128x14x32x5x64")) {
      lines.add(convolution("convolution", layer, "forward, bias and ReLU fused in"));
      lines.add(convolution("convolution-input-gradient", layer, "dX"));
      lines.add(convolution("convolution-weight-gradient", layer, "dW"));
    }
    lines.addAll(crossEntropy());
    lines.addAll(training());
    lines.addAll(similarity());
    lines.addAll(RecommendLines.all());
    return lines;
  }

  /** The lines that one process measures. */
  static Stream<Line> ofGroup(String group) {
    return all().stream().filter(line -> line.group().equals(group));
  }

  private static Line gemm(String group, String shape, String title, double target) {
    GemmShape parsed = GemmShape.parse(shape);
    double flops = 2.0 * parsed.m() * parsed.n() * parsed.k();
    return new Line(
        shape,
        group,
        title,
        Unit.GFLOPS,
        flops,
        Rule.SPEED_AT_LEAST,
        target,
        LIBRARIES,
        MANY_ROUNDS,
        () -> GemmContests.product(parsed));
  }

  private static Line fused(String shape, String title) {
    GemmShape parsed = GemmShape.parse(shape);
    double flops = 2.0 * parsed.m() * parsed.n() * parsed.k();
    return new Line(
        shape,
        "dense",
        title + ", against Talus without",
        Unit.GFLOPS,
        flops,
        Rule.TIME_AT_MOST,
        1.03,
        List.of(GemmContests.UNFUSED),
        MANY_ROUNDS,
        () -> GemmContests.fused(parsed));
  }

  /** A layer of images x size x channels x window x outputs that keeps the size. */
  private static Line convolution(String kind, String layer, String part) {
    NamedShape shape = NamedShape.parse("layer-" + layer, 5);
    long outputs = shape.size(0) * shape.size(1) * shape.size(1) * shape.size(4);
    double flops = 2.0 * outputs * shape.size(3) * shape.size(3) * shape.size(2);
    return new Line(
        kind + "-" + layer,
        "convolution",
        "convolution of images, size, channels, window, outputs " + layer + ", " + part,
        Unit.GFLOPS,
        flops,
        Rule.SPEED_AT_LEAST,
        0.70,
        List.of(Contest.FMA_LIMIT),
        MANY_ROUNDS,
        () -> OtherContests.convolution(kind, shape));
  }

  private static List<Line> crossEntropy() {
    String large = "vocabulary-4096x32000";
    return List.of(
        new Line(
            "cross-entropy-" + large,
            "cross-entropy",
            "softmax cross-entropy loss + gradient 4096 x 32000",
            Unit.GIGABYTES_PER_SECOND,
            2.0 * 4096 * 32000 * Float.BYTES,
            Rule.SPEED_AT_LEAST,
            0.70,
            List.of(Contest.COPY_LIMIT),
            FEW_ROUNDS,
            () -> OtherContests.crossEntropyAgainstCopy(large)),
        new Line(
            "cross-entropy-digits-128x10",
            "cross-entropy",
            "the same 128 x 10, call included",
            Unit.MICROSECONDS,
            0,
            Rule.ITSELF_AT_MOST,
            5e-6,
            List.of(),
            MANY_ROUNDS,
            () -> OtherContests.crossEntropy("digits-128x10")));
  }

  private static List<Line> training() {
    String shape = "digits-128x784x512x10";
    // Two products of the first layer, three of the second: no gradient for the network's input.
    double flops = 2.0 * 128 * (2 * 784 * 512 + 3 * 512 * 10);
    return List.of(
        new Line(
            "training-step",
            "training",
            "one training step of 784-512-10, batch 128",
            Unit.GFLOPS,
            flops,
            Rule.SPEED_AT_LEAST,
            0.60,
            List.of(Contest.FMA_LIMIT),
            MANY_ROUNDS,
            () -> OtherContests.trainingStep(shape, flops)),
        amount(
            "training-step-heap",
            "training",
            "allocated on the Java heap by 1000 such steps, median of five times",
            Unit.BYTES,
            0,
            AMOUNT_ROUNDS,
            () -> OtherContests.trainingStepHeap(shape)),
        amount(
            "training-step-memory",
            "training",
            "growth of the process's resident memory in 2000 such steps, median of five times",
            Unit.MEGABYTES,
            1e6,
            AMOUNT_ROUNDS,
            () -> OtherContests.trainingStepMemory(shape)));
  }

  private static Line amount(
      String id,
      String group,
      String title,
      Unit unit,
      double most,
      int rounds,
      Supplier<Contest> contest) {
    return new Line(
        id, group, title, unit, 0, Rule.ITSELF_AT_MOST, most, List.of(), rounds, contest);
  }

  private static List<Line> similarity() {
    return List.of(
        new Line(
            "cosine-top20",
            "cosine",
            "cosine top-20 of 20,000 x 128, dense, against oneDNN's bare product in blocks",
            Unit.MILLISECONDS,
            0,
            Rule.TIME_AT_MOST,
            1.1,
            List.of(GemmPeers.ONEDNN_MATMUL, GemmPeers.ONEDNN_SGEMM),
            FEW_ROUNDS,
            () -> SimilarityContests.cosine(20_000, 128, 20)),
        amount(
            "cosine-top20-memory",
            "cosine-memory",
            "memory of that beyond its input",
            Unit.MEGABYTES,
            64e6,
            1,
            () -> SimilarityContests.cosineMemory(20_000, 128, 20)),
        new Line(
            "sparse-top50",
            "sparse",
            "item-item cosine top-50, sparse, 6,040 x 3,706, 1,000,209 ratings, against plain Java",
            Unit.MILLISECONDS,
            0,
            Rule.TIME_AT_MOST,
            0.4,
            List.of(SimilarityContests.PLAIN_JAVA),
            MANY_ROUNDS,
            () -> SimilarityContests.sparse(6_040, 3_706, 1_000_209, 50)));
  }
}
