package io.talus.backend;

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
import io.talus.op.Precision;
import io.talus.op.RandomNormal;
import io.talus.op.RandomUniform;
import io.talus.op.Recording;
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

/**
 * One way to run the operations: one method for each, without default, so that a backend that lacks
 * an op does not compile.
 *
 * <p>Arguments are good: their records have been checked, their operands are open and this
 * backend's own. The contract of an op is its record's Javadoc. Methods may be called from any
 * thread.
 */
public interface Backend {
  /** The name by which it is asked for, such as {@code cpu}. */
  String name();

  /** What it runs on, in words: processor, instruction set, threads. */
  String description();

  /** What holds it back in this environment, and what to do about it; empty where nothing does. */
  List<String> advice();

  /** Whether it stands in for hardware that is not there: for tests, never chosen unasked. */
  boolean isEmulated();

  /** In what products are made when {@code wanted} is asked for: that or FLOAT32. */
  Precision precision(Precision wanted);

  /** The account of its memory; also its identity. */
  MemoryLedger ledger();

  /** How much memory is used, and is left, now. */
  MemoryStatistics memory();

  /** A new order of work; {@link Stream#IN_ORDER} where the backend has only one. */
  Stream openStream();

  /**
   * A block of zeros.
   *
   * @param stream where the work on the block is done, one that {@link #openStream} gave and that
   *     outlives the block; or null for the backend's own
   * @throws DeviceException when there is not enough memory, with what holds it
   */
  Memory allocate(long bytes, String label, Stream stream);

  /**
   * Keeps the operations that {@code work} runs instead of doing them, so that they can be done
   * again and again, on that stream, at the cost of one call. {@code work} runs once, now, on this
   * thread; it must not read results.
   */
  Recording record(Stream stream, Runnable work);

  /** Waits for everything handed over so far. */
  void synchronize();

  /**
   * Runs multiply-adds on registers alone, on every thread, for some hundredths of a second.
   *
   * @return 10^9 flops a second, a multiply-add counted as two
   */
  double measureFmaGflops();

  /**
   * Runs {@code work} and waits for what it hands to the stream.
   *
   * @param stream that the work is on; or null for the backend's own
   * @return nanoseconds, as the device measures them where it can, else by the clock
   */
  long measureNanos(Stream stream, Runnable work);

  void gemm(Gemm op);

  void activationGradient(ActivationGradient op);

  void convolution(Convolution op);

  void convolutionInputGradient(ConvolutionInputGradient op);

  void convolutionWeightGradient(ConvolutionWeightGradient op);

  void pool(Pool op);

  void poolGradient(PoolGradient op);

  void batchNormalization(BatchNormalization op);

  void batchNormalizationGradient(BatchNormalizationGradient op);

  void batchNormalizationInference(BatchNormalizationInference op);

  void layerNormalization(LayerNormalization op);

  void layerNormalizationGradient(LayerNormalizationGradient op);

  void lstmCell(LstmCell op);

  void lstmCellGradient(LstmCellGradient op);

  void gruCell(GruCell op);

  void gruCellGradient(GruCellGradient op);

  void softmax(Softmax op);

  void logSoftmax(LogSoftmax op);

  void softmaxCrossEntropy(SoftmaxCrossEntropy op);

  void linearCrossEntropy(LinearCrossEntropy op);

  void fill(Fill op);

  void copy(Copy op);

  void unary(Unary op);

  void binary(Binary op);

  void axpby(Axpby op);

  void transpose(TransposeMatrix op);

  void swapAxes(SwapAxes op);

  void gatherRows(GatherRows op);

  void embedding(Embedding op);

  void embeddingGradient(EmbeddingGradient op);

  void reduce(Reduce op);

  void argMax(ArgMax op);

  void randomUniform(RandomUniform op);

  void randomNormal(RandomNormal op);

  void dropout(Dropout op);

  void augmentImages(AugmentImages op);

  void sgd(Sgd op);

  void adam(Adam op);

  void similarity(Similarity op);

  void similarityTopK(SimilarityTopK op);

  void sparseSimilarityTopK(SparseSimilarityTopK op);

  /**
   * The most bytes of this device's memory that such an operation takes: its operands, and what it
   * needs for itself.
   */
  long sparseSimilarityTopKBytes(SparseSimilarityTopK.Sizes sizes, SparseSimilarityTopK.Tile tile);
}
