package io.talus.train;

import io.talus.data.ImageShape;
import io.talus.op.AugmentImages;
import io.talus.op.ImageChanges;
import io.talus.tensor.IntTensor;
import io.talus.tensor.Tensor;

/**
 * Changes the images that a network learns from, anew in each step and drawn from a seed, on the
 * device: {@link AugmentImages}. What is held out stays as it is.
 *
 * <pre>{@code
 * ImageChanges changes = ImageChanges.NONE.mirrored().shifted(4).cutOut(8);
 * loop.augment(new Augmentation(image, changes, 1));
 * }</pre>
 *
 * @param image what an example is
 * @param changes how far an image may be changed
 * @param seed of the draws
 */
public record Augmentation(ImageShape image, ImageChanges changes, long seed) {
  /** Apart from the streams of parameters and of dropout, if the seed is the same. */
  private static final int STREAM = -1;

  /**
   * The op for a batch.
   *
   * @throws IllegalArgumentException when the batch's rows are no such images
   */
  AugmentImages op(Tensor batch, Tensor changed, IntTensor step) {
    if (batch.columns() != image.size()) {
      throw new IllegalArgumentException(
          "augmentation: images of "
              + image
              + " have "
              + image.size()
              + " values; the network takes "
              + batch.columns());
    }
    return new AugmentImages(seed, STREAM, step, changes, images(batch), images(changed));
  }

  private Tensor images(Tensor rows) {
    return rows.reshape(rows.rows(), image.height(), image.width(), image.channels());
  }
}
