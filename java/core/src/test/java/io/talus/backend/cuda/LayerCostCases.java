package io.talus.backend.cuda;

import static io.talus.backend.cuda.CostCase.Promise.NONE;

import io.talus.Device;
import io.talus.op.Activation;
import io.talus.op.AugmentImages;
import io.talus.op.BatchNormalization;
import io.talus.op.BatchNormalizationGradient;
import io.talus.op.BatchNormalizationInference;
import io.talus.op.Convolution;
import io.talus.op.ConvolutionInputGradient;
import io.talus.op.ConvolutionWeightGradient;
import io.talus.op.ImageChanges;
import io.talus.op.LayerNormalization;
import io.talus.op.LayerNormalizationGradient;
import io.talus.op.Pool;
import io.talus.op.PoolFunction;
import io.talus.op.PoolGradient;
import io.talus.op.Window;
import io.talus.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** {@link CostCases} of what layers other than dense ones do. */
final class LayerCostCases {
  private static final float EPSILON = 1e-5f;

  private LayerCostCases() {}

  static List<CostCase> all() {
    List<CostCase> all = new ArrayList<>(images());
    all.addAll(normalizations());
    return all;
  }

  private static List<CostCase> images() {
    Window three = Window.of(3, 3).padding(1, 1);
    Window two = Window.of(2, 2).stride(2, 2);
    String shape = "8x16x16x32, 3x3 to 32";
    return List.of(
        CostCase.of(
            NONE,
            shape,
            Device::convolution,
            in -> new Convolution(three, image(in), filters(in), in.zeros(8, 16, 16, 32))),
        CostCase.of(
            NONE,
            shape,
            Device::convolutionInputGradient,
            in ->
                new ConvolutionInputGradient(
                    three, image(in), filters(in), in.zeros(8, 16, 16, 32))),
        CostCase.of(
            NONE,
            shape,
            Device::convolutionWeightGradient,
            in ->
                new ConvolutionWeightGradient(three, image(in), image(in), in.zeros(3, 3, 32, 32))),
        CostCase.of(
            NONE,
            "8x16x16x32, MAX of 2x2",
            Device::pool,
            in -> new Pool(PoolFunction.MAX, two, image(in), in.zeros(8, 8, 8, 32))),
        augmented("moved, 64x28x28x1", ImageChanges.NONE.shifted(2), 64, 28, 28, 1),
        augmented("turned, 64x28x28x1", ImageChanges.NONE.rotated(15), 64, 28, 28, 1),
        CostCase.of(
            NONE,
            "8x16x16x32, MAX of 2x2",
            Device::poolGradient,
            in ->
                new PoolGradient(
                    PoolFunction.MAX, two, image(in), in.floats(8, 8, 8, 32), image(in))));
  }

  private static CostCase augmented(String shape, ImageChanges changes, long... lengths) {
    return CostCase.of(
        NONE,
        shape,
        Device::augmentImages,
        in -> new AugmentImages(1, 0, in.step(), changes, in.floats(lengths), in.zeros(lengths)));
  }

  private static Tensor image(CostData in) {
    return in.floats(8, 16, 16, 32);
  }

  private static Tensor filters(CostData in) {
    return in.floats(3, 3, 32, 32);
  }

  private static List<CostCase> normalizations() {
    return List.of(
        CostCase.of(
            NONE,
            "2048x64, RELU",
            Device::batchNormalization,
            in ->
                new BatchNormalization(
                    Activation.RELU,
                    rows(in),
                    in.floats(64),
                    in.floats(64),
                    EPSILON,
                    0.1f,
                    in.zeros(64),
                    in.zeros(64),
                    in.zeros(64),
                    in.zeros(64),
                    rows(in))),
        CostCase.of(
            NONE,
            "2048x64, RELU",
            Device::batchNormalizationGradient,
            in ->
                new BatchNormalizationGradient(
                    Activation.RELU,
                    rows(in),
                    rows(in),
                    rows(in),
                    in.floats(64),
                    in.floats(64),
                    in.floats(64),
                    rows(in),
                    in.zeros(64),
                    in.zeros(64))),
        CostCase.of(
            NONE,
            "2048x64, RELU",
            Device::batchNormalizationInference,
            in ->
                new BatchNormalizationInference(
                    Activation.RELU,
                    rows(in),
                    in.floats(64),
                    in.floats(64),
                    EPSILON,
                    in.floats(64),
                    in.floats(64).copyFrom(ones(64)),
                    rows(in))),
        CostCase.of(
            NONE,
            "256x512",
            Device::layerNormalization,
            in ->
                new LayerNormalization(
                    in.floats(256, 512),
                    in.floats(512),
                    in.floats(512),
                    EPSILON,
                    in.zeros(256),
                    in.zeros(256),
                    in.zeros(256, 512))),
        CostCase.of(
            NONE,
            "256x512",
            Device::layerNormalizationGradient,
            in ->
                new LayerNormalizationGradient(
                    in.floats(256, 512),
                    in.floats(256, 512),
                    in.floats(512),
                    in.floats(256),
                    in.floats(256),
                    in.zeros(256, 512),
                    in.zeros(512),
                    in.zeros(512))));
  }

  private static Tensor rows(CostData in) {
    return in.floats(2048, 64);
  }

  private static float[] ones(int count) {
    float[] ones = new float[count];
    Arrays.fill(ones, 1);
    return ones;
  }
}
