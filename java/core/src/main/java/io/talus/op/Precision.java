package io.talus.op;

/**
 * How exactly the products of a matrix product are made: FLOAT32 unless another is asked for by
 * name. Sums are float32 in all of them, and so are {@code alpha}, {@code beta C}, bias and
 * activation.
 *
 * <p><b>What is promised.</b> With u the unit roundoff of the format, eps = 2^-24 and S the sum of
 * {@code |a| |b|} over the k products of an element, that element of op(A) op(B) is off by at most
 *
 * <pre>
 * FLOAT32          (k + 4) eps S
 * TF32, BFLOAT16   (2.1 u + 3 (k + 4) eps) S
 * </pre>
 *
 * for elements and products that are normal numbers. Rounding changes each factor by up to u and so
 * each product by up to 2 u + u^2; the products of two rounded factors are exact in float32; tensor
 * cores cut off what they add to the places of the largest of at least four products and the sum so
 * far, and the new sum once more, an error of at most 3 k + 4 eps in all where rounding would cost
 * k. Same inputs, same device, same bits.
 *
 * <p><b>Who does it.</b> GPUs of compute capability 8.0 and up, on tensor cores. All other devices
 * make every product in float32, which keeps each of these promises: {@link io.talus.Device
 * Device.precision} tells. So do those that have them for products of few rows or columns, which
 * take no longer in float32.
 *
 * <p><b>Edge cases.</b> NaN and infinity stay what they are. Of numbers beyond the largest of the
 * format, those nearer to the next power of two become infinity: magnitudes from {@code 2^128 -
 * 2^116} (TF32) or {@code 2^128 - 2^119} (BFLOAT16) on.
 */
public enum Precision {
  /** Inputs as they are: 24 significant bits, u = 2^-24. */
  FLOAT32,
  /** Inputs rounded to 11 significant bits, to the nearest, ties away from zero: u = 2^-11. */
  TF32,
  /** Inputs rounded to 8 significant bits, to the nearest, ties to even: u = 2^-8. */
  BFLOAT16
}
