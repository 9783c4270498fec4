package io.talus.backend.cuda;

import io.talus.op.Precision;
import java.util.Arrays;

/** The tiles in which products are made: one set of kernels for each. */
enum GemmShape {
  /** For results that fill the device with tiles of this size. */
  LARGE("gemm", "large", 128, 128, 256, Long.MAX_VALUE),
  SMALL("gemm", "small", 64, 64, 128, 128),
  /** For at most 16 columns. */
  THIN("gemm_skinny", "thin", 128, 16, 128, 32),
  /** For at most 32 columns. */
  NARROW("gemm_skinny", "narrow", 128, 32, 128, 64),
  /** For at most 16 rows. */
  FLAT("gemm_skinny", "flat", 16, 128, 128, 64),
  TF32_LARGE("tf32_large", 128, 256, Long.MAX_VALUE),
  TF32_SMALL("tf32_small", 64, 128, 256),
  BFLOAT16_LARGE("bf16_large", 128, 256, Long.MAX_VALUE),
  BFLOAT16_SMALL("bf16_small", 64, 128, 256);

  /** The slabs of all kernels divide this, but for bfloat16's, which may end amid one. */
  private static final long SLAB = 16;

  private static final long MOST_SPLITS = 64;

  /** Of k for one block, which counts it in 32 bits. */
  private static final long MOST_OF_K = 1L << 30;

  private final String family;
  private final String[] names;
  private final int rows;
  private final int columns;
  private final int threads;
  private final long leastSplit;

  /**
   * @param leastSplit the least of k for which a second pass over the result pays
   */
  GemmShape(String family, String name, int rows, int columns, int threads, long leastSplit) {
    this.family = family;
    this.rows = rows;
    this.columns = columns;
    this.threads = threads;
    this.leastSplit = leastSplit;
    names = new String[4];
    for (int layout = 0; layout < names.length; layout++) {
      names[layout] = "gemm_f32_" + name + "_" + GemmProduct.letters(layout);
    }
  }

  /** On tensor cores: one kernel for all layouts. */
  GemmShape(String name, int size, int threads, long leastSplit) {
    this("gemm_tensor", name, size, size, threads, leastSplit);
    Arrays.fill(names, "gemm_" + name);
  }

  /**
   * The one for a result of m x n. Few rows or columns are bound by memory in float32 already, and
   * so are made in it whatever the precision asked for.
   */
  static GemmShape of(long m, long n, int multiprocessors, Precision precision) {
    if (n <= THIN.columns) {
      return THIN;
    }
    if (n <= NARROW.columns) {
      return NARROW;
    }
    if (m <= FLAT.rows) {
      return FLAT;
    }
    boolean large = LARGE.tiles(m, n) >= multiprocessors;
    return switch (precision) {
      case FLOAT32 -> large ? LARGE : SMALL;
      case TF32 -> large ? TF32_LARGE : TF32_SMALL;
      case BFLOAT16 -> large ? BFLOAT16_LARGE : BFLOAT16_SMALL;
    };
  }

  long tiles(long m, long n) {
    return (m + rows - 1) / rows * ((n + columns - 1) / columns);
  }

  /** How much of k one block sums: all of it, or so much that two blocks fall to each processor. */
  long split(long m, long n, long k, int multiprocessors) {
    long blocks = 2L * multiprocessors / tiles(m, n);
    long splits = Math.min(Math.min(blocks, k / leastSplit), MOST_SPLITS);
    long each = k;
    if (splits >= 2) {
      each = ((k + splits - 1) / splits + SLAB - 1) / SLAB * SLAB;
    }
    return Math.min(each, MOST_OF_K);
  }

  int threads() {
    return threads;
  }

  /** The kernel for a layout of the operands, loaded at its first use. */
  Kernel kernel(CudaContext context, int layout) {
    return context.module(family).kernel(names[layout]);
  }
}
