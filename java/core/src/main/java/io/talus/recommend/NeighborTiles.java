package io.talus.recommend;

import io.talus.Device;
import io.talus.Workspace;
import io.talus.data.RatingsMatrix;
import io.talus.op.SparseMeasure;
import io.talus.op.SparseSimilarityTopK;
import io.talus.op.SparseSimilarityTopK.Sizes;
import io.talus.op.SparseSimilarityTopK.Tile;
import io.talus.op.Support;
import io.talus.tensor.CsrMatrix;
import io.talus.tensor.DeviceException;
import io.talus.tensor.IntTensor;
import io.talus.tensor.Tensor;

/**
 * How {@link Neighbors#find} keeps within a device's memory, told before anything is computed: the
 * neighbours of {@code rowsOfTile} rows are found at a time.
 *
 * <p>Of what the ratings leave, half at most goes to scores on the way ({@link Tile#slabBytes}),
 * and the rest to results: so tiles are few, and each has the ratings to turn only once.
 *
 * @param rows all for which neighbours are wanted
 * @param k neighbours kept for each row
 * @param rowsOfTile rows in each tile but the last, which may have fewer
 * @param slabBytes for scores
 * @param bytes the most that is taken of the device's memory, ratings and all
 */
public record NeighborTiles(int rows, int k, int rowsOfTile, long slabBytes, long bytes) {
  /** The longest Java array. */
  static final int MOST_PLACES = Integer.MAX_VALUE - 8;

  /**
   * The tiles within {@code memoryLimit} bytes of the device's memory: as few as can be.
   *
   * @throws IllegalArgumentException when there is no row, k is not positive, or rows times k is
   *     more than a Java array holds or than the Java heap has room for, with what is needed
   * @throws DeviceException when one row at a time is too much, with what that needs
   */
  public static NeighborTiles plan(
      Device device,
      RatingsMatrix rows,
      SparseMeasure measure,
      Support support,
      int k,
      long memoryLimit) {
    requireRoom(rows, kept(rows, k));
    return plan(device, rows, rows.rows(), rows.rows(), measure, support, k, memoryLimit);
  }

  /**
   * The same for the first {@code wanted} rows alone, {@code mostOfTile} at most at a time.
   *
   * @throws DeviceException as the other
   */
  static NeighborTiles plan(
      Device device,
      RatingsMatrix rows,
      int wanted,
      int mostOfTile,
      SparseMeasure measure,
      Support support,
      int k,
      long memoryLimit) {
    Sizes sizes = sizes(rows, measure, support, k);
    long least = device.sparseSimilarityTopKBytes(sizes, new Tile(0, 1, 0));
    if (least > memoryLimit) {
      throw tooSmall(device, rows, sizes, least, memoryLimit);
    }
    long slab = Math.min(Tile.SLAB_BYTES, (memoryLimit - least) / 2);
    int fitting = 1;
    int tooMany = Math.min(wanted, mostOfTile) + 1;
    while (tooMany - fitting > 1) {
      int middle = fitting + (tooMany - fitting) / 2;
      boolean fits =
          device.sparseSimilarityTopKBytes(sizes, new Tile(0, middle, slab)) <= memoryLimit;
      fitting = fits ? middle : fitting;
      tooMany = fits ? tooMany : middle;
    }
    int tiles = count(wanted, fitting);
    int even = count(wanted, tiles);
    return new NeighborTiles(
        wanted,
        (int) sizes.k(),
        even,
        slab,
        device.sparseSimilarityTopKBytes(sizes, new Tile(0, even, slab)));
  }

  /** The least limit that {@link #plan} takes: one row at a time. */
  public static long leastBytes(
      Device device, RatingsMatrix rows, SparseMeasure measure, Support support, int k) {
    return device.sparseSimilarityTopKBytes(sizes(rows, measure, support, k), new Tile(0, 1, 0));
  }

  /** How many tiles there are. */
  public int tiles() {
    return count(rows, rowsOfTile);
  }

  /** What is done with a tile's neighbours. */
  @FunctionalInterface
  interface Found {
    /** Neighbours of the rows {@code first .. first + count - 1}, count x k. */
    void of(int first, int count, IntTensor indices, Tensor scores);
  }

  /** Finds the neighbours, one tile after the other. */
  void run(
      Device device,
      RatingsMatrix matrix,
      SparseMeasure measure,
      Support support,
      Found found,
      NeighborListener listener) {
    try (Workspace workspace = device.workspace()) {
      CsrMatrix onDevice = matrix.copyTo(workspace);
      IntTensor indices = workspace.ints(rowsOfTile, k);
      Tensor scores = workspace.tensor(rowsOfTile, k);
      for (int first = 0; first < rows; first += rowsOfTile) {
        int now = Math.min(rowsOfTile, rows - first);
        IntTensor itsIndices = indices.rows(0, now);
        Tensor itsScores = scores.rows(0, now);
        Tile tile = new Tile(first, now, slabBytes);
        device.sparseSimilarityTopK(
            new SparseSimilarityTopK(
                measure, support, onDevice, tile, true, itsIndices, itsScores));
        found.of(first, now, itsIndices, itsScores);
        listener.found(first + now, rows);
      }
    }
  }

  private static int count(int all, int each) {
    return (all - 1) / each + 1;
  }

  private static Sizes sizes(RatingsMatrix rows, SparseMeasure measure, Support support, int k) {
    return new Sizes(measure, support, rows.rows(), rows.columns(), rows.size(), kept(rows, k));
  }

  /** How many neighbours a row may have at most. */
  static int kept(RatingsMatrix rows, int k) {
    if (rows.size() == 0) {
      throw new IllegalArgumentException("neighbors: there is no rating in " + rows);
    }
    if (k < 1) {
      throw new IllegalArgumentException("neighbors: k is " + k + ", expected at least 1");
    }
    return Math.min(k, Math.max(1, rows.rows() - 1));
  }

  /**
   * Refuses more neighbours than the Java heap holds, to which they come as they are found, and
   * once more without empty places.
   */
  static void requireRoom(RatingsMatrix rows, int kept) {
    if ((long) rows.rows() * kept > MOST_PLACES) {
      throw new IllegalArgumentException(
          "neighbors: " + rows.rows() + " rows of " + kept + " are more than a Java array holds");
    }
    long needed = 2L * rows.rows() * kept * (Integer.BYTES + Float.BYTES);
    long most = Runtime.getRuntime().maxMemory();
    if (needed > most) {
      throw new IllegalArgumentException(
          "neighbors: "
              + rows
              + " with k "
              + kept
              + " may need "
              + needed
              + " bytes of the Java heap, which gets "
              + most
              + " at most. Take a smaller k (or modelSize), or a larger heap (java -Xmx)");
    }
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
