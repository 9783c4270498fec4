package io.talus.contract;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.talus.Device;
import io.talus.Devices;
import io.talus.Workspace;
import io.talus.op.*;
import io.talus.tensor.CsrMatrix;
import io.talus.tensor.DeviceArray;
import io.talus.tensor.IntTensor;
import io.talus.tensor.Tensor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

/** Every op of {@link Device}, whatever it computes: operands that are closed or elsewhere. */
class OperandsTest {

  /** One small example of each op. */
  private static List<Op> examples(Workspace w) {
    Tensor one = w.tensor(1);
    IntTensor step = w.ints(1);
    CsrMatrix csr = w.csr(2, 2, new long[] {0, 1, 1}, new int[1], new float[] {1});
    IntTensor labels = w.labels(2, 2);
    return List.of(
        new Gemm(
            Transpose.NO,
            Transpose.NO,
            1,
            two(w),
            two(w),
            0,
            two(w),
            new Epilogue(w.tensor(2), Activation.GELU, two(w))),
        new ActivationGradient(Activation.RELU, two(w), two(w), two(w), 0, w.tensor(2)),
        new Convolution(
            Window.of(1, 1),
            image(w),
            image(w),
            image(w),
            new Epilogue(w.tensor(1), Activation.GELU, image(w))),
        new ConvolutionInputGradient(Window.of(1, 1), image(w), image(w), image(w)),
        new ConvolutionWeightGradient(Window.of(1, 1), image(w), image(w), image(w)),
        new Pool(PoolFunction.MAX, Window.of(1, 1), image(w), image(w)),
        new PoolGradient(PoolFunction.MAX, Window.of(1, 1), image(w), image(w), image(w)),
        new BatchNormalization(
            Activation.RELU,
            two(w),
            pair(w),
            pair(w),
            1,
            1,
            pair(w),
            pair(w),
            pair(w),
            pair(w),
            two(w)),
        new BatchNormalizationGradient(
            Activation.RELU,
            two(w),
            two(w),
            two(w),
            pair(w),
            pair(w),
            pair(w),
            two(w),
            pair(w),
            pair(w)),
        new BatchNormalizationInference(
            Activation.RELU, two(w), pair(w), pair(w), 1, pair(w), pair(w), two(w)),
        new LayerNormalization(two(w), pair(w), pair(w), 1, pair(w), pair(w), two(w)),
        new LayerNormalizationGradient(
            two(w), two(w), pair(w), pair(w), pair(w), two(w), pair(w), pair(w)),
        new LstmCell(w.tensor(2, 8), two(w), w.tensor(2, 8), two(w), two(w)),
        new LstmCellGradient(
            two(w), two(w), w.tensor(2, 8), two(w), two(w), w.tensor(2, 8), two(w)),
        new GruCell(w.tensor(2, 6), w.tensor(2, 6), two(w), w.tensor(2, 6), two(w)),
        new GruCellGradient(
            two(w),
            w.tensor(2, 6),
            w.tensor(2, 6),
            two(w),
            w.tensor(2, 6),
            w.tensor(2, 6),
            1,
            two(w)),
        new Softmax(two(w), two(w)),
        new LogSoftmax(two(w), two(w)),
        new SoftmaxCrossEntropy(two(w), labels, one, two(w)),
        new LinearCrossEntropy(
            two(w),
            two(w),
            w.tensor(2),
            labels,
            Reduction.MEAN,
            0,
            1,
            one,
            two(w),
            two(w),
            w.tensor(2)),
        new Fill(1, two(w)),
        new Copy(two(w), two(w)),
        new Unary(UnaryFunction.EXP, two(w), two(w)),
        new Binary(BinaryFunction.ADD, two(w), two(w), two(w)),
        new Axpby(1, two(w), 1, two(w)),
        new TransposeMatrix(two(w), two(w)),
        new SwapAxes(w.tensor(2, 1, 2), w.tensor(1, 2, 2)),
        new GatherRows(two(w), labels, two(w)),
        new Embedding(two(w), two(w), w.labels(3, 2, 2), w.tensor(4, 2)),
        new EmbeddingGradient(w.tensor(4, 2), two(w), w.labels(3, 2, 2), two(w)),
        new Reduce(ReduceFunction.SUM, Axis.ALL, two(w), one),
        new ArgMax(two(w), w.ints(2)),
        new RandomUniform(0, 0, step, 0, 1, two(w)),
        new RandomNormal(0, 0, step, 0, 1, two(w)),
        new Dropout(0, 0, step, 0.5f, two(w), two(w)),
        new AugmentImages(0, 0, step, ImageChanges.NONE, image(w), image(w)),
        new Sgd(two(w), two(w), two(w), one, 0.5f, false, 0),
        new Adam(two(w), two(w), two(w), two(w), one, step, 0.9f, 0.9f, 1, 0, 0),
        new Similarity(SimilarityMeasure.DOT, two(w), two(w), two(w)),
        new SimilarityTopK(SimilarityMeasure.DOT, two(w), two(w), false, w.ints(2, 2), two(w)),
        new SparseSimilarityTopK(SimilarityMeasure.DOT, csr, false, w.ints(2, 2), two(w)));
  }

  private static Tensor pair(Workspace w) {
    return w.tensor(2);
  }

  private static Tensor two(Workspace w) {
    return w.tensor(2, 2);
  }

  private static Tensor image(Workspace w) {
    return w.tensor(1, 1, 1, 1);
  }

  private static void run(Device device, Op op) {
    try {
      method(op).invoke(device, op);
    } catch (InvocationTargetException thrown) {
      if (thrown.getCause() instanceof RuntimeException cause) {
        throw cause;
      }
      throw new AssertionError(thrown);
    } catch (IllegalAccessException impossible) {
      throw new AssertionError(impossible);
    }
  }

  private static Method method(Op op) {
    return Arrays.stream(Device.class.getMethods())
        .filter(m -> m.getParameterCount() == 1 && m.getParameterTypes()[0] == op.getClass())
        .findFirst()
        .orElseThrow();
  }

  @Test
  void everyOpHasAnExample() {
    try (Workspace w = Devices.require("java").workspace()) {
      Set<String> examples =
          examples(w).stream().map(op -> method(op).getName()).collect(Collectors.toSet());
      Set<String> ops =
          Arrays.stream(Device.class.getMethods())
              .filter(m -> m.getParameterCount() == 1)
              .filter(m -> Op.class.isAssignableFrom(m.getParameterTypes()[0]))
              .map(Method::getName)
              .collect(Collectors.toSet());
      assertEquals(ops, examples);
    }
  }

  @EachBackend
  void everyExampleRunsAndKnowsItsCost(Subject on) {
    for (Op op : examples(on.workspace())) {
      run(on.device(), op);
      on.device().synchronize();
      assertTrue(op.flops() >= 0 && op.bytes() > 0, op.name());
      assertEquals(method(op).getName(), op.name());
    }
  }

  @EachBackend
  void aClosedOperandIsNamedAndNothingRuns(Subject on) {
    int ops = examples(on.workspace()).size();
    for (int i = 0; i < ops; i++) {
      for (int operand = 0; operand < operands(examples(on.workspace()).get(i)).size(); operand++) {
        Op op = examples(on.workspace()).get(i);
        DeviceArray closed = operands(op).get(operand);
        closed.close();
        String message =
            assertThrows(IllegalStateException.class, () -> run(on.device(), op)).getMessage();
        assertEquals(closed + " is closed", message, op.name());
        on.nextCase();
      }
    }
  }

  @EachBackend
  void anOperandOfAnotherDeviceIsRefused(Subject on) {
    List<Device> devices = Devices.available();
    Device other = devices.get(0) == on.device() ? devices.get(devices.size() - 1) : devices.get(0);
    Assumptions.assumeTrue(other != on.device(), "there is one device only");
    try (Workspace w = other.workspace()) {
      for (Op op : examples(w)) {
        String message =
            assertThrows(IllegalStateException.class, () -> run(on.device(), op)).getMessage();
        String ending = "is on device " + other.name() + ", not on " + on.device().name();
        assertTrue(message.endsWith(ending), message);
      }
      Tensor here = on.workspace().tensor(3);
      Tensor there = w.tensor(3);
      String message =
          assertThrows(IllegalArgumentException.class, () -> new Copy(here, there)).getMessage();
      assertTrue(message.contains("Tensor 3 is on " + other.name()), message);
    }
  }

  private static List<DeviceArray> operands(Op op) {
    List<DeviceArray> operands = new ArrayList<>();
    op.forEachOperand(operands::add);
    return operands;
  }
}
