package io.talus.backend.cuda;

import io.talus.op.Similarity;
import io.talus.op.SimilarityTopK;

/** Launches {@code kernels/src/similarity.cu}: slabs of packed rows against each other. */
final class SimilarityKernels {
  private final RowPacking packing;
  private final PairTiles tiles;
  private final SimilarityTopKKernels topK;

  SimilarityKernels(CudaContext context) {
    packing = new RowPacking(context);
    tiles = new PairTiles(context, "similarity", "similarity_f32_");
    topK = new SimilarityTopKKernels(context, packing, tiles);
  }

  void similarityTopK(SimilarityTopK op) {
    topK.similarityTopK(op);
  }

  /** With a = b only pairs of slabs on and above the diagonal are computed. */
  void similarity(Similarity op) {
    long rowsA = op.a().rows();
    long rowsB = op.b().rows();
    if (rowsA == 0 || rowsB == 0) {
      return;
    }
    long columns = op.a().columns();
    try (StreamRun run = StreamRun.begin(op, op.y())) {
      boolean mirrored = rowsA == rowsB && StreamRun.at(op.a()) == StreamRun.at(op.b());
      long slabA = RowPacking.slab(rowsA, columns);
      long slabB = RowPacking.slab(rowsB, columns);
      long forms = packing.forms(run, op.measure(), Math.max(slabA, slabB));
      long packedA = run.scratch(slabA * RowPacking.rowBytes(columns));
      long packedB =
          mirrored && slabB >= rowsB ? 0 : run.scratch(slabB * RowPacking.rowBytes(columns));
      for (long i = 0; i < rowsA; i += slabA) {
        long down = Math.min(slabA, rowsA - i);
        packing.pack(run, op.measure(), op.a(), i, down, forms, packedA);
        for (long j = mirrored ? i : 0; j < rowsB; j += slabB) {
          long across = Math.min(slabB, rowsB - j);
          boolean same = mirrored && i == j;
          if (!same && (i == 0 || slabB < rowsB)) {
            packing.pack(run, op.measure(), op.b(), j, across, forms, packedB);
          }
          multiply(run, op, mirrored, i, down, packedA, j, across, same ? packedA : packedB);
        }
      }
    }
  }

  private void multiply(
      StreamRun run,
      Similarity op,
      boolean mirrored,
      long row,
      long rows,
      long packedA,
      long column,
      long columns,
      long packedB) {
    long y = StreamRun.at(op.y());
    long stride = op.b().rows();
    run.kernel(tiles.kernel(op.measure(), rows, columns))
        .i64(rows)
        .i64(columns)
        .i64(RowPacking.steps(op.a().columns()))
        .address(packedA)
        .address(packedB)
        .i64(stride)
        .address(y + (row * stride + column) * Float.BYTES)
        .address(mirrored ? y + (column * stride + row) * Float.BYTES : 0)
        .i64(column - row)
        .launch(tiles.blocks(rows, columns), RowPacking.THREADS);
  }
}
