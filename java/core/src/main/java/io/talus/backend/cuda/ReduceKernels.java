package io.talus.backend.cuda;

import io.talus.op.ArgMax;
import io.talus.op.Axis;
import io.talus.op.Reduce;
import io.talus.op.ReduceFunction;
import io.talus.tensor.DeviceArray;
import java.util.Arrays;
import java.util.Locale;

/**
 * Launches {@code kernels/src/reduce.cu}. Which kernels a shape goes through, and how it is cut
 * into parts, depends on the shape alone, and so do the bits.
 */
final class ReduceKernels {
  private static final int THREADS = 256;
  private static final int WARPS = THREADS / 32;
  private static final int NARROW_ROW = 32;
  private static final int WARP_ROW = 1024;
  private static final int SEGMENT = 8192;
  private static final int NARROW_COLUMNS = 128;
  private static final int FEW_ROWS = 32;
  private static final int PART_ROWS = 64;
  private static final int PART_ELEMENTS = 4096;

  /** About one wave of blocks on a large device. */
  private static final int BLOCKS = 1024;

  /** Kernels by function: names are made once. */
  private record Names(
      String narrowRows,
      String warpRows,
      String longRows,
      String parts,
      String narrowColumns,
      String columns,
      int keyBytes) {
    static Names of(String prefix, String suffix, String partsSuffix, int keyBytes) {
      return new Names(
          prefix + "_narrow_rows" + suffix,
          prefix + "_warp_rows" + suffix,
          prefix + "_long_rows" + suffix,
          prefix + "_parts" + partsSuffix,
          prefix + "_narrow_columns" + suffix,
          prefix + "_columns" + suffix,
          keyBytes);
    }

    static Names of(ReduceFunction function) {
      boolean sum = function == ReduceFunction.SUM || function == ReduceFunction.MEAN;
      String suffix = sum ? "_sum" : "_" + function.name().toLowerCase(Locale.ROOT);
      boolean squares = function == ReduceFunction.SUM_OF_SQUARES;
      return of("reduce_f32", suffix, squares ? "_sum" : suffix, Float.BYTES);
    }
  }

  private static final Names ARG_MAX = Names.of("arg_max_f32", "", "", Long.BYTES);
  private static final Names[] REDUCE =
      Arrays.stream(ReduceFunction.values()).map(Names::of).toArray(Names[]::new);

  private final CudaContext context;

  ReduceKernels(CudaContext context) {
    this.context = context;
  }

  private Kernel kernel(String name) {
    return context.module("reduce").kernel(name);
  }

  void reduce(Reduce op) {
    Names names = REDUCE[op.function().ordinal()];
    boolean mean = op.function() == ReduceFunction.MEAN;
    long rows = op.x().rows();
    long columns = op.x().columns();
    try (StreamRun run = StreamRun.begin(op, op.y())) {
      long x = StreamRun.at(op.x());
      if (op.axis() == Axis.ALL || (op.axis() == Axis.EACH_COLUMN && columns == 1)) {
        rows(run, names, 1, op.x().size(), mean ? op.x().size() : 1, x, op.y());
      } else if (op.axis() == Axis.EACH_ROW) {
        rows(run, names, rows, columns, mean ? columns : 1, x, op.y());
      } else {
        columns(run, op, rows, columns, mean ? rows : 1, x);
      }
    }
  }

  void argMax(ArgMax op) {
    try (StreamRun run = StreamRun.begin(op, op.y())) {
      long x = StreamRun.at(op.x());
      rows(run, ARG_MAX, op.x().rows(), op.x().columns(), 1, x, op.y());
    }
  }

  private void rows(
      StreamRun run, Names names, long rows, long columns, float divisor, long x, DeviceArray y) {
    if (columns > 0 && columns <= NARROW_ROW) {
      int shared = THREADS * ((int) columns | 1) * Float.BYTES;
      run.kernel(kernel(names.narrowRows)).i64(rows).i32((int) columns).f32(divisor);
      run.address(x).array(y).launch(Ceil.div(rows, THREADS), 1, 1, THREADS, shared);
      return;
    }
    // Of the shape alone, but for the way to read: so are the order of sums and their bits.
    int packs = rows > 1 && columns % 4 != 0 ? 0 : x % 16 == 0 ? 1 : 2;
    if (columns <= WARP_ROW) {
      run.kernel(kernel(names.warpRows)).i64(rows).i64(columns).i32(packs).f32(divisor);
      run.address(x).array(y).launch(Ceil.div(rows, WARPS), THREADS);
    } else if (rows > 0) {
      longRows(run, names, rows, columns, packs, divisor, x, y);
    }
  }

  private void longRows(
      StreamRun run,
      Names names,
      long rows,
      long columns,
      int packs,
      float divisor,
      long x,
      DeviceArray y) {
    long segments = Ceil.div(columns, SEGMENT);
    long wanted = Math.min(segments, Math.max(1, BLOCKS / rows));
    long span = Ceil.div(segments, wanted) * SEGMENT;
    int parts = (int) Ceil.div(columns, span);
    long partial = parts == 1 ? 0 : run.scratch(rows * parts * names.keyBytes);
    run.kernel(kernel(names.longRows))
        .i64(columns)
        .i32(packs)
        .i32(parts)
        .i64(span)
        .f32(divisor)
        .address(x)
        .address(partial)
        .array(y)
        .launch(rows * parts, THREADS);
    if (parts > 1) {
      run.kernel(kernel(names.parts)).i64(rows).i32(parts).f32(divisor);
      run.address(partial).array(y).launch(Ceil.div(rows, WARPS), THREADS);
    }
  }

  private void columns(StreamRun run, Reduce op, long rows, long columns, float divisor, long x) {
    if (columns == 0) {
      return;
    }
    Names names = REDUCE[op.function().ordinal()];
    long y = StreamRun.at(op.y());
    boolean narrow = columns <= NARROW_COLUMNS;
    long partRows = narrow ? Ceil.div(PART_ELEMENTS, columns) : PART_ROWS;
    long tiles = narrow ? 1 : Ceil.div(columns, NARROW_COLUMNS);
    long wanted = Math.min(Ceil.div(rows, partRows), Math.max(1, BLOCKS / tiles));
    // A multiple of 8, so that each part begins at a whole sector.
    long span = Ceil.div(Ceil.div(rows, Math.max(1, wanted)), 8) * 8;
    int parts = rows == 0 ? 1 : (int) Ceil.div(rows, span);
    long partial = parts == 1 ? y : run.scratch(parts * columns * Float.BYTES);
    columnParts(run, names, rows, columns, parts, span, parts == 1 ? divisor : 1, x, partial);
    if (parts > 1) {
      // The parts of squares are summed.
      boolean squares = op.function() == ReduceFunction.SUM_OF_SQUARES;
      Names whole = squares ? REDUCE[ReduceFunction.SUM.ordinal()] : names;
      columnParts(run, whole, parts, columns, 1, parts, divisor, partial, y);
    }
  }

  private void columnParts(
      StreamRun run,
      Names names,
      long rows,
      long columns,
      int parts,
      long span,
      float divisor,
      long x,
      long y) {
    if (columns <= NARROW_COLUMNS) {
      run.kernel(kernel(names.narrowColumns)).i64(rows).i32((int) columns);
      run.i64(span).f32(divisor).address(x).address(y).launch(parts, THREADS);
      return;
    }
    int aligned = (x | y) % 16 == 0 && columns % 4 == 0 ? 1 : 0;
    int rowLanes = rows < FEW_ROWS ? 1 : WARPS;
    int tile = THREADS / rowLanes * (aligned == 1 ? 4 : 1);
    int tiles = (int) Ceil.div(columns, tile);
    run.kernel(kernel(names.columns))
        .i64(rows)
        .i64(columns)
        .i32(aligned)
        .i32(rowLanes)
        .i32(tiles)
        .i64(span)
        .f32(divisor)
        .address(x)
        .address(y)
        .launch((long) tiles * parts, THREADS);
  }
}
