package io.talus.backend.cpu;

import io.talus.backend.HostBackend;
import io.talus.backend.Stream;
import io.talus.op.*;
import io.talus.op.AugmentImages;
import io.talus.op.GruCell;
import io.talus.op.GruCellGradient;
import io.talus.op.ImageChanges;
import io.talus.op.LstmCell;
import io.talus.op.LstmCellGradient;
import io.talus.op.SwapAxes;
import io.talus.tensor.DeviceArray;
import io.talus.tensor.DeviceException;
import io.talus.tensor.HostMemory;
import io.talus.tensor.Memory;
import io.talus.tensor.MemoryLedger;
import io.talus.tensor.Shape;
import io.talus.tensor.Tensor;
import java.nio.ByteBuffer;
import java.util.List;
import org.bytedeco.javacpp.DoublePointer;
import org.bytedeco.javacpp.LongPointer;
import org.bytedeco.javacpp.Pointer;

/** Hands each op to its C++ kernel. Calls return when the work is done. */
final class CpuBackend implements HostBackend {
  static final String NAME = "cpu";

  private static final long FMA_NANOS = 10_000_000;

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
    long address = TalusCpu.talus_cpu_alloc(bytes);
    if (address == 0) {
      throw new DeviceException(
          "out of memory: " + label + " needs " + bytes + " bytes; " + ledger.describe());
    }
    ByteBuffer[] chunks = new ByteBuffer[HostMemory.chunkCount(bytes)];
    for (int i = 0; i < chunks.length; i++) {
      long start = (long) i * HostMemory.CHUNK_BYTES;
      chunks[i] = view(address + start, Math.min(HostMemory.CHUNK_BYTES, bytes - start));
    }
    HostMemory memory =
        new HostMemory(
            ledger, bytes, label, address, chunks, () -> TalusCpu.talus_cpu_free(address));
    TalusCpu.talus_fill_f32(bytes / Float.BYTES, 0f, address);
    return memory;
  }

  private static ByteBuffer view(long start, long bytes) {
    return new View(start, bytes).asByteBuffer();
  }

  /** Memory that Java did not allocate, as JavaCPP makes a buffer of it. */
  private static final class View extends Pointer {
    View(long start, long bytes) {
      address = start;
      limit = bytes;
      capacity = bytes;
    }

    @Override
    public int sizeof() {
      return 1;
    }
  }

  @Override
  public double measureFmaGflops() {
    try (DoublePointer flops = new DoublePointer(1)) {
      flops.put(0, 0);
      long nanos = 0;
      for (long iterations = 10_000; nanos < FMA_NANOS; iterations *= 2) {
        long start = System.nanoTime();
        flops.put(0, 0);
        TalusCpu.talus_measure_fma_f32(iterations, flops.address());
        nanos = System.nanoTime() - start;
      }
      return flops.get(0) / nanos;
    }
  }

  @Override
  public void gemm(Gemm op) {
    Epilogue epilogue = op.epilogue();
    check(
        op,
        TalusCpu.talus_gemm_f32(
            op.transposeA().ordinal(),
            op.transposeB().ordinal(),
            op.m(),
            op.n(),
            op.k(),
            op.alpha(),
            at(op.a()),
            op.a().columns(),
            at(op.b()),
            op.b().columns(),
            op.beta(),
            at(op.c()),
            op.c().columns(),
            at(epilogue.bias()),
            epilogue.activation().code(),
            at(epilogue.preActivation())));
  }

  @Override
  public void activationGradient(ActivationGradient op) {
    Tensor dY = op.dY();
    check(
        op,
        TalusCpu.talus_activation_gradient_f32(
            op.activation().code(),
            dY.rows(),
            dY.columns(),
            at(dY),
            at(op.saved()),
            at(op.dX()),
            op.betaBias(),
            at(op.dBias())));
  }

  @Override
  public void convolution(Convolution op) {
    Window window = op.window();
    Shape images = op.x().shape();
    check(
        op,
        TalusCpu.talus_convolution_f32(
            images.length(0),
            images.length(1),
            images.length(2),
            images.length(3),
            op.w().columns(),
            window.height(),
            window.width(),
            window.strideHeight(),
            window.strideWidth(),
            window.paddingHeight(),
            window.paddingWidth(),
            at(op.x()),
            at(op.w()),
            at(op.y()),
            at(op.epilogue().bias()),
            op.epilogue().activation().code(),
            at(op.epilogue().preActivation())));
  }

  @Override
  public void convolutionInputGradient(ConvolutionInputGradient op) {
    Window window = op.window();
    Shape images = op.dX().shape();
    check(
        op,
        TalusCpu.talus_convolution_input_gradient_f32(
            images.length(0),
            images.length(1),
            images.length(2),
            images.length(3),
            op.w().columns(),
            window.height(),
            window.width(),
            window.strideHeight(),
            window.strideWidth(),
            window.paddingHeight(),
            window.paddingWidth(),
            at(op.dY()),
            at(op.w()),
            at(op.dX())));
  }

  @Override
  public void convolutionWeightGradient(ConvolutionWeightGradient op) {
    Window window = op.window();
    Shape images = op.x().shape();
    check(
        op,
        TalusCpu.talus_convolution_weight_gradient_f32(
            images.length(0),
            images.length(1),
            images.length(2),
            images.length(3),
            op.dW().columns(),
            window.height(),
            window.width(),
            window.strideHeight(),
            window.strideWidth(),
            window.paddingHeight(),
            window.paddingWidth(),
            at(op.x()),
            at(op.dY()),
            at(op.dW())));
  }

  @Override
  public void pool(Pool op) {
    Window window = op.window();
    Shape images = op.x().shape();
    check(
        op,
        TalusCpu.talus_pool_f32(
            op.function().code(),
            images.length(0),
            images.length(1),
            images.length(2),
            images.length(3),
            window.height(),
            window.width(),
            window.strideHeight(),
            window.strideWidth(),
            window.paddingHeight(),
            window.paddingWidth(),
            at(op.x()),
            at(op.y())));
  }

  @Override
  public void batchNormalization(BatchNormalization op) {
    check(
        op,
        TalusCpu.talus_batch_norm_f32(
            op.activation().code(),
            op.x().rows(),
            op.x().columns(),
            at(op.x()),
            at(op.scale()),
            at(op.shift()),
            op.epsilon(),
            op.momentum(),
            at(op.mean()),
            at(op.inverseDeviation()),
            at(op.runningMean()),
            at(op.runningVariance()),
            at(op.y())));
  }

  @Override
  public void poolGradient(PoolGradient op) {
    Window window = op.window();
    Shape images = op.dX().shape();
    check(
        op,
        TalusCpu.talus_pool_gradient_f32(
            op.function().code(),
            images.length(0),
            images.length(1),
            images.length(2),
            images.length(3),
            window.height(),
            window.width(),
            window.strideHeight(),
            window.strideWidth(),
            window.paddingHeight(),
            window.paddingWidth(),
            at(op.x()),
            at(op.dY()),
            at(op.dX())));
  }

  @Override
  public void batchNormalizationGradient(BatchNormalizationGradient op) {
    check(
        op,
        TalusCpu.talus_batch_norm_gradient_f32(
            op.activation().code(),
            op.x().rows(),
            op.x().columns(),
            at(op.dY()),
            at(op.y()),
            at(op.x()),
            at(op.scale()),
            at(op.mean()),
            at(op.inverseDeviation()),
            at(op.dX()),
            at(op.dScale()),
            at(op.dShift())));
  }

  @Override
  public void batchNormalizationInference(BatchNormalizationInference op) {
    check(
        op,
        TalusCpu.talus_batch_norm_inference_f32(
            op.activation().code(),
            op.x().rows(),
            op.x().columns(),
            at(op.x()),
            at(op.scale()),
            at(op.shift()),
            op.epsilon(),
            at(op.mean()),
            at(op.variance()),
            at(op.y())));
  }

  @Override
  public void layerNormalization(LayerNormalization op) {
    check(
        op,
        TalusCpu.talus_layer_norm_f32(
            op.x().rows(),
            op.x().columns(),
            at(op.x()),
            at(op.scale()),
            at(op.shift()),
            op.epsilon(),
            at(op.mean()),
            at(op.inverseDeviation()),
            at(op.y())));
  }

  @Override
  public void layerNormalizationGradient(LayerNormalizationGradient op) {
    check(
        op,
        TalusCpu.talus_layer_norm_gradient_f32(
            op.x().rows(),
            op.x().columns(),
            at(op.dY()),
            at(op.x()),
            at(op.scale()),
            at(op.mean()),
            at(op.inverseDeviation()),
            at(op.dX()),
            at(op.dScale()),
            at(op.dShift())));
  }

  @Override
  public void lstmCell(LstmCell op) {
    check(
        op,
        TalusCpu.talus_lstm_cell_f32(
            op.cell().rows(),
            op.cell().columns(),
            at(op.z()),
            at(op.previous()),
            at(op.gates()),
            at(op.cell()),
            at(op.h())));
  }

  @Override
  public void lstmCellGradient(LstmCellGradient op) {
    check(
        op,
        TalusCpu.talus_lstm_cell_gradient_f32(
            op.cell().rows(),
            op.cell().columns(),
            at(op.dH()),
            at(op.dCell()),
            at(op.gates()),
            at(op.previous()),
            at(op.cell()),
            at(op.dZ()),
            at(op.dPrevious())));
  }

  @Override
  public void gruCell(GruCell op) {
    check(
        op,
        TalusCpu.talus_gru_cell_f32(
            op.h().rows(),
            op.h().columns(),
            at(op.x()),
            at(op.recurrent()),
            at(op.previous()),
            at(op.gates()),
            at(op.h())));
  }

  @Override
  public void gruCellGradient(GruCellGradient op) {
    check(
        op,
        TalusCpu.talus_gru_cell_gradient_f32(
            op.dH().rows(),
            op.dH().columns(),
            at(op.dH()),
            at(op.gates()),
            at(op.recurrent()),
            at(op.previous()),
            at(op.dX()),
            at(op.dRecurrent()),
            op.betaPrevious(),
            at(op.dPrevious())));
  }

  @Override
  public void softmax(Softmax op) {
    check(op, TalusCpu.talus_softmax_f32(op.x().rows(), op.x().columns(), at(op.x()), at(op.y())));
  }

  @Override
  public void logSoftmax(LogSoftmax op) {
    check(
        op,
        TalusCpu.talus_log_softmax_f32(op.x().rows(), op.x().columns(), at(op.x()), at(op.y())));
  }

  @Override
  public void softmaxCrossEntropy(SoftmaxCrossEntropy op) {
    check(
        op,
        TalusCpu.talus_softmax_cross_entropy_f32(
            op.logits().rows(),
            op.logits().columns(),
            at(op.logits()),
            at(op.targets()),
            op.reduction().code(),
            op.labelSmoothing(),
            ignoreIndex(op.targets().exempt()),
            op.scale(),
            at(op.loss()),
            at(op.dLogits())));
  }

  @Override
  public void linearCrossEntropy(LinearCrossEntropy op) {
    check(
        op,
        TalusCpu.talus_linear_cross_entropy_f32(
            op.x().rows(),
            op.x().columns(),
            op.w().columns(),
            at(op.x()),
            at(op.w()),
            at(op.bias()),
            at(op.targets()),
            op.reduction().code(),
            op.labelSmoothing(),
            ignoreIndex(op.targets().exempt()),
            op.scale(),
            at(op.loss()),
            at(op.dX()),
            at(op.dW()),
            at(op.dBias())));
  }

  /** The kernels take a label that never occurs where none is to be ignored. */
  private static int ignoreIndex(int exempt) {
    return exempt == 0 ? Integer.MIN_VALUE : exempt;
  }

  @Override
  public void fill(Fill op) {
    check(op, TalusCpu.talus_fill_f32(op.y().size(), op.value(), at(op.y())));
  }

  @Override
  public void copy(Copy op) {
    check(op, TalusCpu.talus_copy_f32(op.x().size(), at(op.x()), at(op.y())));
  }

  @Override
  public void unary(Unary op) {
    check(
        op, TalusCpu.talus_unary_f32(op.function().code(), op.x().size(), at(op.x()), at(op.y())));
  }

  @Override
  public void binary(Binary op) {
    Tensor a = op.a();
    check(
        op,
        TalusCpu.talus_binary_f32(
            op.function().code(),
            op.broadcast().code(),
            a.rows(),
            a.columns(),
            at(a),
            at(op.b()),
            at(op.y())));
  }

  @Override
  public void axpby(Axpby op) {
    check(
        op, TalusCpu.talus_axpby_f32(op.x().size(), op.alpha(), at(op.x()), op.beta(), at(op.y())));
  }

  @Override
  public void transpose(TransposeMatrix op) {
    check(
        op, TalusCpu.talus_transpose_f32(op.x().rows(), op.x().columns(), at(op.x()), at(op.y())));
  }

  @Override
  public void swapAxes(SwapAxes op) {
    check(
        op,
        TalusCpu.talus_swap_axes_f32(
            op.x().shape().length(0),
            op.x().shape().length(1),
            op.x().columns(),
            at(op.x()),
            at(op.y())));
  }

  @Override
  public void gatherRows(GatherRows op) {
    check(
        op,
        TalusCpu.talus_gather_rows_f32(
            op.indices().size(),
            op.table().columns(),
            at(op.table()),
            at(op.indices()),
            at(op.y())));
  }

  @Override
  public void embedding(Embedding op) {
    check(
        op,
        TalusCpu.talus_embedding_f32(
            op.ids().size(),
            op.ids().columns(),
            op.table().columns(),
            at(op.table()),
            at(op.ids()),
            at(op.spans()),
            at(op.y())));
  }

  @Override
  public void embeddingGradient(EmbeddingGradient op) {
    check(
        op,
        TalusCpu.talus_embedding_gradient_f32(
            op.ids().size(),
            op.ids().columns(),
            op.dTable().rows(),
            op.dTable().columns(),
            at(op.dY()),
            at(op.ids()),
            at(op.spans()),
            at(op.dTable())));
  }

  @Override
  public void reduce(Reduce op) {
    Tensor x = op.x();
    check(
        op,
        TalusCpu.talus_reduce_f32(
            op.function().code(), op.axis().code(), x.rows(), x.columns(), at(x), at(op.y())));
  }

  @Override
  public void argMax(ArgMax op) {
    check(op, TalusCpu.talus_argmax_f32(op.x().rows(), op.x().columns(), at(op.x()), at(op.y())));
  }

  @Override
  public void randomUniform(RandomUniform op) {
    check(
        op,
        TalusCpu.talus_random_uniform_f32(
            op.y().size(), op.seed(), op.stream(), at(op.step()), op.low(), op.high(), at(op.y())));
  }

  @Override
  public void randomNormal(RandomNormal op) {
    check(
        op,
        TalusCpu.talus_random_normal_f32(
            op.y().size(),
            op.seed(),
            op.stream(),
            at(op.step()),
            op.mean(),
            op.deviation(),
            at(op.y())));
  }

  @Override
  public void dropout(Dropout op) {
    check(
        op,
        TalusCpu.talus_dropout_f32(
            op.x().size(),
            op.seed(),
            op.stream(),
            at(op.step()),
            op.rate(),
            at(op.x()),
            at(op.y())));
  }

  @Override
  public void augmentImages(AugmentImages op) {
    ImageChanges changes = op.changes();
    Shape images = op.x().shape();
    check(
        op,
        TalusCpu.talus_augment_images_f32(
            images.length(0),
            images.length(1),
            images.length(2),
            images.length(3),
            op.seed(),
            op.stream(),
            at(op.step()),
            changes.mirror() ? 1 : 0,
            changes.shift(),
            changes.turns(),
            changes.scale(),
            changes.shear(),
            changes.cutout(),
            changes.fill(),
            at(op.x()),
            at(op.y())));
  }

  @Override
  public void sgd(Sgd op) {
    check(
        op,
        TalusCpu.talus_sgd_f32(
            op.weights().size(),
            at(op.weights()),
            at(op.gradient()),
            at(op.velocity()),
            at(op.learningRate()),
            op.momentum(),
            op.nesterov() ? 1 : 0,
            op.l2()));
  }

  @Override
  public void adam(Adam op) {
    check(
        op,
        TalusCpu.talus_adam_f32(
            op.weights().size(),
            at(op.weights()),
            at(op.gradient()),
            at(op.m()),
            at(op.v()),
            at(op.learningRate()),
            at(op.step()),
            op.beta1(),
            op.beta2(),
            op.epsilon(),
            op.l2(),
            op.decay()));
  }

  @Override
  public void similarity(Similarity op) {
    check(
        op,
        TalusCpu.talus_similarity_f32(
            op.measure().code(),
            op.a().rows(),
            op.b().rows(),
            op.a().columns(),
            at(op.a()),
            at(op.b()),
            at(op.y())));
  }

  @Override
  public void similarityTopK(SimilarityTopK op) {
    check(
        op,
        TalusCpu.talus_similarity_top_k_f32(
            op.measure().code(),
            op.a().rows(),
            op.b().rows(),
            op.a().columns(),
            at(op.a()),
            at(op.b()),
            op.excludeSelf() ? 1 : 0,
            op.k(),
            at(op.indices()),
            at(op.scores())));
  }

  @Override
  public void sparseSimilarityTopK(SparseSimilarityTopK op) {
    check(
        op,
        TalusCpu.talus_sparse_similarity_top_k_f32(
            op.measure().code(),
            op.support().least(),
            op.support().shrinkage(),
            op.support().afterTheFirst() ? 1 : 0,
            op.matrix().rows(),
            op.matrix().columns(),
            at(op.matrix().rowOffsets()),
            at(op.matrix().columnIndices()),
            at(op.matrix().values()),
            op.tile().firstRow(),
            op.tile().rows(),
            op.excludeSelf() ? 1 : 0,
            op.k(),
            at(op.indices()),
            at(op.scores())));
  }

  @Override
  public long sparseSimilarityTopKBytes(
      SparseSimilarityTopK.Sizes sizes, SparseSimilarityTopK.Tile tile) {
    try (LongPointer scratch = new LongPointer(1)) {
      TalusCpu.talus_sparse_similarity_top_k_scratch(
          sizes.measure().code(),
          sizes.support().least(),
          sizes.support().shrinkage(),
          sizes.rows(),
          sizes.columns(),
          sizes.nonZeros(),
          tile.rows(),
          sizes.k(),
          scratch.address());
      return sizes.matrixBytes() + sizes.resultBytes(tile.rows()) + scratch.get(0);
    }
  }

  /** Where an operand's first element lies; 0 for one that is absent. */
  private static long at(DeviceArray array) {
    return array == null
        ? 0
        : ((HostMemory) array.memory()).address() + array.offset() * array.elementBytes();
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
