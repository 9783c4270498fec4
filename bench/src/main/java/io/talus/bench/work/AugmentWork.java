package io.talus.bench.work;

import io.talus.Device;
import io.talus.Devices;
import io.talus.Workspace;
import io.talus.op.AugmentImages;
import io.talus.op.ImageChanges;
import io.talus.tensor.Tensor;
import java.util.Arrays;

/** Changes of images, by images x size x channels, such as {@code layer-128x32x3}. */
public final class AugmentWork {
  private static final long SEED = 1;
  private static final ImageChanges MOVED = ImageChanges.NONE.mirrored().shifted(2).cutOut(4);

  private AugmentWork() {}

  /**
   * Makes a work.
   *
   * @param kind {@code moved}, which copies pixels (mirror, shift and a square cut out), or {@code
   *     turned}, which reads between them as well (rotation, scale and shear)
   */
  public static Work of(Device device, String kind, NamedShape shape) {
    ImageChanges changes =
        switch (kind) {
          case "moved" -> MOVED;
          case "turned" -> MOVED.rotated(15).scaled(0.1f).sheared(0.1f);
          default -> throw new IllegalArgumentException("there is no augmentation '" + kind + "'");
        };
    Workspace workspace = device.workspace();
    long size = shape.size(1);
    Tensor x = workspace.tensor(shape.size(0), size, size, shape.size(2));
    Numbers.signed(x, 1);
    AugmentImages op =
        new AugmentImages(SEED, 0, null, changes, x, workspace.tensor(x.shape().toArray()));
    return new Work(workspace, op, () -> device.augmentImages(op), () -> check(op));
  }

  /** The same bits as the reference's, which draws and computes by itself. */
  private static void check(AugmentImages op) {
    Device reference = Devices.require("java");
    try (Workspace workspace = reference.workspace()) {
      Tensor x = workspace.tensor(op.x().toArray(), op.x().shape().toArray());
      Tensor y = workspace.tensor(op.y().shape().toArray());
      reference.augmentImages(new AugmentImages(op.seed(), op.stream(), null, op.changes(), x, y));
      int at = Arrays.mismatch(y.toArray(), op.y().toArray());
      if (at >= 0) {
        throw new WrongAnswerException(
            "y differs from the reference at element " + at + "; nothing is timed");
      }
    }
  }
}
