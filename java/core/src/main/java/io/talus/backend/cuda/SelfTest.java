package io.talus.backend.cuda;

import io.talus.op.ArgMax;
import io.talus.op.Axis;
import io.talus.op.Fill;
import io.talus.op.Gemm;
import io.talus.op.Reduce;
import io.talus.op.ReduceFunction;
import io.talus.op.Softmax;
import io.talus.tensor.DeviceException;
import io.talus.tensor.IntTensor;
import io.talus.tensor.Memory;
import io.talus.tensor.Tensor;
import io.talus.tensor.TensorFactory;
import java.util.Locale;
import java.util.function.IntFunction;

/**
 * A few small operations with known results, before a device is used: that kernels load, run, and
 * compute. They are of the families that nearly every program uses, so that little is loaded for
 * this alone: a fill; a product that goes through the asynchronous copies of 8.0 and up, with edges
 * in all directions; a row of softmax; a sum and the places of largest elements.
 */
final class SelfTest {
  /** For a softmax of four: the driver's exponential is good to two units of the last place. */
  private static final float TOLERANCE = 1e-6f;

  private final CudaContext context;
  private final TensorFactory memory;

  private SelfTest(CudaContext context, TensorFactory memory) {
    this.context = context;
    this.memory = memory;
  }

  /**
   * @throws DeviceException when a kernel does not load or its result is wrong
   */
  static void run(CudaContext context) {
    CudaAllocator allocator = new CudaAllocator(context, false, Long.MAX_VALUE);
    try (CudaStream stream = new CudaStream(context, allocator, closed -> {})) {
      TensorFactory memory =
          new TensorFactory() {
            @Override
            protected Memory allocate(long bytes, String label) {
              return new CudaMemory(
                  allocator, allocator.take(bytes, label, stream), stream, bytes, label);
            }
          };
      SelfTest test = new SelfTest(context, memory);
      test.fill();
      test.product();
      test.softmax();
      test.sum();
      test.argMax();
    }
  }

  private void fill() {
    try (Tensor y = memory.tensor(1000)) {
      new ElementwiseKernels(context).fill(new Fill(2.5f, y));
      compare("a fill", y.toArray(), i -> 2.5f, 0);
    }
  }

  /** Whole numbers, whose products and sums are exact. */
  private void product() {
    int m = 68;
    int n = 72;
    int k = 36;
    float[] left = values(m * k, i -> i % 5 - 2);
    float[] right = values(k * n, i -> i % 7 - 3);
    try (Tensor a = memory.tensor(left, m, k);
        Tensor b = memory.tensor(right, k, n);
        Tensor c = memory.tensor(m, n)) {
      new GemmKernels().gemm(new Gemm(a, b, c));
      compare("a product", c.toArray(), i -> dot(left, i / n * k, right, i % n, n, k), 0);
    }
  }

  private static float dot(float[] a, int atA, float[] b, int atB, int strideB, int count) {
    float sum = 0;
    for (int p = 0; p < count; p++) {
      sum += a[atA + p] * b[atB + p * strideB];
    }
    return sum;
  }

  /** Of logarithms: what they are the logarithms of, in shares. */
  private void softmax() {
    float[] logarithms = values(4, i -> (float) Math.log(i + 1));
    try (Tensor x = memory.tensor(logarithms, 1, 4);
        Tensor y = memory.tensor(1, 4)) {
      new SoftmaxKernels(context).softmax(new Softmax(x, y));
      compare("a softmax", y.toArray(), i -> (i + 1) / 10f, TOLERANCE);
    }
  }

  /** Below 2^24, so that every partial sum is exact. */
  private void sum() {
    int count = 5000;
    try (Tensor x = memory.tensor(values(count, i -> i), count);
        Tensor y = memory.tensor(1)) {
      new ReduceKernels(context).reduce(new Reduce(ReduceFunction.SUM, Axis.ALL, x, y));
      compare("a sum", y.toArray(), i -> count * (count - 1) / 2f, 0);
    }
  }

  private void argMax() {
    int rows = 3;
    int columns = 700;
    float[] peaks = values(rows * columns, i -> -Math.abs(i % columns - 100 * (i / columns + 1)));
    try (Tensor x = memory.tensor(peaks, rows, columns);
        IntTensor y = memory.ints(rows)) {
      new ReduceKernels(context).argMax(new ArgMax(x, y));
      int[] found = y.toArray();
      compare("largest elements", values(rows, i -> found[i]), i -> 100f * (i + 1), 0);
    }
  }

  private static float[] values(int count, IntFunction<Number> value) {
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = value.apply(i).floatValue();
    }
    return values;
  }

  private void compare(String what, float[] found, IntFunction<Float> expected, float tolerance) {
    for (int i = 0; i < found.length; i++) {
      float right = expected.apply(i);
      if (!(Math.abs(found[i] - right) <= tolerance)) {
        throw new DeviceException(
            String.format(
                Locale.ROOT,
                "%s gave %s for element %d of %s, which is %s: the device, its driver or the"
                    + " kernels are broken",
                context,
                found[i],
                i,
                what,
                right));
      }
    }
  }
}
