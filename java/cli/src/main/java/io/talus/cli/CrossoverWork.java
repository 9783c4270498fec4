package io.talus.cli;

import io.talus.Device;
import io.talus.Workspace;
import io.talus.op.Activation;
import io.talus.op.Epilogue;
import io.talus.op.Gemm;
import io.talus.op.SimilarityMeasure;
import io.talus.op.SimilarityTopK;
import io.talus.op.SoftmaxCrossEntropy;
import io.talus.op.Transpose;
import io.talus.tensor.IntTensor;
import io.talus.tensor.Tensor;
import java.util.SplittableRandom;

/** An operation with operands of one size on one device. */
final class CrossoverWork implements AutoCloseable {
  private static final int INPUTS = 784;
  private static final int OUTPUTS = 512;
  private static final int CLASSES = 1000;
  private static final int FEATURES = 64;
  private static final int NEIGHBOURS = 10;

  private final Workspace memory;
  private final Tensor input;
  private final Tensor output;
  private final float[] inputValues;
  private final float[] outputValues;
  private final Runnable op;

  private CrossoverWork(Workspace memory, Tensor input, Tensor output, Runnable op) {
    this.memory = memory;
    this.input = input;
    this.output = output;
    this.op = op;
    inputValues = input.toArray();
    outputValues = new float[Math.toIntExact(output.size())];
  }

  /** What is measured, and at which sizes. */
  enum Kind {
    GEMM("square product, n x n x n", "n", 16, 2048) {
      @Override
      CrossoverWork make(Device device, int n) {
        Workspace memory = device.workspace();
        Tensor a = random(memory.tensor(n, n));
        Tensor c = memory.tensor(n, n);
        Gemm op = new Gemm(a, random(memory.tensor(n, n)), c);
        return new CrossoverWork(memory, a, c, () -> device.gemm(op));
      }
    },
    DENSE("dense layer, 784 to 512 with ReLU", "batch", 1, 4096) {
      @Override
      CrossoverWork make(Device device, int batch) {
        Workspace memory = device.workspace();
        Tensor x = random(memory.tensor(batch, INPUTS));
        Tensor w = random(memory.tensor(INPUTS, OUTPUTS));
        Tensor y = memory.tensor(batch, OUTPUTS);
        Epilogue layer = Epilogue.bias(random(memory.tensor(OUTPUTS)), Activation.RELU);
        Gemm op = new Gemm(Transpose.NO, Transpose.NO, 1f, x, w, 0f, y, layer);
        return new CrossoverWork(memory, x, y, () -> device.gemm(op));
      }
    },
    CROSS_ENTROPY("softmax cross-entropy with gradient, 1000 classes", "rows", 1, 16384) {
      @Override
      CrossoverWork make(Device device, int rows) {
        Workspace memory = device.workspace();
        Tensor logits = random(memory.tensor(rows, CLASSES));
        IntTensor targets = memory.labels(CLASSES, rows);
        Tensor gradient = memory.tensor(rows, CLASSES);
        SoftmaxCrossEntropy op =
            new SoftmaxCrossEntropy(logits, targets, memory.tensor(1), gradient);
        return new CrossoverWork(memory, logits, gradient, () -> device.softmaxCrossEntropy(op));
      }
    },
    NEIGHBOURS_OF_ROWS("cosine top-10 of n rows of 64", "n", 16, 16384) {
      @Override
      CrossoverWork make(Device device, int n) {
        Workspace memory = device.workspace();
        Tensor x = random(memory.tensor(n, FEATURES));
        Tensor scores = memory.tensor(n, NEIGHBOURS);
        IntTensor indices = memory.ints(n, NEIGHBOURS);
        SimilarityTopK op =
            new SimilarityTopK(SimilarityMeasure.COSINE, x, x, true, indices, scores);
        return new CrossoverWork(memory, x, scores, () -> device.similarityTopK(op));
      }
    };

    private final String title;
    private final String unit;
    private final int smallest;
    private final int largest;

    Kind(String title, String unit, int smallest, int largest) {
      this.title = title;
      this.unit = unit;
      this.smallest = smallest;
      this.largest = largest;
    }

    String title() {
      return title;
    }

    /** What the size counts. */
    String unit() {
      return unit;
    }

    int smallest() {
      return smallest;
    }

    int largest() {
      return largest;
    }

    abstract CrossoverWork make(Device device, int size);
  }

  private static Tensor random(Tensor tensor) {
    SplittableRandom random = new SplittableRandom(tensor.size());
    float[] values = new float[Math.toIntExact(tensor.size())];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) (2 * random.nextDouble() - 1);
    }
    return tensor.copyFrom(values);
  }

  /** Hands the operation over, which may be done later. */
  void launch() {
    op.run();
  }

  void synchronize() {
    memory.device().synchronize();
  }

  /** The operation with its first operand on its way there and its result on its way back. */
  void runWithTransfers() {
    input.copyFrom(inputValues);
    op.run();
    output.copyTo(outputValues);
  }

  float[] result() {
    return output.toArray();
  }

  @Override
  public void close() {
    memory.close();
  }
}
