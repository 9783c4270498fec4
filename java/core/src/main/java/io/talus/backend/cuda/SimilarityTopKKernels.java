package io.talus.backend.cuda;

import io.talus.op.SimilarityTopK;

/**
 * Launches {@code kernels/src/similarity_top_k.cu}: for each slab of rows of a, slabs of rows of b,
 * each as long as all before it together. The first ones are scored and selected from; once rows
 * have seen some times k candidates, the next are filtered.
 *
 * <p>Scratch memory: packed rows, and for each row of a slab of a as many candidates as a slab of b
 * has rows, and two lists.
 */
final class SimilarityTopKKernels {
  private final CudaContext context;
  private final RowPacking packing;
  private final PairTiles scores;
  private final PairTiles filters;
  private final ThreadLocal<Slabs> slabs = ThreadLocal.withInitial(Slabs::new);

  /**
   * @param scores the tiles that write all scores
   */
  SimilarityTopKKernels(CudaContext context, RowPacking packing, PairTiles scores) {
    this.context = context;
    this.packing = packing;
    this.scores = scores;
    filters = new PairTiles(context, "similarity_top_k", "similarity_top_k_f32_filter_");
  }

  void similarityTopK(SimilarityTopK op) {
    if (op.a().rows() == 0 || op.k() == 0) {
      return;
    }
    try (StreamRun run = StreamRun.begin(op, op.scores())) {
      slabs.get().run(run, op);
    }
  }

  /** One operation: how it is cut, and where its scratch memory is. */
  private final class Slabs {
    private static final long MOST_BYTES = 64 << 20;
    private static final long MOST_COLUMNS = 4096;
    private static final long FEWEST_COLUMNS = 256;
    // Candidates seen, in multiples of k, from which few of the next get past the bound.
    private static final long ENOUGH_SEEN = 8;

    private final TopKLists lists = new TopKLists(context);
    private StreamRun run;
    private SimilarityTopK op;
    private long rowBytes;
    private long slabA;
    private long slabB;
    private long stride;
    private long forms;
    private long packedA;
    private long packedB;
    private long candidates;

    void run(StreamRun run, SimilarityTopK op) {
      this.run = run;
      this.op = op;
      takeScratch();
      if (isPackedWhole()) {
        packing.pack(run, op.measure(), op.b(), 0, op.b().rows(), forms, packedB);
      }
      for (long row = 0; row < op.a().rows(); row += slabA) {
        slabOfRows(row, Math.min(slabA, op.a().rows() - row));
      }
    }

    private boolean isPackedWhole() {
      return slabB >= op.b().rows();
    }

    private void takeScratch() {
      long rowsB = op.b().rows();
      int k = (int) Math.min(op.k(), Math.max(1, rowsB));
      rowBytes = RowPacking.rowBytes(op.a().columns());
      stride = Math.min(MOST_COLUMNS, Ceil.multiple(rowsB, RowPacking.PANEL));
      long most = MOST_BYTES / (stride * Long.BYTES + TopKLists.rowBytes(k) + rowBytes);
      slabA =
          Math.min(
              Ceil.multiple(op.a().rows(), RowPacking.PANEL),
              Math.max(1, most / RowPacking.PANEL) * RowPacking.PANEL);
      slabB = RowPacking.slab(rowsB, op.b().columns());
      slabB = isPackedWhole() ? slabB : Math.max(slabB, stride);
      forms = packing.forms(run, op.measure(), Math.max(slabA, slabB));
      packedA = run.scratch(slabA * rowBytes);
      packedB = run.scratch(slabB * rowBytes);
      candidates = run.scratch(slabA * stride * Long.BYTES);
      lists.take(run, slabA, k, op.excludeSelf());
    }

    private void slabOfRows(long row, long rows) {
      packing.pack(run, op.measure(), op.a(), row, rows, forms, packedA);
      long column = 0;
      do {
        long width = Math.min(slabFrom(column), op.b().rows() - column);
        long packed = packedB + column * rowBytes;
        if (!isPackedWhole()) {
          packing.pack(run, op.measure(), op.b(), column, width, forms, packedB);
          packed = packedB;
        }
        boolean isFiltered = column > 0 && column >= ENOUGH_SEEN * lists.k();
        if (isFiltered) {
          filter(rows, column, width, packed);
        } else {
          score(rows, width, packed);
        }
        lists.select(run, row, rows, column, width, candidates, stride, isFiltered);
        column += width;
      } while (column < op.b().rows());
      lists.write(run, row, rows, op.indices(), op.scores());
    }

    private long slabFrom(long column) {
      if (column > 0) {
        return Math.min(stride, column);
      }
      long enough = Ceil.multiple(ENOUGH_SEEN * lists.k(), RowPacking.PANEL);
      return Math.min(stride, Math.max(FEWEST_COLUMNS, enough));
    }

    private void score(long rows, long width, long packed) {
      run.kernel(scores.kernel(op.measure(), rows, width))
          .i64(rows)
          .i64(width)
          .i64(RowPacking.steps(op.a().columns()))
          .address(packedA)
          .address(packed)
          .i64(stride)
          .address(candidates)
          .address(0)
          .i64(0)
          .launch(scores.blocks(rows, width), RowPacking.THREADS);
    }

    private void filter(long rows, long column, long width, long packed) {
      run.kernel(filters.kernel(op.measure(), rows, width))
          .i64(rows)
          .i64(width)
          .i64(RowPacking.steps(op.a().columns()))
          .address(packedA)
          .address(packed)
          .address(lists.bounds())
          .i64(column)
          .address(candidates)
          .i64(stride)
          .address(lists.counts())
          .launch(filters.blocks(rows, width), RowPacking.THREADS);
    }
  }
}
