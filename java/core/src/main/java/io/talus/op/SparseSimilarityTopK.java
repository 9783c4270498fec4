package io.talus.op;

import io.talus.tensor.CsrMatrix;
import io.talus.tensor.DeviceArray;
import io.talus.tensor.IntTensor;
import io.talus.tensor.Tensor;
import java.util.function.Consumer;

/**
 * For each row of a sparse matrix, or of a range of its rows, the k rows of the whole matrix most
 * similar, at the cost of what is stored. By a measure of whole rows that is {@link SimilarityTopK}
 * of the matrix made dense, with itself; a measure of common columns looks at those alone that are
 * stored in both rows.
 *
 * <p>Best first, ties to the smaller index. Rows whose similarity is NaN are no candidates. Where
 * candidates run out the index is -1 and the score NaN. Nothing of size rowsA x rowsB is held.
 *
 * <p><b>Shapes.</b> matrix rows x columns; indices and scores tile.rows x k, any k.
 *
 * <p><b>Edge cases.</b> As in {@link SimilarityTopK}: by a measure of whole rows, absent elements
 * count as 0, so rows with nothing in common compete too (with cosine 0). By a measure of common
 * columns, rows with fewer of them than the {@link Support} asks for are no candidates, and a zero
 * that is stored is an element like any other. Whole rows under another support than {@link
 * Support#ANY} have their similarity of whole rows, held back by the number of columns stored in
 * both; with fewer of them than asked for, and with none, they are no candidates. A row with an
 * infinity counts as one with NaN. A range of rows gives the bits that the whole gives for them,
 * and {@link Tile#slabBytes} changes none.
 *
 * <p><b>Accuracy.</b> Whole rows: as in {@link Similarity}; PEARSON within (columns + 16) eps /
 * min(1, variance over mean square) absolute; TANIMOTO within 2 (columns + 16) eps absolute. Common
 * columns, n of them: COMMON_COSINE and COMMON_MEAN_SQUARED_DIFFERENCE within (n + 16) eps
 * absolute; COMMON_PEARSON within 8 (n + 16) eps / min(1, variance over mean square) absolute, both
 * over the common columns of rows less a number within an eighth of their mean; where that is more
 * than 1, such a row may count as constant. A shrinkage adds 4 eps of the result.
 *
 * <p><b>Cost.</b> Two flops for each pair of stored elements in one column, the first of them in
 * the range, and a scan of tile.rows x rows scores. The cpu takes pairs of rows within the range
 * once for both, so that the whole in several ranges costs it up to twice the whole at once. Each
 * run turns the matrix into columns first, at the cost of a few passes over it: ranges of many rows
 * with a small slab beat ranges of few. The memory of a run is told by {@link
 * io.talus.Device#sparseSimilarityTopKBytes}. Measures of common columns keep 2 to 6 sums for each
 * pair, whole rows under a support 2, where others keep one, and cost up to as many times as much.
 *
 * @param support what similarities must rest on
 * @param tile the rows for which neighbours are wanted, and the memory for scores on the way
 * @param excludeSelf whether a row is no candidate of its own
 */
public record SparseSimilarityTopK(
    SparseMeasure measure,
    Support support,
    CsrMatrix matrix,
    Tile tile,
    boolean excludeSelf,
    IntTensor indices,
    Tensor scores)
    implements Op {

  /**
   * A range of rows.
   *
   * @param slabBytes the most that may be taken for scores which are held at once, where a device
   *     holds some; never less than one row of them. What is more than it can use is left alone
   */
  public record Tile(long firstRow, long rows, long slabBytes) {
    /** Enough to keep a GPU busy. */
    public static final long SLAB_BYTES = 64L << 20;

    public Tile {
      Check.of("tile")
          .that(firstRow >= 0 && rows >= 0, "rows from %s, %s of them: negative", firstRow, rows)
          .that(slabBytes >= 0, "slabBytes is negative: %s", slabBytes)
          .orThrow();
    }

    public Tile(long firstRow, long rows) {
      this(firstRow, rows, SLAB_BYTES);
    }

    /** All rows of the matrix. */
    public static Tile all(CsrMatrix matrix) {
      return new Tile(0, matrix.rows());
    }
  }

  /** What the memory of an operation depends on, before there are operands. */
  public record Sizes(
      SparseMeasure measure, Support support, long rows, long columns, long nonZeros, long k) {

    /** Whether common columns are counted for each pair. */
    public boolean countsCommonColumns() {
      return measure.isOfCommonColumns() || !support.isAny();
    }

    /** The bytes of the matrix. */
    public long matrixBytes() {
      return (rows + 1) * Long.BYTES + nonZeros * (Integer.BYTES + Float.BYTES);
    }

    /** The bytes of indices and scores of so many rows. */
    public long resultBytes(long rowsOfTile) {
      return rowsOfTile * k * (Integer.BYTES + Float.BYTES);
    }
  }

  public SparseSimilarityTopK {
    Check.of("sparseSimilarityTopK")
        .together(matrix.rowOffsets(), matrix.columnIndices(), matrix.values(), indices, scores)
        .that(matrix.rows() <= Integer.MAX_VALUE, "matrix has more than 2^31 - 1 rows")
        .that(
            tile.rows() <= matrix.rows() - tile.firstRow(),
            "the tile is rows %s .. %s of a matrix with %s rows",
            tile.firstRow(),
            tile.firstRow() + tile.rows() - 1,
            matrix.rows())
        .topK(indices, scores, tile.rows(), "the tile")
        .apart(scores, "scores", matrix.values(), "values")
        .apart(indices, "indices", matrix.columnIndices(), "columnIndices")
        .orThrow();
  }

  /** For all rows, by a measure of whole rows. */
  public SparseSimilarityTopK(
      SimilarityMeasure measure,
      CsrMatrix matrix,
      boolean excludeSelf,
      IntTensor indices,
      Tensor scores) {
    this(
        SparseMeasure.of(measure),
        Support.ANY,
        matrix,
        Tile.all(matrix),
        excludeSelf,
        indices,
        scores);
  }

  /** What the memory of this depends on. */
  public Sizes sizes() {
    return new Sizes(
        measure, support, matrix.rows(), matrix.columns(), matrix.nonZeros(), scores.columns());
  }

  /** Neighbours kept for each row. */
  public long k() {
    return scores.columns();
  }

  @Override
  public String name() {
    return "sparseSimilarityTopK";
  }

  @Override
  public void forEachOperand(Consumer<? super DeviceArray> action) {
    action.accept(matrix.rowOffsets());
    action.accept(matrix.columnIndices());
    action.accept(matrix.values());
    action.accept(indices);
    action.accept(scores);
  }

  @Override
  public long flops() {
    double share = (double) tile.rows() / Math.max(1, matrix.rows());
    long inColumn = Math.max(1, matrix.nonZeros() / Math.max(1, matrix.columns()));
    return Math.round(share * 2 * matrix.nonZeros() * inColumn);
  }

  @Override
  public long bytes() {
    return matrix.values().bytes() * 2 + indices.bytes() + scores.bytes();
  }
}
