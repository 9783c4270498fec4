package io.talus.op;

/**
 * How far {@link AugmentImages} may change an image. All draws are even and apart from each other.
 *
 * <pre>{@code
 * ImageChanges.NONE.mirrored().shifted(4).cutOut(8)
 * }</pre>
 *
 * @param mirror whether every other image, by chance, is turned left to right
 * @param shift the most pixels that an image moves up or down, and left or right: a crop of the
 *     image padded by so many
 * @param rotation the most degrees that it turns about its middle, either way; 0 to 180
 * @param scale how much larger or smaller it gets: its size is 1 - scale to 1 + scale times what it
 *     was; 0 to 0.9
 * @param shear how much further a row moves sideways than the one above, in pixels, either way; 0
 *     to 1
 * @param cutout the side of a square of pixels that are lost, about a middle anywhere in the image,
 *     so that a part of it may lie outside; 0 for none
 * @param fill stands where nothing of the image is, and in the square cut out: 0 for the mean of
 *     normalized pixels, or what black is
 */
public record ImageChanges(
    boolean mirror, int shift, float rotation, float scale, float shear, int cutout, float fill) {
  private static final float MOST_ROTATION = 180;
  private static final float MOST_SCALE = 0.9f;
  private static final float MOST_SHEAR = 1;

  /** Every image stays as it is. */
  public static final ImageChanges NONE = new ImageChanges(false, 0, 0, 0, 0, 0, 0);

  public ImageChanges {
    Check.of("image changes")
        .that(shift >= 0, "shift is %s, must not be negative", shift)
        .that(
            rotation >= 0 && rotation <= MOST_ROTATION,
            "rotation is %s, not in 0 to %s degrees",
            rotation,
            MOST_ROTATION)
        .that(scale >= 0 && scale <= MOST_SCALE, "scale is %s, not in 0 to %s", scale, MOST_SCALE)
        .that(shear >= 0 && shear <= MOST_SHEAR, "shear is %s, not in 0 to %s", shear, MOST_SHEAR)
        .that(cutout >= 0, "cutout is %s, must not be negative", cutout)
        .that(Float.isFinite(fill), "fill is %s, must be finite", fill)
        .orThrow();
  }

  /** Turned left to right, every other image; not for digits or letters. */
  public ImageChanges mirrored() {
    return new ImageChanges(true, shift, rotation, scale, shear, cutout, fill);
  }

  /** Moved by up to so many whole pixels each way. */
  public ImageChanges shifted(int pixels) {
    return new ImageChanges(mirror, pixels, rotation, scale, shear, cutout, fill);
  }

  /** Turned by up to so many degrees either way. */
  public ImageChanges rotated(float degrees) {
    return new ImageChanges(mirror, shift, degrees, scale, shear, cutout, fill);
  }

  /** Larger or smaller by up to this share. */
  public ImageChanges scaled(float share) {
    return new ImageChanges(mirror, shift, rotation, share, shear, cutout, fill);
  }

  /** Each row moved against the one above by up to so many pixels. */
  public ImageChanges sheared(float pixels) {
    return new ImageChanges(mirror, shift, rotation, scale, pixels, cutout, fill);
  }

  /** With a square of this side cut out. */
  public ImageChanges cutOut(int side) {
    return new ImageChanges(mirror, shift, rotation, scale, shear, side, fill);
  }

  /** With this value where nothing of the image is. */
  public ImageChanges filledWith(float value) {
    return new ImageChanges(mirror, shift, rotation, scale, shear, cutout, value);
  }

  /** Whether pixels come from between those of the image, and not from one of them each. */
  public boolean isBetweenPixels() {
    return turns() > 0 || scale > 0 || shear > 0;
  }

  /** The rotation in 2^-24 of a full turn, rounded. */
  public int turns() {
    return (int) Math.round(rotation / 360.0 * (1 << 24));
  }
}
