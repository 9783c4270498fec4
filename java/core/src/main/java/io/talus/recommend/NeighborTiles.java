package io.talus.recommend;

import io.talus.Device;
import io.talus.data.RatingsMatrix;
import io.talus.op.SparseMeasure;
import io.talus.op.SparseSimilarityTopK.Sizes;
import io.talus.op.SparseSimilarityTopK.Tile;
import io.talus.tensor.DeviceException;

/**
 * How {@link Neighbors#find} keeps within a device's memory, told before anything is computed: the
 * neighbours of {@code rowsOfTile} rows are found at a time.
 *
 * <p>Of what the ratings leave, half at most goes to scores on the way ({@link Tile#slabBytes}),
 * and the rest to results: so tiles are few, and each has the ratings to turn only once.
 *
 * @param rows all of them
 * @param k neighbours kept for each row
 * @param rowsOfTile rows in each tile but the last, which may have fewer
 * @param slabBytes for scores
 * @param bytes the most that is taken of the device's memory, ratings and all
 */
public record NeighborTiles(int rows, int k, int rowsOfTile, long slabBytes, long bytes) {

  /**
   * The tiles within {@code memoryLimit} bytes of the device's memory: as few as can be.
   *
   * @throws IllegalArgumentException when there is no row, k is not positive, or rows times k is
   *     more than a Java array holds
   * @throws DeviceException when one row at a time is too much, with what that needs
   */
  public static NeighborTiles plan(
      Device device, RatingsMatrix rows, SparseMeasure measure, int k, long memoryLimit) {
    Sizes sizes = sizes(rows, measure, k);
    long least = device.sparseSimilarityTopKBytes(sizes, new Tile(0, 1, 0));
    if (least > memoryLimit) {
      throw tooSmall(device, rows, sizes, least, memoryLimit);
    }
    long slab = Math.min(Tile.SLAB_BYTES, (memoryLimit - least) / 2);
    int fitting = 1;
    int tooMany = rows.rows() + 1;
    while (tooMany - fitting > 1) {
      int middle = fitting + (tooMany - fitting) / 2;
      boolean fits =
          device.sparseSimilarityTopKBytes(sizes, new Tile(0, middle, slab)) <= memoryLimit;
      fitting = fits ? middle : fitting;
      tooMany = fits ? tooMany : middle;
    }
    int tiles = count(rows.rows(), fitting);
    int even = count(rows.rows(), tiles);
    return new NeighborTiles(
        rows.rows(),
        (int) sizes.k(),
        even,
        slab,
        device.sparseSimilarityTopKBytes(sizes, new Tile(0, even, slab)));
  }

  /** The least limit that {@link #plan} takes: one row at a time. */
  public static long leastBytes(Device device, RatingsMatrix rows, SparseMeasure measure, int k) {
    return device.sparseSimilarityTopKBytes(sizes(rows, measure, k), new Tile(0, 1, 0));
  }

  /** How many tiles there are. */
  public int tiles() {
    return count(rows, rowsOfTile);
  }

  Tile tile(int firstRow, int itsRows) {
    return new Tile(firstRow, itsRows, slabBytes);
  }

  private static int count(int all, int each) {
    return (all - 1) / each + 1;
  }

  private static Sizes sizes(RatingsMatrix rows, SparseMeasure measure, int k) {
    if (rows.size() == 0) {
      throw new IllegalArgumentException("neighbors: there is no rating in " + rows);
    }
    if (k < 1) {
      throw new IllegalArgumentException("neighbors: k is " + k + ", expected at least 1");
    }
    int kept = Math.min(k, Math.max(1, rows.rows() - 1));
    if ((long) rows.rows() * kept > Integer.MAX_VALUE - 8) {
      throw new IllegalArgumentException(
          "neighbors: " + rows.rows() + " rows of " + kept + " are more than a Java array holds");
    }
    return new Sizes(measure, rows.rows(), rows.columns(), rows.size(), kept);
  }

  private static DeviceException tooSmall(
      Device device, RatingsMatrix rows, Sizes sizes, long least, long limit) {
    return new DeviceException(
        "neighbors: "
            + rows
            + " with k "
            + sizes.k()
            + " need at least "
            + least
            + " bytes of the memory of "
            + device.name()
            + ", "
            + sizes.matrixBytes()
            + " of them for the ratings; the limit is "
            + limit
            + ". Raise the limit, or use a device with more memory (-Dtalus.device=cpu has the"
            + " machine's)");
  }
}
