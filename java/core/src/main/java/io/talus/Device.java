package io.talus;

import io.talus.backend.Backend;
import io.talus.backend.MemoryStatistics;
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
import io.talus.tensor.DeviceArray;
import io.talus.tensor.DeviceException;
import io.talus.tensor.Memory;
import io.talus.tensor.TensorFactory;
import java.util.List;
import java.util.OptionalLong;
import java.util.function.Consumer;

/**
 * A processor that runs operations, and the memory they work on. Got from {@link Devices}; lives as
 * long as the process.
 *
 * <p>Every operation is a record of {@code io.talus.op}, whose Javadoc is its contract. Build it
 * once, with its operands, and run it as often as needed; a run allocates nothing. Results are
 * there for {@code copyTo} and {@code toArray} at once; an error of the device may surface at a
 * later call, or at {@link #synchronize}.
 *
 * <p>Safe for use from several threads, as long as no two operations that run at once write what
 * the other touches.
 *
 * <p>Every method that runs an operation throws {@link IllegalStateException} when an operand is
 * closed or lives on another device, and {@link DeviceException} when the device fails.
 */
public final class Device extends TensorFactory {
  private final Backend backend;
  private final Consumer<DeviceArray> requireOwn = this::requireOwn;

  Device(Backend backend) {
    this.backend = backend;
  }

  /** The name by which {@link Devices#require} finds it. */
  public String name() {
    return backend.name();
  }

  /** What it is, in words. */
  public String description() {
    return backend.description();
  }

  /** Whether it only stands in for hardware: for tests; what it measures means nothing. */
  public boolean isEmulated() {
    return backend.isEmulated();
  }

  /** What holds it back in this environment, and what to do about it; empty where nothing does. */
  public List<String> advice() {
    return backend.advice();
  }

  /**
   * The precision in which products are made here when {@code wanted} is asked for: itself, or
   * {@link Precision#FLOAT32}, which keeps every promise, where the device has no units for it.
   */
  public Precision precision(Precision wanted) {
    return backend.precision(wanted);
  }

  /** Bytes of memory held by open tensors. */
  public long memoryBytes() {
    return backend.ledger().bytes();
  }

  /** How much memory is used, and is left, now. */
  public MemoryStatistics memory() {
    return backend.memory();
  }

  /** Bytes of its memory that can still be had; absent where it shares the machine's memory. */
  public OptionalLong availableMemoryBytes() {
    return backend.memory().availableBytes();
  }

  /** Blocks of memory that became unreachable without being closed. */
  public long leaks() {
    return backend.ledger().leaks();
  }

  /** A scope: what it makes is closed with it. */
  public Workspace workspace() {
    return new Workspace(this, backend.openStream());
  }

  /** Waits until everything handed over is done. */
  public void synchronize() {
    backend.synchronize();
  }

  /**
   * Measures the multiply-adds that this device can do on registers alone, for some hundredths of a
   * second: the limit of every product.
   *
   * @return 10^9 flops a second, a multiply-add counted as two
   */
  public double measureFmaGflops() {
    return backend.measureFmaGflops();
  }

  @Override
  protected Memory allocate(long bytes, String label) {
    return backend.allocate(bytes, label, null);
  }

  long measureNanos(Stream stream, Runnable work) {
    return backend.measureNanos(stream, work);
  }

  Recording record(Stream stream, Runnable work) {
    return backend.record(stream, work);
  }

  Memory allocate(long bytes, String label, Stream stream) {
    return backend.allocate(bytes, label, stream);
  }

  public void gemm(Gemm op) {
    admit(op);
    backend.gemm(op);
  }

  public void activationGradient(ActivationGradient op) {
    admit(op);
    backend.activationGradient(op);
  }

  public void convolution(Convolution op) {
    admit(op);
    backend.convolution(op);
  }

  public void convolutionInputGradient(ConvolutionInputGradient op) {
    admit(op);
    backend.convolutionInputGradient(op);
  }

  public void convolutionWeightGradient(ConvolutionWeightGradient op) {
    admit(op);
    backend.convolutionWeightGradient(op);
  }

  public void pool(Pool op) {
    admit(op);
    backend.pool(op);
  }

  public void poolGradient(PoolGradient op) {
    admit(op);
    backend.poolGradient(op);
  }

  public void batchNormalization(BatchNormalization op) {
    admit(op);
    backend.batchNormalization(op);
  }

  public void batchNormalizationGradient(BatchNormalizationGradient op) {
    admit(op);
    backend.batchNormalizationGradient(op);
  }

  public void batchNormalizationInference(BatchNormalizationInference op) {
    admit(op);
    backend.batchNormalizationInference(op);
  }

  public void layerNormalization(LayerNormalization op) {
    admit(op);
    backend.layerNormalization(op);
  }

  public void layerNormalizationGradient(LayerNormalizationGradient op) {
    admit(op);
    backend.layerNormalizationGradient(op);
  }

  public void lstmCell(LstmCell op) {
    admit(op);
    backend.lstmCell(op);
  }

  public void lstmCellGradient(LstmCellGradient op) {
    admit(op);
    backend.lstmCellGradient(op);
  }

  public void gruCell(GruCell op) {
    admit(op);
    backend.gruCell(op);
  }

  public void gruCellGradient(GruCellGradient op) {
    admit(op);
    backend.gruCellGradient(op);
  }

  public void softmax(Softmax op) {
    admit(op);
    backend.softmax(op);
  }

  public void logSoftmax(LogSoftmax op) {
    admit(op);
    backend.logSoftmax(op);
  }

  public void softmaxCrossEntropy(SoftmaxCrossEntropy op) {
    admit(op);
    backend.softmaxCrossEntropy(op);
  }

  public void linearCrossEntropy(LinearCrossEntropy op) {
    admit(op);
    backend.linearCrossEntropy(op);
  }

  public void fill(Fill op) {
    admit(op);
    backend.fill(op);
  }

  public void copy(Copy op) {
    admit(op);
    backend.copy(op);
  }

  public void unary(Unary op) {
    admit(op);
    backend.unary(op);
  }

  public void binary(Binary op) {
    admit(op);
    backend.binary(op);
  }

  public void axpby(Axpby op) {
    admit(op);
    backend.axpby(op);
  }

  public void transpose(TransposeMatrix op) {
    admit(op);
    backend.transpose(op);
  }

  public void swapAxes(SwapAxes op) {
    admit(op);
    backend.swapAxes(op);
  }

  public void gatherRows(GatherRows op) {
    admit(op);
    backend.gatherRows(op);
  }

  public void embedding(Embedding op) {
    admit(op);
    backend.embedding(op);
  }

  public void embeddingGradient(EmbeddingGradient op) {
    admit(op);
    backend.embeddingGradient(op);
  }

  public void reduce(Reduce op) {
    admit(op);
    backend.reduce(op);
  }

  public void argMax(ArgMax op) {
    admit(op);
    backend.argMax(op);
  }

  public void randomUniform(RandomUniform op) {
    admit(op);
    backend.randomUniform(op);
  }

  public void randomNormal(RandomNormal op) {
    admit(op);
    backend.randomNormal(op);
  }

  public void dropout(Dropout op) {
    admit(op);
    backend.dropout(op);
  }

  public void augmentImages(AugmentImages op) {
    admit(op);
    backend.augmentImages(op);
  }

  public void sgd(Sgd op) {
    admit(op);
    backend.sgd(op);
  }

  public void adam(Adam op) {
    admit(op);
    backend.adam(op);
  }

  public void similarity(Similarity op) {
    admit(op);
    backend.similarity(op);
  }

  public void similarityTopK(SimilarityTopK op) {
    admit(op);
    backend.similarityTopK(op);
  }

  public void sparseSimilarityTopK(SparseSimilarityTopK op) {
    admit(op);
    backend.sparseSimilarityTopK(op);
  }

  /**
   * The most bytes of this device's memory that such an operation takes, in a workspace of its own:
   * its operands, and what it needs for itself. Nothing is computed or allocated.
   */
  public long sparseSimilarityTopKBytes(
      SparseSimilarityTopK.Sizes sizes, SparseSimilarityTopK.Tile tile) {
    return backend.sparseSimilarityTopKBytes(sizes, tile);
  }

  private void admit(Op op) {
    op.forEachOperand(requireOwn);
  }

  private void requireOwn(DeviceArray operand) {
    operand.requireOpen();
    if (operand.memory().ledger() != backend.ledger()) {
      throw new IllegalStateException(
          operand + " is on device " + operand.memory().ledger().device() + ", not on " + name());
    }
  }

  /** As in {@code cpu: AMD EPYC, avx512, 2 threads}. */
  @Override
  public String toString() {
    return name() + ": " + description();
  }
}
