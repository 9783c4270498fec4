package io.talus.backend.cuda;

/** How kernels over {@code kernels/src/common/pack.cuh} are launched. */
final class ElementLoop {
  static final int THREADS = 256;

  private static final int PACK = 4;
  private static final int PACK_BYTES = PACK * Float.BYTES;

  private ElementLoop() {}

  /**
   * How many packs of four elements the arrays begin with that are read and written at once.
   *
   * @param addresses of all arrays, joined by {@code |}
   */
  static long quads(long size, long addresses) {
    return addresses % PACK_BYTES == 0 ? size / PACK : 0;
  }

  /** {@link #quads(long, long)} of arrays that are walked through row by row. */
  static long quads(long size, long columns, long addresses) {
    return columns % PACK == 0 ? quads(size, addresses) : 0;
  }

  /** Launches the kernel that {@code run} has begun over packs and the elements after them. */
  static void launch(StreamRun run, long size, long quads) {
    run.launch(run.context().blocks(Math.max(quads, size - PACK * quads), THREADS), THREADS);
  }
}
