package io.talus.backend.cuda;

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
import java.util.List;

/** Hands each op to the kernels of its family. Calls return before the work is done. */
final class CudaBackend extends GpuBackend {
  static final String NAME = "cuda";

  private final GemmKernels gemm;
  private final ActivationGradientKernels activationGradient;
  private final ConvolutionKernels convolution;
  private final PoolKernels pool;
  private final BatchNormKernels batchNorm;
  private final LayerNormKernels layerNorm;
  private final RecurrentKernels recurrent;
  private final SoftmaxKernels softmax;
  private final CrossEntropyKernels crossEntropy;
  private final LinearCrossEntropyKernels linearCrossEntropy;
  private final ElementwiseKernels elementwise;
  private final RearrangeKernels rearrange;
  private final EmbeddingKernels embedding;
  private final ReduceKernels reduce;
  private final RandomKernels random;
  private final AugmentKernels augment;
  private final OptimizerKernels optimizer;
  private final SimilarityKernels similarity;
  private final SparseSimilarityKernels sparseSimilarity;

  /**
   * @param advice what a person should know about this device and those passed over
   */
  CudaBackend(CudaContext context, CudaAllocator allocator, List<String> advice) {
    super(context, allocator, advice);
    gemm = new GemmKernels();
    activationGradient = new ActivationGradientKernels(context);
    convolution = new ConvolutionKernels(context);
    pool = new PoolKernels(context);
    batchNorm = new BatchNormKernels(context);
    layerNorm = new LayerNormKernels(context);
    recurrent = new RecurrentKernels(context);
    softmax = new SoftmaxKernels(context);
    crossEntropy = new CrossEntropyKernels(context);
    linearCrossEntropy = new LinearCrossEntropyKernels(context);
    elementwise = new ElementwiseKernels(context);
    rearrange = new RearrangeKernels(context);
    embedding = new EmbeddingKernels(context);
    reduce = new ReduceKernels(context);
    random = new RandomKernels(context);
    augment = new AugmentKernels(context);
    optimizer = new OptimizerKernels(context);
    similarity = new SimilarityKernels(context);
    sparseSimilarity = new SparseSimilarityKernels(context);
  }

  @Override
  public void gemm(Gemm op) {
    gemm.gemm(op);
  }

  @Override
  public void activationGradient(ActivationGradient op) {
    activationGradient.activationGradient(op);
  }

  @Override
  public void convolution(Convolution op) {
    convolution.convolution(op);
  }

  @Override
  public void convolutionInputGradient(ConvolutionInputGradient op) {
    convolution.convolutionInputGradient(op);
  }

  @Override
  public void convolutionWeightGradient(ConvolutionWeightGradient op) {
    convolution.convolutionWeightGradient(op);
  }

  @Override
  public void pool(Pool op) {
    pool.pool(op);
  }

  @Override
  public void poolGradient(PoolGradient op) {
    pool.poolGradient(op);
  }

  @Override
  public void batchNormalization(BatchNormalization op) {
    batchNorm.batchNormalization(op);
  }

  @Override
  public void batchNormalizationGradient(BatchNormalizationGradient op) {
    batchNorm.batchNormalizationGradient(op);
  }

  @Override
  public void batchNormalizationInference(BatchNormalizationInference op) {
    batchNorm.batchNormalizationInference(op);
  }

  @Override
  public void layerNormalization(LayerNormalization op) {
    layerNorm.layerNormalization(op);
  }

  @Override
  public void layerNormalizationGradient(LayerNormalizationGradient op) {
    layerNorm.layerNormalizationGradient(op);
  }

  @Override
  public void lstmCell(LstmCell op) {
    recurrent.lstmCell(op);
  }

  @Override
  public void lstmCellGradient(LstmCellGradient op) {
    recurrent.lstmCellGradient(op);
  }

  @Override
  public void gruCell(GruCell op) {
    recurrent.gruCell(op);
  }

  @Override
  public void gruCellGradient(GruCellGradient op) {
    recurrent.gruCellGradient(op);
  }

  @Override
  public void softmax(Softmax op) {
    softmax.softmax(op);
  }

  @Override
  public void logSoftmax(LogSoftmax op) {
    softmax.logSoftmax(op);
  }

  @Override
  public void softmaxCrossEntropy(SoftmaxCrossEntropy op) {
    crossEntropy.softmaxCrossEntropy(op);
  }

  @Override
  public void linearCrossEntropy(LinearCrossEntropy op) {
    linearCrossEntropy.linearCrossEntropy(op);
  }

  @Override
  public void fill(Fill op) {
    elementwise.fill(op);
  }

  @Override
  public void copy(Copy op) {
    elementwise.copy(op);
  }

  @Override
  public void unary(Unary op) {
    elementwise.unary(op);
  }

  @Override
  public void binary(Binary op) {
    elementwise.binary(op);
  }

  @Override
  public void axpby(Axpby op) {
    elementwise.axpby(op);
  }

  @Override
  public void transpose(TransposeMatrix op) {
    rearrange.transpose(op);
  }

  @Override
  public void swapAxes(SwapAxes op) {
    rearrange.swapAxes(op);
  }

  @Override
  public void gatherRows(GatherRows op) {
    rearrange.gatherRows(op);
  }

  @Override
  public void embedding(Embedding op) {
    embedding.embedding(op);
  }

  @Override
  public void embeddingGradient(EmbeddingGradient op) {
    embedding.embeddingGradient(op);
  }

  @Override
  public void reduce(Reduce op) {
    reduce.reduce(op);
  }

  @Override
  public void argMax(ArgMax op) {
    reduce.argMax(op);
  }

  @Override
  public void randomUniform(RandomUniform op) {
    random.randomUniform(op);
  }

  @Override
  public void randomNormal(RandomNormal op) {
    random.randomNormal(op);
  }

  @Override
  public void dropout(Dropout op) {
    random.dropout(op);
  }

  @Override
  public void augmentImages(AugmentImages op) {
    augment.augmentImages(op);
  }

  @Override
  public void sgd(Sgd op) {
    optimizer.sgd(op);
  }

  @Override
  public void adam(Adam op) {
    optimizer.adam(op);
  }

  @Override
  public void similarity(Similarity op) {
    similarity.similarity(op);
  }

  @Override
  public void similarityTopK(SimilarityTopK op) {
    similarity.similarityTopK(op);
  }

  @Override
  public void sparseSimilarityTopK(SparseSimilarityTopK op) {
    sparseSimilarity.sparseSimilarityTopK(op);
  }

  @Override
  public long sparseSimilarityTopKBytes(
      SparseSimilarityTopK.Sizes sizes, SparseSimilarityTopK.Tile tile) {
    return SparseSimilarityKernels.bytes(sizes, tile);
  }
}
