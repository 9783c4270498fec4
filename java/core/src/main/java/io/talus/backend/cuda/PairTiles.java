package io.talus.backend.cuda;

import io.talus.op.SimilarityMeasure;

/** Chooses between the wide and the narrow tiles of a kernel over pairs of rows. */
final class PairTiles {
  private static final int WIDE = 128;
  private static final int NARROW = 64;
  // On the software device a few wide tiles are enough, so that tests of its size reach them.
  private static final int ENOUGH_EMULATED = 4;

  private final CudaContext context;
  private final String family;
  private final String prefix;
  private Kernel[] wide;
  private Kernel[] narrow;

  /**
   * @param prefix of the kernels' names, before {@code wide_} or {@code narrow_} and the measure
   */
  PairTiles(CudaContext context, String family, String prefix) {
    this.context = context;
    this.family = family;
    this.prefix = prefix;
  }

  private static long tiles(long rows, long columns, int side) {
    return Ceil.div(rows, side) * Ceil.div(columns, side);
  }

  private boolean isWide(long rows, long columns) {
    int enough = context.isEmulated() ? ENOUGH_EMULATED : context.multiprocessors();
    return Math.min(rows, columns) > NARROW && tiles(rows, columns, WIDE) >= enough;
  }

  Kernel kernel(SimilarityMeasure measure, long rows, long columns) {
    if (wide == null) {
      narrow = RowPacking.kernels(context, family, prefix + "narrow_");
      wide = RowPacking.kernels(context, family, prefix + "wide_");
    }
    return (isWide(rows, columns) ? wide : narrow)[measure.ordinal()];
  }

  long blocks(long rows, long columns) {
    return tiles(rows, columns, isWide(rows, columns) ? WIDE : NARROW);
  }
}
