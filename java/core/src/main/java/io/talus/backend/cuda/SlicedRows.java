package io.talus.backend.cuda;

/**
 * How rows that no block's registers hold are cut into slices, and by how many blocks they are
 * shared; {@code kernels/src/common/sliced_row.cuh} says what these do. Slices depend on the width
 * alone, and the bits on slices alone.
 */
final class SlicedRows {
  /** Of a block. */
  static final int THREADS = 320;

  private static final int MOST_COLUMNS = THREADS * 32;

  /** So that slices begin at the same place of a cache line as their row. */
  private static final int STEP = 32;

  private static final int BYTES_OF_SUMS = 4 * Float.BYTES;

  private SlicedRows() {}

  /** Columns of a slice: all slices have about the same. */
  static int length(long columns) {
    long slices = Ceil.div(columns, MOST_COLUMNS);
    return (int) Ceil.multiple(Ceil.div(columns, slices), STEP);
  }

  /**
   * Adds the last arguments of a kernel for sliced rows, as they all have them.
   *
   * @return blocks of each row
   */
  static int share(StreamRun run, long rows, long columns) {
    int length = length(columns);
    int slices = Math.toIntExact(Ceil.div(columns, length));
    int team = run.stream().team(slices);
    long sums = run.scratch(rows * slices * BYTES_OF_SUMS);
    long counters = team == 1 ? 0 : run.zeros((1 + rows) * Integer.BYTES);
    run.i32(length).i32(slices).i32(team).address(sums).address(counters);
    return team;
  }
}
