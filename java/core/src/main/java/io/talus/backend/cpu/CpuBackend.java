package io.talus.backend.cpu;

import io.talus.backend.HostBackend;
import io.talus.backend.Stream;
import io.talus.op.ActivationGradient;
import io.talus.op.Adam;
import io.talus.op.ArgMax;
import io.talus.op.AugmentImages;
import io.talus.op.Axpby;
import io.talus.op.BatchNormalization;
import io.talus.op.BatchNormalizationGradient;
import io.talus.op.BatchNormalizationInference;
import io.talus.op.Binary;
import io.talus.op.Convolution;
import io.talus.op.ConvolutionInputGradient;
import io.talus.op.ConvolutionWeightGradient;
import io.talus.op.Copy;
import io.talus.op.Dropout;
import io.talus.op.Embedding;
import io.talus.op.EmbeddingGradient;
import io.talus.op.Fill;
import io.talus.op.GatherRows;
import io.talus.op.Gemm;
import io.talus.op.GruCell;
import io.talus.op.GruCellGradient;
import io.talus.op.LayerNormalization;
import io.talus.op.LayerNormalizationGradient;
import io.talus.op.LinearCrossEntropy;
import io.talus.op.LogSoftmax;
import io.talus.op.LstmCell;
import io.talus.op.LstmCellGradient;
import io.talus.op.Op;
import io.talus.op.Pool;
import io.talus.op.PoolGradient;
import io.talus.op.RandomNormal;
import io.talus.op.RandomUniform;
import io.talus.op.Reduce;
import io.talus.op.Sgd;
import io.talus.op.Similarity;
import io.talus.op.SimilarityTopK;
import io.talus.op.Softmax;
import io.talus.op.SoftmaxCrossEntropy;
import io.talus.op.SparseSimilarityTopK;
import io.talus.op.SwapAxes;
import io.talus.op.TransposeMatrix;
import io.talus.op.Unary;
import io.talus.tensor.DeviceException;
import io.talus.tensor.Memory;
import io.talus.tensor.MemoryLedger;
import java.util.List;

/** Hands each op to the C++ kernels of its family. Calls return when the work is done. */
final class CpuBackend implements HostBackend {
  static final String NAME = "cpu";

  private final MemoryLedger ledger = new MemoryLedger(NAME);

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public String description() {
    int threads = TalusCpu.talus_cpu_threads();
    return "C++ kernels for "
        + TalusCpu.talus_cpu_isa()
        + ", "
        + threads
        + (threads == 1 ? " thread" : " threads");
  }

  @Override
  public List<String> advice() {
    return CpuAdvice.list();
  }

  @Override
  public MemoryLedger ledger() {
    return ledger;
  }

  @Override
  public Memory allocate(long bytes, String label, Stream stream) {
    return CpuMemory.allocate(ledger, bytes, label);
  }

  @Override
  public double measureFmaGflops() {
    return FmaLimit.gflops();
  }

  @Override
  public void gemm(Gemm op) {
    check(op, CpuGemm.run(op));
  }

  @Override
  public void activationGradient(ActivationGradient op) {
    check(op, CpuGemm.run(op));
  }

  @Override
  public void convolution(Convolution op) {
    check(op, CpuConvolution.run(op));
  }

  @Override
  public void convolutionInputGradient(ConvolutionInputGradient op) {
    check(op, CpuConvolution.run(op));
  }

  @Override
  public void convolutionWeightGradient(ConvolutionWeightGradient op) {
    check(op, CpuConvolution.run(op));
  }

  @Override
  public void pool(Pool op) {
    check(op, CpuPool.run(op));
  }

  @Override
  public void poolGradient(PoolGradient op) {
    check(op, CpuPool.run(op));
  }

  @Override
  public void batchNormalization(BatchNormalization op) {
    check(op, CpuBatchNormalization.run(op));
  }

  @Override
  public void batchNormalizationGradient(BatchNormalizationGradient op) {
    check(op, CpuBatchNormalization.run(op));
  }

  @Override
  public void batchNormalizationInference(BatchNormalizationInference op) {
    check(op, CpuBatchNormalization.run(op));
  }

  @Override
  public void layerNormalization(LayerNormalization op) {
    check(op, CpuLayerNormalization.run(op));
  }

  @Override
  public void layerNormalizationGradient(LayerNormalizationGradient op) {
    check(op, CpuLayerNormalization.run(op));
  }

  @Override
  public void lstmCell(LstmCell op) {
    check(op, CpuRecurrent.run(op));
  }

  @Override
  public void lstmCellGradient(LstmCellGradient op) {
    check(op, CpuRecurrent.run(op));
  }

  @Override
  public void gruCell(GruCell op) {
    check(op, CpuRecurrent.run(op));
  }

  @Override
  public void gruCellGradient(GruCellGradient op) {
    check(op, CpuRecurrent.run(op));
  }

  @Override
  public void softmax(Softmax op) {
    check(op, CpuSoftmax.run(op));
  }

  @Override
  public void logSoftmax(LogSoftmax op) {
    check(op, CpuSoftmax.run(op));
  }

  @Override
  public void softmaxCrossEntropy(SoftmaxCrossEntropy op) {
    check(op, CpuCrossEntropy.run(op));
  }

  @Override
  public void linearCrossEntropy(LinearCrossEntropy op) {
    check(op, CpuCrossEntropy.run(op));
  }

  @Override
  public void fill(Fill op) {
    check(op, CpuElementwise.run(op));
  }

  @Override
  public void copy(Copy op) {
    check(op, CpuElementwise.run(op));
  }

  @Override
  public void unary(Unary op) {
    check(op, CpuElementwise.run(op));
  }

  @Override
  public void binary(Binary op) {
    check(op, CpuElementwise.run(op));
  }

  @Override
  public void axpby(Axpby op) {
    check(op, CpuElementwise.run(op));
  }

  @Override
  public void transpose(TransposeMatrix op) {
    check(op, CpuRearrange.run(op));
  }

  @Override
  public void swapAxes(SwapAxes op) {
    check(op, CpuRearrange.run(op));
  }

  @Override
  public void gatherRows(GatherRows op) {
    check(op, CpuRearrange.run(op));
  }

  @Override
  public void embedding(Embedding op) {
    check(op, CpuEmbedding.run(op));
  }

  @Override
  public void embeddingGradient(EmbeddingGradient op) {
    check(op, CpuEmbedding.run(op));
  }

  @Override
  public void reduce(Reduce op) {
    check(op, CpuReduce.run(op));
  }

  @Override
  public void argMax(ArgMax op) {
    check(op, CpuReduce.run(op));
  }

  @Override
  public void randomUniform(RandomUniform op) {
    check(op, CpuRandom.run(op));
  }

  @Override
  public void randomNormal(RandomNormal op) {
    check(op, CpuRandom.run(op));
  }

  @Override
  public void dropout(Dropout op) {
    check(op, CpuRandom.run(op));
  }

  @Override
  public void augmentImages(AugmentImages op) {
    check(op, CpuAugmentation.run(op));
  }

  @Override
  public void sgd(Sgd op) {
    check(op, CpuOptimizer.run(op));
  }

  @Override
  public void adam(Adam op) {
    check(op, CpuOptimizer.run(op));
  }

  @Override
  public void similarity(Similarity op) {
    check(op, CpuSimilarity.run(op));
  }

  @Override
  public void similarityTopK(SimilarityTopK op) {
    check(op, CpuSimilarity.run(op));
  }

  @Override
  public void sparseSimilarityTopK(SparseSimilarityTopK op) {
    check(op, CpuSparseSimilarity.run(op));
  }

  @Override
  public long sparseSimilarityTopKBytes(
      SparseSimilarityTopK.Sizes sizes, SparseSimilarityTopK.Tile tile) {
    return CpuSparseSimilarity.bytes(sizes, tile);
  }

  private void check(Op op, int status) {
    if (status == TalusCpu.OK) {
      return;
    }
    String what =
        status == TalusCpu.OUT_OF_MEMORY
            ? "out of memory for the kernel's own scratch space"
            : "native status " + status;
    throw new DeviceException(op.name() + ": " + what + " in " + op + "; " + ledger.describe());
  }
}
