package io.talus.recommend;

import io.talus.Device;
import io.talus.data.RatingsMatrix;
import io.talus.op.SimilarityMeasure;
import io.talus.op.SparseMeasure;
import io.talus.op.SparseSimilarityTopK;
import io.talus.op.Support;
import io.talus.tensor.DeviceException;
import java.nio.FloatBuffer;
import java.nio.IntBuffer;
import java.util.Arrays;
import java.util.OptionalLong;
import java.util.stream.IntStream;

/**
 * For each row of a rating matrix (an item, say) the rows most similar to it, in the Java heap.
 * Immutable.
 *
 * <p>Similarity is that of {@link SparseSimilarityTopK}: over whole vectors, absent ratings as 0,
 * or over the columns that two rows have in common. No row is its own neighbour, and a row at
 * similarity exactly 0 is no neighbour either (for cosine those have nothing in common), so a row
 * may have fewer than k. Most similar first, ties to the smaller index. Negative similarities (of
 * PEARSON, or of DOT with negative ratings) are kept.
 */
public final class Neighbors {
  private final SparseMeasure measure;
  private final int k;

  /** Row i's neighbours are at {@code starts[i] .. starts[i + 1]}. */
  private final int[] starts;

  private final int[] indices;
  private final float[] similarities;

  private Neighbors(
      SparseMeasure measure, int k, int[] starts, int[] indices, float[] similarities) {
    this.measure = measure;
    this.k = k;
    this.starts = starts;
    this.indices = indices;
    this.similarities = similarities;
  }

  /**
   * Neighbours as they were found before.
   *
   * @throws IllegalArgumentException when the arrays are not of one another
   */
  static Neighbors of(
      SparseMeasure measure, int k, int[] starts, int[] indices, float[] similarities) {
    StoredRatings.requireStarts(starts, indices.length, "neighbors");
    for (int index : indices) {
      if (index < 0 || index >= starts.length - 1) {
        throw new IllegalArgumentException(
            "neighbor " + index + " of " + (starts.length - 1) + " rows");
      }
    }
    return new Neighbors(measure, k, starts, indices, similarities);
  }

  /** Neighbours as {@link Ranked}, a list for each row. */
  static Neighbors of(SparseMeasure measure, int k, long[][] lists) {
    int[] starts = new int[lists.length + 1];
    for (int row = 0; row < lists.length; row++) {
      starts[row + 1] = Math.addExact(starts[row], lists[row].length);
    }
    int[] indices = new int[starts[lists.length]];
    float[] similarities = new float[indices.length];
    for (int row = 0; row < lists.length; row++) {
      for (int rank = 0; rank < lists[row].length; rank++) {
        indices[starts[row] + rank] = Ranked.index(lists[row][rank]);
        similarities[starts[row] + rank] = Ranked.similarity(lists[row][rank]);
      }
    }
    return new Neighbors(measure, k, starts, indices, similarities);
  }

  /** Where each row's neighbours begin; not to be changed, nor the two others. */
  int[] starts() {
    return starts;
  }

  int[] indices() {
    return indices;
  }

  float[] similarities() {
    return similarities;
  }

  /**
   * As the other, within the memory that the device has left, less an eighth; without limit on a
   * device that shares the machine's memory.
   */
  public static Neighbors find(
      Device device, RatingsMatrix rows, SimilarityMeasure measure, int k) {
    return find(device, rows, SparseMeasure.of(measure), Support.ANY, k);
  }

  /** The same by any measure of sparse rows. */
  public static Neighbors find(
      Device device, RatingsMatrix rows, SparseMeasure measure, Support support, int k) {
    return find(device, rows, measure, support, k, availableBytes(device));
  }

  /** The same within a limit, told to nobody. */
  public static Neighbors find(
      Device device,
      RatingsMatrix rows,
      SparseMeasure measure,
      Support support,
      int k,
      long memoryLimit) {
    return find(device, rows, measure, support, k, memoryLimit, NeighborListener.NONE);
  }

  static long availableBytes(Device device) {
    OptionalLong available = device.availableMemoryBytes();
    return available.isPresent() ? available.getAsLong() / 8 * 7 : Long.MAX_VALUE;
  }

  /**
   * Finds the neighbours of every row, those of so many rows at a time that the device's memory
   * which this takes stays within the limit. The limit changes no bit of the result.
   *
   * <p>The ratings are copied to the device once; the neighbours come back a {@link NeighborTiles}
   * at a time. In the Java heap: 16 rows k bytes on the way, 8 for each neighbour kept.
   *
   * @param rows {@link io.talus.data.Ratings#byItem} for neighbours among items, {@link
   *     io.talus.data.Ratings#byUser} for neighbours among users
   * @param support what similarities must rest on
   * @param k the most neighbours of a row; more than there are other rows means all of them
   * @param memoryLimit bytes of the device's memory; {@link NeighborTiles#leastBytes} are enough
   * @param listener is told after each tile
   * @throws IllegalArgumentException when there is no row, k is not positive, or rows times k is
   *     more than a Java array holds or than the Java heap has room for, with what is needed
   * @throws DeviceException when the limit, or the device's memory, is too small even for one row
   *     at a time, with what is needed
   */
  public static Neighbors find(
      Device device,
      RatingsMatrix rows,
      SparseMeasure measure,
      Support support,
      int k,
      long memoryLimit,
      NeighborListener listener) {
    NeighborTiles tiles = NeighborTiles.plan(device, rows, measure, support, k, memoryLimit);
    int kept = tiles.k();
    int[] indices = new int[rows.rows() * kept];
    float[] scores = new float[indices.length];
    tiles.run(
        device,
        rows,
        measure,
        support,
        (first, count, itsIndices, itsScores) -> {
          itsIndices.copyTo(IntBuffer.wrap(indices, first * kept, count * kept));
          itsScores.copyTo(FloatBuffer.wrap(scores, first * kept, count * kept));
        },
        listener);
    return compact(measure, kept, indices, scores);
  }

  /** Without the places where no candidate was left and those at similarity 0. */
  private static Neighbors compact(SparseMeasure measure, int k, int[] indices, float[] scores) {
    int rows = indices.length / k;
    int[] starts = new int[rows + 1];
    int kept = 0;
    for (int row = 0; row < rows; row++) {
      for (int place = row * k; place < (row + 1) * k; place++) {
        if (indices[place] >= 0 && scores[place] != 0) {
          indices[kept] = indices[place];
          scores[kept++] = scores[place];
        }
      }
      starts[row + 1] = kept;
    }
    return new Neighbors(
        measure, k, starts, Arrays.copyOf(indices, kept), Arrays.copyOf(scores, kept));
  }

  /**
   * What is left to do when a similarity's measure and support have been applied to its weights.
   *
   * @param weights the matrix these are of
   */
  Neighbors finished(RatingSimilarity similarity, RatingsMatrix weights) {
    if (!similarity.givenTheRow() && similarity.least() == Float.NEGATIVE_INFINITY) {
      return this;
    }
    int[] itsStarts = new int[starts.length];
    int[] itsIndices = new int[indices.length];
    float[] itsSimilarities = new float[indices.length];
    int kept = 0;
    for (int row = 0; row < rows(); row++) {
      float own = similarity.givenTheRow() ? weights.size(row) : 1;
      for (int place = starts[row]; place < starts[row + 1]; place++) {
        float value = similarities[place] / own;
        if (value >= similarity.least()) {
          itsIndices[kept] = indices[place];
          itsSimilarities[kept++] = value;
        }
      }
      itsStarts[row + 1] = kept;
    }
    return new Neighbors(
        measure,
        k,
        itsStarts,
        Arrays.copyOf(itsIndices, kept),
        Arrays.copyOf(itsSimilarities, kept));
  }

  /**
   * The first k of each row turned round: row z has all rows x that have z among their first k, at
   * the same similarity, best first. There may be as many as there are other rows.
   */
  Neighbors turned(int k) {
    int[] sizes = new int[rows()];
    for (int row = 0; row < rows(); row++) {
      for (int rank = 0; rank < Math.min(k, size(row)); rank++) {
        sizes[index(row, rank)]++;
      }
    }
    long[][] lists = new long[rows()][];
    Arrays.setAll(lists, row -> new long[sizes[row]]);
    for (int row = 0; row < rows(); row++) {
      for (int rank = 0; rank < Math.min(k, size(row)); rank++) {
        int other = index(row, rank);
        lists[other][--sizes[other]] = Ranked.of(row, similarity(row, rank));
      }
    }
    Arrays.stream(lists).forEach(Arrays::sort);
    return of(measure, Math.max(1, rows() - 1), lists);
  }

  public SparseMeasure measure() {
    return measure;
  }

  /** The most neighbours that a row may have. */
  public int k() {
    return k;
  }

  public int rows() {
    return starts.length - 1;
  }

  /** How many neighbours the row has. */
  public int size(int row) {
    return starts[row + 1] - starts[row];
  }

  /** The row's neighbour at that rank, 0 for the most similar. */
  public int index(int row, int rank) {
    return indices[place(row, rank)];
  }

  /** The similarity of the row and its neighbour at that rank. */
  public float similarity(int row, int rank) {
    return similarities[place(row, rank)];
  }

  /** Both, as {@link Ranked}. */
  long ranked(int row, int rank) {
    return Ranked.of(index(row, rank), similarity(row, rank));
  }

  /** All of the row's neighbours, as {@link Ranked}. */
  long[] ranked(int row) {
    return IntStream.range(0, size(row)).mapToLong(rank -> ranked(row, rank)).toArray();
  }

  private int place(int row, int rank) {
    if (rank < 0 || rank >= size(row)) {
      throw new IndexOutOfBoundsException(
          "rank " + rank + " of the " + size(row) + " neighbours of row " + row);
    }
    return starts[row] + rank;
  }

  /** As in {@code Neighbors: 1682 rows, COSINE, k 40}. */
  @Override
  public String toString() {
    return "Neighbors: " + rows() + " rows, " + measure + ", k " + k;
  }
}
