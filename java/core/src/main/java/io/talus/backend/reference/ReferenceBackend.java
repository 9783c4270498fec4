package io.talus.backend.reference;

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
import io.talus.tensor.HostMemory;
import io.talus.tensor.Memory;
import io.talus.tensor.MemoryLedger;
import java.nio.ByteBuffer;
import java.util.List;

/** Plain loops, double accumulation, one rounding at the end. */
final class ReferenceBackend implements HostBackend {
  static final String NAME = "java";

  private final MemoryLedger ledger = new MemoryLedger(NAME);

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public String description() {
    return "plain Java loops on one thread, for checking and as the last resort";
  }

  @Override
  public List<String> advice() {
    return List.of();
  }

  @Override
  public MemoryLedger ledger() {
    return ledger;
  }

  @Override
  public Memory allocate(long bytes, String label, Stream stream) {
    ByteBuffer[] chunks;
    try {
      chunks = new ByteBuffer[HostMemory.chunkCount(bytes)];
      for (int i = 0; i < chunks.length; i++) {
        long left = bytes - (long) i * HostMemory.CHUNK_BYTES;
        chunks[i] = ByteBuffer.allocateDirect((int) Math.min(HostMemory.CHUNK_BYTES, left));
      }
    } catch (OutOfMemoryError | ArithmeticException tooMuch) {
      throw new DeviceException(
          "out of memory: "
              + label
              + " needs "
              + bytes
              + " bytes outside the heap; "
              + ledger.describe()
              + ". -XX:MaxDirectMemorySize raises the limit",
          tooMuch);
    }
    return new HostMemory(ledger, bytes, label, 0, chunks, () -> {});
  }

  @Override
  public double measureFmaGflops() {
    return FmaLimit.gflops();
  }

  @Override
  public void gemm(Gemm op) {
    ReferenceGemm.run(op);
  }

  @Override
  public void activationGradient(ActivationGradient op) {
    ReferenceGemm.run(op);
  }

  @Override
  public void convolution(Convolution op) {
    ReferenceConvolution.run(op);
  }

  @Override
  public void convolutionInputGradient(ConvolutionInputGradient op) {
    ReferenceConvolution.run(op);
  }

  @Override
  public void convolutionWeightGradient(ConvolutionWeightGradient op) {
    ReferenceConvolution.run(op);
  }

  @Override
  public void pool(Pool op) {
    ReferencePool.run(op);
  }

  @Override
  public void poolGradient(PoolGradient op) {
    ReferencePool.run(op);
  }

  @Override
  public void batchNormalization(BatchNormalization op) {
    ReferenceNormalization.run(op);
  }

  @Override
  public void batchNormalizationGradient(BatchNormalizationGradient op) {
    ReferenceNormalization.run(op);
  }

  @Override
  public void batchNormalizationInference(BatchNormalizationInference op) {
    ReferenceNormalization.run(op);
  }

  @Override
  public void layerNormalization(LayerNormalization op) {
    ReferenceLayerNormalization.run(op);
  }

  @Override
  public void layerNormalizationGradient(LayerNormalizationGradient op) {
    ReferenceLayerNormalization.run(op);
  }

  @Override
  public void lstmCell(LstmCell op) {
    ReferenceRecurrent.run(op);
  }

  @Override
  public void lstmCellGradient(LstmCellGradient op) {
    ReferenceRecurrent.run(op);
  }

  @Override
  public void gruCell(GruCell op) {
    ReferenceRecurrent.run(op);
  }

  @Override
  public void gruCellGradient(GruCellGradient op) {
    ReferenceRecurrent.run(op);
  }

  @Override
  public void softmax(Softmax op) {
    ReferenceSoftmax.run(op);
  }

  @Override
  public void logSoftmax(LogSoftmax op) {
    ReferenceSoftmax.run(op);
  }

  @Override
  public void softmaxCrossEntropy(SoftmaxCrossEntropy op) {
    ReferenceCrossEntropy.run(op);
  }

  @Override
  public void linearCrossEntropy(LinearCrossEntropy op) {
    ReferenceCrossEntropy.run(op);
  }

  @Override
  public void fill(Fill op) {
    ReferenceElementwise.run(op);
  }

  @Override
  public void copy(Copy op) {
    ReferenceElementwise.run(op);
  }

  @Override
  public void unary(Unary op) {
    ReferenceElementwise.run(op);
  }

  @Override
  public void binary(Binary op) {
    ReferenceElementwise.run(op);
  }

  @Override
  public void axpby(Axpby op) {
    ReferenceElementwise.run(op);
  }

  @Override
  public void transpose(TransposeMatrix op) {
    ReferenceElementwise.run(op);
  }

  @Override
  public void swapAxes(SwapAxes op) {
    ReferenceElementwise.run(op);
  }

  @Override
  public void gatherRows(GatherRows op) {
    ReferenceElementwise.run(op);
  }

  @Override
  public void embedding(Embedding op) {
    ReferenceEmbedding.run(op);
  }

  @Override
  public void embeddingGradient(EmbeddingGradient op) {
    ReferenceEmbedding.run(op);
  }

  @Override
  public void reduce(Reduce op) {
    ReferenceReduce.run(op);
  }

  @Override
  public void argMax(ArgMax op) {
    ReferenceReduce.run(op);
  }

  @Override
  public void randomUniform(RandomUniform op) {
    ReferenceRandom.run(op);
  }

  @Override
  public void randomNormal(RandomNormal op) {
    ReferenceRandom.run(op);
  }

  @Override
  public void dropout(Dropout op) {
    ReferenceRandom.run(op);
  }

  @Override
  public void augmentImages(AugmentImages op) {
    ReferenceAugmentation.run(op);
  }

  @Override
  public void sgd(Sgd op) {
    ReferenceOptimizer.run(op);
  }

  @Override
  public void adam(Adam op) {
    ReferenceOptimizer.run(op);
  }

  @Override
  public void similarity(Similarity op) {
    ReferenceSimilarity.run(op);
  }

  @Override
  public void similarityTopK(SimilarityTopK op) {
    ReferenceSimilarity.run(op);
  }

  @Override
  public void sparseSimilarityTopK(SparseSimilarityTopK op) {
    ReferenceSparseSimilarity.run(op);
  }

  @Override
  public long sparseSimilarityTopKBytes(
      SparseSimilarityTopK.Sizes sizes, SparseSimilarityTopK.Tile tile) {
    return sizes.matrixBytes()
        + sizes.resultBytes(tile.rows())
        + (sizes.rows() + 3 * sizes.columns()) * Double.BYTES
        + sizes.resultBytes(1);
  }
}
