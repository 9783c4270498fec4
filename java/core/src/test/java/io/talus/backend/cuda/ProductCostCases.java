package io.talus.backend.cuda;

import static io.talus.backend.cuda.CostCase.Promise.COALESCED;
import static io.talus.backend.cuda.CostCase.Promise.NONE;

import io.talus.Device;
import io.talus.op.Activation;
import io.talus.op.ActivationGradient;
import io.talus.op.Epilogue;
import io.talus.op.Gemm;
import io.talus.op.Precision;
import io.talus.op.Transpose;
import io.talus.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;

/** {@link CostCases} of matrix products, and of the gradient of what they end with. */
final class ProductCostCases {
  /** Of the device on which the loops are counted: few, so that few tiles fill it. */
  static final int LOOP_MULTIPROCESSORS = 4;

  private ProductCostCases() {}

  static List<CostCase> all() {
    return List.of(
        gemm("512 square", Transpose.NO, Transpose.NO, 512, 512, 512),
        gemm("1024 square", Transpose.NO, Transpose.NO, 1024, 1024, 1024),
        CostCase.of(
            COALESCED, "dense 128x784x512 forward, ReLU", Device::gemm, ProductCostCases::layer),
        gemm("dense 128x784x512 dW", Transpose.YES, Transpose.NO, 784, 512, 128),
        gemm("dense 128x784x512 dX", Transpose.NO, Transpose.YES, 128, 784, 512),
        gemm("dense 128x512x16 forward", Transpose.NO, Transpose.NO, 128, 16, 512),
        gemm("dense 128x512x16 dW", Transpose.YES, Transpose.NO, 512, 16, 128),
        gemm("dense 128x512x16 dX", Transpose.NO, Transpose.YES, 128, 512, 16),
        unaligned("dense 128x512x10 forward", Transpose.NO, Transpose.NO, 128, 10, 512),
        unaligned("dense 128x512x10 dW", Transpose.YES, Transpose.NO, 512, 10, 128),
        unaligned("dense 128x512x10 dX", Transpose.NO, Transpose.YES, 128, 512, 10),
        gemm("dense 8x784x512 forward", Transpose.NO, Transpose.NO, 8, 512, 784),
        tensor("512 square, TF32", Precision.TF32),
        tensor("512 square, bfloat16", Precision.BFLOAT16),
        CostCase.of(
            NONE,
            "128x512, ReLU, bias",
            Device::activationGradient,
            in ->
                new ActivationGradient(
                    Activation.RELU,
                    in.floats(128, 512),
                    in.floats(128, 512),
                    in.zeros(128, 512),
                    0,
                    in.zeros(512))));
  }

  /**
   * Products in pairs that differ in k alone, so that the difference between their costs is that of
   * the main loop. The sizes fill a card of {@link #LOOP_MULTIPROCESSORS} with tiles, which leaves
   * k in one piece.
   */
  static List<CostCase> loops() {
    List<CostCase> loops = new ArrayList<>();
    addLoops(loops, Precision.FLOAT32, 256, 512);
    addLoops(loops, Precision.FLOAT32, 384, 128);
    addLoops(loops, Precision.FLOAT32, 1024, 16);
    addLoops(loops, Precision.FLOAT32, 1024, 32);
    addLoops(loops, Precision.FLOAT32, 16, 1024);
    // A card without tensor cores for these counts the first ones again.
    addLoops(loops, Precision.TF32, 256, 512);
    addLoops(loops, Precision.BFLOAT16, 256, 512);
    return loops;
  }

  private static void addLoops(List<CostCase> loops, Precision precision, long m, long n) {
    for (Transpose a : Transpose.values()) {
      for (Transpose b : Transpose.values()) {
        for (long k : new long[] {64, 128}) {
          loops.add(
              CostCase.of(
                  COALESCED,
                  m + "x" + n + "x" + k,
                  Device::gemm,
                  in -> product(in, a, b, m, n, k).with(on(in, precision))));
        }
      }
    }
  }

  private static CostCase gemm(String shape, Transpose ta, Transpose tb, long m, long n, long k) {
    return CostCase.of(COALESCED, shape, Device::gemm, in -> product(in, ta, tb, m, n, k));
  }

  private static CostCase unaligned(
      String shape, Transpose ta, Transpose tb, long m, long n, long k) {
    return CostCase.of(NONE, shape, Device::gemm, in -> product(in, ta, tb, m, n, k));
  }

  /** On tensor cores, where the card has them for this precision. */
  private static CostCase tensor(String shape, Precision precision) {
    return CostCase.of(
        COALESCED,
        shape,
        Device::gemm,
        in -> product(in, Transpose.NO, Transpose.NO, 512, 512, 512).with(on(in, precision)));
  }

  private static Precision on(CostData in, Precision precision) {
    return in.device().precision(precision);
  }

  private static Gemm product(CostData in, Transpose ta, Transpose tb, long m, long n, long k) {
    Tensor a = ta == Transpose.NO ? in.floats(m, k) : in.floats(k, m);
    Tensor b = tb == Transpose.NO ? in.floats(k, n) : in.floats(n, k);
    return new Gemm(ta, tb, a, b, in.zeros(m, n));
  }

  private static Gemm layer(CostData in) {
    return new Gemm(
        Transpose.NO,
        Transpose.NO,
        1,
        in.floats(128, 784),
        in.floats(784, 512),
        0,
        in.zeros(128, 512),
        Epilogue.bias(in.floats(512), Activation.RELU));
  }
}
