package io.talus.backend.cuda;

import io.talus.tensor.IntTensor;
import io.talus.tensor.Tensor;

/**
 * Where the lists of some rows are on the device ({@code kernels/src/common/top_k.cuh}): two of k
 * keys for each row, which of them holds the kept, and how many; how many candidates wait for each
 * row; and the score that a later candidate must exceed.
 */
final class TopKLists {
  private static final int THREADS = 256;
  private static final int MOST_K_OF_A_WARP = 128;
  private static final String BY_WARP = "similarity_top_k_f32_select_warp";
  private static final String BY_BLOCK = "similarity_top_k_f32_select_block";

  private final CudaContext context;
  private int k;
  private boolean excludeSelf;
  private long keys;
  private long states;
  private long counts;
  private long bounds;

  TopKLists(CudaContext context) {
    this.context = context;
  }

  static long rowBytes(int k) {
    return 2L * k * Long.BYTES + 4 * Integer.BYTES;
  }

  /** The pieces of scratch memory that {@link #take} takes. */
  static long[] pieces(long rows, int k) {
    return new long[] {
      2 * rows * k * Long.BYTES, 2 * rows * Integer.BYTES, rows * Integer.BYTES, rows * Float.BYTES
    };
  }

  /**
   * Takes scratch memory for the lists of {@code rows} rows.
   *
   * @param excludeSelf whether row i is no candidate of row i
   */
  void take(StreamRun run, long rows, int k, boolean excludeSelf) {
    this.k = k;
    this.excludeSelf = excludeSelf;
    long[] pieces = pieces(rows, k);
    keys = run.scratch(pieces[0]);
    states = run.scratch(pieces[1]);
    counts = run.scratch(pieces[2]);
    bounds = run.scratch(pieces[3]);
  }

  int k() {
    return k;
  }

  long counts() {
    return counts;
  }

  long bounds() {
    return bounds;
  }

  /**
   * Merges candidates {@code firstColumn .. firstColumn + width} into the lists of rows {@code
   * firstRow .. firstRow + rows}; those with column 0 begin the lists anew.
   *
   * @param scores of the candidates, {@code stride} apart from row to row
   * @param isFiltered whether there are {@link #counts} keys for each row instead
   */
  void select(
      StreamRun run,
      long firstRow,
      long rows,
      long firstColumn,
      long width,
      long scores,
      long stride,
      boolean isFiltered) {
    boolean byWarp = k <= MOST_K_OF_A_WARP;
    run.kernel(context.module("similarity_top_k").kernel(byWarp ? BY_WARP : BY_BLOCK))
        .i64(rows)
        .i64(width)
        .i64(firstRow)
        .i64(firstColumn)
        .i32(excludeSelf ? 1 : 0)
        .address(scores)
        .i64(stride)
        .address(isFiltered ? scores : 0)
        .address(counts)
        .i32(k)
        .i32(firstColumn == 0 ? 1 : 0)
        .address(keys)
        .address(states)
        .address(bounds)
        .launch(byWarp ? Ceil.div(rows, THREADS / 32) : rows, THREADS);
  }

  /** Writes the first {@code rows} lists as rows {@code first ..} of the result. */
  void write(StreamRun run, long first, long rows, IntTensor indices, Tensor scores) {
    long places = scores.columns();
    run.kernel(context.module("similarity_top_k").kernel("top_k_f32_write"))
        .i64(rows)
        .i64(places)
        .i32(k)
        .address(keys)
        .address(states)
        .address(StreamRun.at(indices) + first * places * Integer.BYTES)
        .address(StreamRun.at(scores) + first * places * Float.BYTES)
        .launch(context.blocks(rows * places, THREADS), THREADS);
  }
}
