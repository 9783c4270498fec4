package io.talus.recommend;

import io.talus.Device;
import io.talus.Workspace;
import io.talus.data.RatingsMatrix;
import io.talus.op.SimilarityMeasure;
import io.talus.op.SparseSimilarityTopK;
import io.talus.tensor.CsrMatrix;
import io.talus.tensor.IntTensor;
import io.talus.tensor.Tensor;
import java.util.Arrays;

/**
 * For each row of a rating matrix (an item, say) the rows most similar to it, in the Java heap.
 * Immutable.
 *
 * <p>Similarity is that of {@link SparseSimilarityTopK}: over whole vectors, absent ratings as 0.
 * No row is its own neighbour, and a row at similarity exactly 0 is no neighbour either (for cosine
 * those have nothing in common), so a row may have fewer than k. Most similar first, ties to the
 * smaller index. Negative similarities (of PEARSON, or of DOT with negative ratings) are kept.
 */
public final class Neighbors {
  private final SimilarityMeasure measure;
  private final int k;

  /** Row i's neighbours are at {@code starts[i] .. starts[i + 1]}. */
  private final int[] starts;

  private final int[] indices;
  private final float[] similarities;

  private Neighbors(
      SimilarityMeasure measure, int k, int[] starts, int[] indices, float[] similarities) {
    this.measure = measure;
    this.k = k;
    this.starts = starts;
    this.indices = indices;
    this.similarities = similarities;
  }

  /**
   * Finds the neighbours of every row.
   *
   * <p>Works in {@code 8 rows k} bytes of the device's memory beside the ratings.
   *
   * @param rows {@link io.talus.data.Ratings#byItem} for neighbours among items, {@link
   *     io.talus.data.Ratings#byUser} for neighbours among users
   * @param k the most neighbours of a row; more than there are other rows means all of them
   * @throws IllegalArgumentException when there is no row, k is not positive, or rows times k is
   *     more than a Java array holds
   */
  public static Neighbors find(
      Device device, RatingsMatrix rows, SimilarityMeasure measure, int k) {
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
    try (Workspace workspace = device.workspace()) {
      CsrMatrix matrix = rows.copyTo(workspace);
      IntTensor indices = workspace.ints(rows.rows(), kept);
      Tensor scores = workspace.tensor(rows.rows(), kept);
      device.sparseSimilarityTopK(new SparseSimilarityTopK(measure, matrix, true, indices, scores));
      return compact(measure, kept, indices.toArray(), scores.toArray());
    }
  }

  /** Without the places where no candidate was left and those at similarity 0. */
  private static Neighbors compact(
      SimilarityMeasure measure, int k, int[] indices, float[] scores) {
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

  public SimilarityMeasure measure() {
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
