package io.talus.backend.reference;

import io.talus.op.AugmentImages;
import io.talus.op.ImageChanges;
import io.talus.tensor.Shape;

/** Changed images, pixel after pixel, in single float operations of the order written. */
final class ReferenceAugmentation {
  private final ImageChanges changes;
  private final Floats x;
  private final int height;
  private final int width;
  private final int channels;

  private ReferenceAugmentation(AugmentImages op) {
    Shape images = op.x().shape();
    changes = op.changes();
    x = Floats.of(op.x());
    height = (int) images.length(1);
    width = (int) images.length(2);
    channels = (int) images.length(3);
  }

  static void run(AugmentImages op) {
    ReferenceAugmentation images = new ReferenceAugmentation(op);
    Floats y = Floats.of(op.y());
    int step = op.step() == null ? 0 : Floats.get(op.step(), 0);
    for (long n = 0; n < op.x().shape().length(0); n++) {
      int[] early = RandomNumbers.block(op.seed(), op.stream(), step, 2 * n);
      int[] late = RandomNumbers.block(op.seed(), op.stream(), step, 2 * n + 1);
      images.change(n, new Draw(images, early, late), y);
    }
  }

  private void change(long image, Draw draw, Floats y) {
    long at = image * height * width * channels;
    for (int i = 0; i < height; i++) {
      for (int j = 0; j < width; j++) {
        for (int c = 0; c < channels; c++) {
          y.set(at++, draw.cuts(i, j) ? changes.fill() : pixel(image, draw, i, j, c));
        }
      }
    }
  }

  private float pixel(long image, Draw draw, int i, int j, int channel) {
    if (!changes.isBetweenPixels()) {
      int column = j - draw.right;
      return read(image, i - draw.down, draw.mirrored ? width - 1 - column : column, channel);
    }
    float p = (i - draw.down) - draw.middleRow;
    float q = (j - draw.right) - draw.middleColumn;
    float row = (draw.rowByRow * p + draw.middleRow) + draw.rowByColumn * q;
    float column = (draw.columnByRow * p + draw.middleColumn) + draw.columnByColumn * q;
    if (!(row > -1 && row < height && column > -1 && column < width)) {
      return changes.fill();
    }
    int top = (int) Math.floor(row);
    int left = (int) Math.floor(column);
    float f = row - top;
    float g = column - left;
    float above = between(image, top, left, channel, g);
    float below = between(image, top + 1, left, channel, g);
    return above + f * (below - above);
  }

  private float between(long image, int row, int column, int channel, float g) {
    float left = read(image, row, column, channel);
    float right = read(image, row, column + 1, channel);
    return left + g * (right - left);
  }

  private float read(long image, int row, int column, int channel) {
    if (row < 0 || row >= height || column < 0 || column >= width) {
      return changes.fill();
    }
    return x.get(((image * height + row) * width + column) * channels + channel);
  }

  /** What is drawn for one image. */
  private static final class Draw {
    final boolean mirrored;
    final int down;
    final int right;
    final float middleRow;
    final float middleColumn;
    final float rowByRow;
    final float rowByColumn;
    final float columnByRow;
    final float columnByColumn;
    private final int cutTop;
    private final int cutLeft;
    private final int cutout;

    Draw(ReferenceAugmentation images, int[] early, int[] late) {
      ImageChanges changes = images.changes;
      mirrored = changes.mirror() && early[0] < 0;
      down = below(early[1], 2 * changes.shift() + 1) - changes.shift();
      right = below(early[2], 2 * changes.shift() + 1) - changes.shift();
      middleRow = (images.height - 1) * 0.5f;
      middleColumn = (images.width - 1) * 0.5f;
      int turn = below(early[3], 2 * changes.turns() + 1) - changes.turns() & (1 << 24) - 1;
      float smaller = 1.0f / (1.0f + changes.scale() * even(late[0]));
      float shear = changes.shear() * even(late[1]);
      float along = smaller * RandomNumbers.cosine(turn);
      float across = smaller * RandomNumbers.sine(turn);
      float sign = mirrored ? -1 : 1;
      rowByRow = along - across * shear;
      rowByColumn = -across;
      columnByRow = sign * (across + along * shear);
      columnByColumn = sign * along;
      cutout = changes.cutout();
      cutTop = below(late[2], images.height) - cutout / 2;
      cutLeft = below(late[3], images.width) - cutout / 2;
    }

    boolean cuts(int row, int column) {
      return row >= cutTop
          && (long) row - cutTop < cutout
          && column >= cutLeft
          && (long) column - cutLeft < cutout;
    }

    private static int below(int word, int bound) {
      return (int) ((word & 0xFFFFFFFFL) * bound >>> 32);
    }

    private static float even(int word) {
      return (word >>> 8) * 0x1p-23f - 1.0f;
    }
  }
}
