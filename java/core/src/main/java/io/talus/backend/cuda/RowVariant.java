package io.talus.backend.cuda;

import java.util.Locale;

/**
 * A way to share the rows of a matrix among threads, and how it is launched; the table at the top
 * of {@code kernels/src/softmax.cu} says what each is. Width and alignment alone decide, and the
 * bits are the same for every alignment.
 */
enum RowVariant {
  NARROW(32, 0),
  WARP_4(Places.WARP, 4),
  WARP_4_QUADS(Places.WARP, 4),
  WARP_4_ALIGNED(Places.WARP, 4),
  WARP_8(Places.WARP, 8),
  WARP_8_QUADS(Places.WARP, 8),
  WARP_8_ALIGNED(Places.WARP, 8),
  WARP_16(Places.WARP, 16),
  WARP_16_QUADS(Places.WARP, 16),
  WARP_16_ALIGNED(Places.WARP, 16),
  BLOCK_16(Places.FEWER_THREADS, 16),
  BLOCK_16_QUADS(Places.MOST_THREADS, 16),
  BLOCK_16_ALIGNED(Places.MOST_THREADS, 16),
  BLOCK_32_QUADS(Places.MOST_THREADS, 32),
  BLOCK_32_ALIGNED(Places.MOST_THREADS, 32),
  SLICED(0, 0),
  SLICED_QUADS(0, 0),
  SLICED_ALIGNED(0, 0);

  private enum Layout {
    SINGLES,
    QUADS,
    ALIGNED
  }

  private static final class Places {
    static final int WARP = 32;
    static final int MOST_THREADS = 1024;
    static final int FEWER_THREADS = 768;
  }

  private static final int THREADS = 128;
  private static final int VECTOR_FLOATS = 4;
  private static final int VECTOR_BYTES = 16;
  private static final RowVariant[] ALL = values();

  private final int sharing;
  private final int elements;
  private final Layout layout;

  /**
   * @param sharing threads that can share a row; for {@link #NARROW}, its widest row
   * @param elements of a row that one thread holds
   */
  RowVariant(int sharing, int elements) {
    this.sharing = sharing;
    this.elements = elements;
    layout =
        name().endsWith("_ALIGNED")
            ? Layout.ALIGNED
            : name().endsWith("_QUADS") ? Layout.QUADS : Layout.SINGLES;
  }

  /**
   * The variant for rows of that many columns that begin at those addresses, each row one after.
   */
  static RowVariant of(long columns, long address, long other) {
    if (columns <= NARROW.sharing) {
      return NARROW;
    }
    Layout layout =
        columns % VECTOR_FLOATS != 0
            ? Layout.SINGLES
            : (address | other) % VECTOR_BYTES == 0 ? Layout.ALIGNED : Layout.QUADS;
    for (int i = WARP_4.ordinal(); i < ALL.length; i++) {
      RowVariant variant = ALL[i];
      if (variant.layout == layout
          && (variant.isSliced() || columns <= (long) variant.sharing * variant.elements)) {
        return variant;
      }
    }
    throw new IllegalStateException("no variant for " + columns + " columns");
  }

  private boolean isOfBlocks() {
    return sharing >= Places.FEWER_THREADS;
  }

  /** Whether {@link SlicedRows} says how many blocks share a row. */
  private boolean isSliced() {
    return sharing == 0;
  }

  /** Of a block. */
  private int threads(long columns) {
    if (isOfBlocks()) {
      return (int) Ceil.div(columns, elements * Places.WARP) * Places.WARP;
    }
    return isSliced() ? SlicedRows.THREADS : THREADS;
  }

  /** Of a launch, if no blocks shared a row: one for each partial loss that it leaves. */
  long blocks(long rows, long columns) {
    if (columns == 0) {
      return 0;
    }
    if (this == NARROW) {
      return Ceil.div(rows, THREADS);
    }
    return isOfBlocks() || isSliced() ? rows : Ceil.div(rows, THREADS / Places.WARP);
  }

  /** Dynamic shared memory of a block. */
  private int sharedBytes(long columns, int threads) {
    return this == NARROW ? (int) (columns | 1) * Float.BYTES * threads : 0;
  }

  /** Launches its kernel, which has got the arguments that all variants have. */
  void launch(StreamRun run, long rows, long columns) {
    int share = isSliced() ? SlicedRows.share(run, rows, columns) : 1;
    long blocks = blocks(rows, columns) * share;
    int threads = threads(columns);
    run.launch(blocks, 1, 1, threads, sharedBytes(columns, threads));
  }

  /** As at the end of a kernel's name. */
  String suffix() {
    return name().toLowerCase(Locale.ROOT);
  }
}
