package io.talus.bench.gpu;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** What is timed, and what is compared with the software device's results. */
final class Plan {
  // Group, kinds, shapes for a GPU, shapes for the software device.
  private static final String TIMED =
      """
      gemm | gemm | square-256 square-512 square-1024 square-2048 square-4096 square-8192 | square-128
      dense | gemm | dense-128x784x512-forward dense-128x784x512-forward-relu dense-128x784x512-weights dense-128x784x512-input dense-4096x1024x4096-forward | dense-32x64x48-forward-relu
      tensor | gemm/tf32 gemm/bfloat16 | square-1024 square-4096 square-8192 dense-128x784x512-forward-relu dense-4096x1024x4096-forward dense-4096x1024x4096-weights dense-4096x1024x4096-input | dense-32x64x48-forward-relu
      narrow | gemm | dense-128x512x10-forward dense-128x512x10-weights dense-128x512x10-input | dense-32x64x10-weights
      convolution | convolution convolution-input-gradient convolution-weight-gradient | layer-64x32x64x3x64 layer-128x28x1x5x32 layer-128x14x32x5x64 | layer-2x8x8x3x16
      pool | pool/max pool/average pool-gradient/max pool-gradient/average | layer-128x28x32x2 | layer-2x8x8x2
      normalization | batch-normalization batch-normalization-gradient batch-normalization-inference layer-normalization layer-normalization-gradient | layer-131072x64 layer-8192x1024 | layer-200x32
      recurrent | lstm-cell lstm-cell-gradient gru-cell gru-cell-gradient | rows-128x128 wide-4096x1024 | rows-33x20
      embedding | embedding embedding-gradient | words-4096x100000x64 words-65536x30000x128 | words-100x300x20
      augment | augment/moved augment/turned | layer-128x28x1 layer-1024x32x3 | layer-8x12x3
      softmax | softmax log-softmax cross-entropy | digits-128x10 images-8192x100 images-8192x200 images-1024x1000 vocabulary-4096x32000 vocabulary-512x128256 | digits-128x10
      linear | linear-cross-entropy | images-128x512x1000 vocabulary-512x512x32000 | images-16x32x100
      unary | negate abs square sqrt reciprocal exp log relu gelu tanh sigmoid | memory-8192x8192 | layer-128x512
      binary | add divide add-row add-column add-scalar axpby | layer-128x512 memory-8192x8192 | layer-128x512
      gradients | relu-gradient gelu-gradient tanh-gradient sigmoid-gradient identity-gradient | layer-128x512 memory-8192x8192 | layer-128x512
      moving | copy fill transpose gather swap-axes | layer-128x512 memory-8192x8192 | layer-128x512
      reduce | sum/all sum/each-row sum/each-column max/each-row max/each-column min/each-row sum-of-squares/all sum-of-squares/each-column argmax | digits-1000000x10 memory-8192x8192 | layer-128x512
      random | uniform normal dropout | memory-8192x8192 | layer-128x512
      optimizers | sgd momentum nesterov adam adamw | layer-784x512 memory-8192x8192 | layer-128x512
      similarity | similarity/dot similarity/cosine similarity/pearson similarity/euclidean | users-4096x256 | users-64x32
      neighbours | top-20/dot top-20/cosine top-20/pearson top-20/euclidean top-200/cosine | items-20000x128 | items-64x32
      sparse | sparse-top-50/cosine sparse-top-50/tanimoto sparse-top-50/common-cosine sparse-top-50/common-pearson sparse-top-50/common-mean-squared-difference | movies-6040x3706x1000209 | movies-60x90x2000
      training | training-step | digits-128x784x512x10 digits-128x784x512x512x10 digits-4096x784x512x10 | digits-8x20x12x12x5
      """;

  // Kinds, shapes. Small enough for the software device; odd sizes so that edges take part.
  private static final String COMPARED =
      """
      gemm | square-64 square-256 dense-128x784x512-forward-relu dense-128x784x512-weights dense-128x784x512-input
      gemm | dense-128x512x10-forward dense-128x512x10-weights dense-128x512x10-input dense-37x51x29-forward dense-37x51x29-weights
      convolution convolution-input-gradient convolution-weight-gradient | odd-3x7x5x3x6 layer-4x12x16x3x32
      pool/max pool/average pool-gradient/max pool-gradient/average | odd-3x9x5x3
      batch-normalization batch-normalization-gradient batch-normalization-inference layer-normalization layer-normalization-gradient | odd-131x67
      lstm-cell lstm-cell-gradient gru-cell gru-cell-gradient | odd-37x101
      embedding embedding-gradient | odd-301x97x131 words-100x300x64
      augment/moved augment/turned | odd-5x13x3
      softmax log-softmax cross-entropy | digits-128x10 images-32x1000 odd-7x12347 vocabulary-4x32000 odd-2x50001 vocabulary-2x128256
      linear-cross-entropy | images-64x48x1000 odd-37x20x50
      negate abs square sqrt reciprocal exp log relu gelu tanh sigmoid | odd-37x1001
      add subtract multiply divide maximum minimum add-row add-column add-scalar axpby copy fill transpose gather swap-axes | odd-37x1001
      relu-gradient gelu-gradient tanh-gradient sigmoid-gradient identity-gradient | odd-37x1001
      sum/all sum/each-row sum/each-column mean/each-row max/each-row min/each-column sum-of-squares/all argmax | odd-37x1001 digits-1000x10
      uniform normal dropout | odd-101x101
      sgd momentum nesterov adam adamw | odd-37x1001
      similarity/dot similarity/cosine similarity/pearson similarity/euclidean | odd-131x67
      top-5/dot top-5/cosine top-5/pearson top-5/euclidean top-100/cosine | odd-131x67
      sparse-top-5/cosine sparse-top-5/tanimoto sparse-top-5/common-cosine sparse-top-5/common-pearson sparse-top-5/common-mean-squared-difference | movies-60x90x2000
      training-step | digits-32x64x48x10
      """;

  private Plan() {}

  /** What is timed, in order. */
  static List<Case> timed(boolean emulated) {
    List<Case> cases = new ArrayList<>();
    for (String line : TIMED.lines().toList()) {
      String[] fields = line.split(" \\| ");
      cases.addAll(cross(fields[0], fields[1], fields[emulated ? 3 : 2]));
    }
    return cases;
  }

  /** What is compared, in order. */
  static List<Case> compared() {
    return COMPARED
        .lines()
        .map(line -> line.split(" \\| "))
        .flatMap(fields -> cross("bits", fields[0], fields[1]).stream())
        .toList();
  }

  private static List<Case> cross(String group, String kinds, String shapes) {
    return Stream.of(kinds.split(" "))
        .flatMap(kind -> Stream.of(shapes.split(" ")).map(shape -> new Case(group, kind, shape)))
        .toList();
  }
}
