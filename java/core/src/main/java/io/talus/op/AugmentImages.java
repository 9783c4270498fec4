package io.talus.op;

import io.talus.tensor.DeviceArray;
import io.talus.tensor.IntTensor;
import io.talus.tensor.Tensor;
import java.util.function.Consumer;

/**
 * Changes each image at random, so that a network learns what does not matter: mirrors, turns,
 * scales, shears, moves it and cuts a square out, as far as {@link ImageChanges} allows.
 *
 * <p>Pixel (i, j) of y is that of x at
 *
 * <pre>
 * (row, column) = middle + R S (i - down - middle row, j - right - middle column) / size
 * R = [cos t, -sin t; sin t, cos t]     S = [1, 0; k, 1]     middle = ((height-1)/2, (width-1)/2)
 * </pre>
 *
 * the column counted from the other side in a mirrored image. Between pixels it is bilinear, across
 * the border to {@code fill}: with {@code f} and {@code g} the fractions of row and column, {@code
 * top = x00 + g (x01 - x00)}, {@code bottom = x10 + g (x11 - x10)}, {@code y = top + f (bottom -
 * top)}. Without rotation, scale and shear pixels are copied. All channels of a pixel go together.
 *
 * <p><b>Draws.</b> Counter-based, by {@link Philox}: image n takes words w0 to w7 of blocks 2n and
 * 2n + 1 of (seed, stream, step). With {@code below(w, m) = floor(w m / 2^32)} and {@code even(w) =
 * floor(w / 256) / 2^23 - 1}: mirrored if w0 {@code >=} 2^31; down {@code below(w1, 2 shift + 1) -
 * shift}, right likewise by w2; t = {@code below(w3, 2 turns + 1) - turns}, in 2^-24 of a turn;
 * size {@code 1 + scale even(w4)}; k = {@code shear even(w5)}; the square has its middle at {@code
 * below(w6, height)}, {@code below(w7, width)} and begins half its side, rounded down, before it.
 * The same arguments give the same bits on every backend.
 *
 * <p><b>Shapes.</b> x and y are images x height x width x channels, with pixels where there are
 * images.
 *
 * <p><b>Edge cases.</b> Pixels should be finite: between pixels, one that is not spoils those that
 * it has no share in too.
 *
 * <p><b>Aliasing.</b> y shares no memory with x.
 *
 * <p><b>Accuracy.</b> Copied pixels are exact. Between pixels, places are float32: to about height
 * + width units of 2^-23 of a pixel, which is as much of a difference of neighbours.
 *
 * <p><b>Cost.</b> One read and one write.
 *
 * <p><b>Source.</b> The square: DeVries and Taylor, 2017.
 *
 * @param seed the key
 * @param stream tells apart uses of one seed
 * @param step one value in device memory that enters the counter, or null for 0: a captured
 *     training step that advances it draws anew each time
 */
public record AugmentImages(
    long seed, int stream, IntTensor step, ImageChanges changes, Tensor x, Tensor y) implements Op {
  private static final int LONGEST_SIDE = 1 << 20;

  public AugmentImages {
    Check check =
        Check.of("augmentImages")
            .together(step, x, y)
            .that(step == null || step.size() == 1, "step must be one value")
            .apart(y, "y", x, "x");
    if (check.isImages(x, "x")) {
      long height = x.shape().length(1);
      long width = x.shape().length(2);
      check
          .shape(y, "y", x.shape().toArray())
          .that(
              height > 0 && width > 0 && height <= LONGEST_SIDE && width <= LONGEST_SIDE,
              "images of %sx%s: sides must be 1 to %s pixels",
              height,
              width,
              LONGEST_SIDE)
          .that(
              changes.shift() < Math.min(height, width) || changes.shift() == 0,
              "a shift of up to %s moves images of %sx%s away",
              changes.shift(),
              height,
              width);
    }
    check.orThrow();
  }

  @Override
  public String name() {
    return "augmentImages";
  }

  @Override
  public void forEachOperand(Consumer<? super DeviceArray> action) {
    action.accept(x);
    action.accept(y);
    Check.visit(step, action);
  }

  /** Those of bilinear reading; places of pixels are not counted. */
  @Override
  public long flops() {
    return changes.isBetweenPixels() ? 9 * y.size() : 0;
  }

  @Override
  public long bytes() {
    return x.bytes() + y.bytes();
  }
}
