// Both passes of softmax and its losses over many rows, the second pass one row behind the first:
// while a chunk of row r comes from memory and its exponentials are taken, the same chunk of row
// r - 1, whose exponentials wait in the second-level cache, is turned into the result and written.
// So reads, writes and arithmetic overlap, and memory sees each element once in and once out.
//
// Loss and gradient, 4096 x 32000, two cores: 0.65 of the speed of a copy of the same arrays that
// writes past the caches, and 1.09 times that speed in place, with exponentials by polynomial; in a
// trial of this scheme 0.71 so, and 0.75 with exponentials by table. One row after the other, both
// passes in turn, reached 0.5.
// Next idea: prefetch the row behind by a distance that follows the bandwidth, and for rows of one
// chunk look for the next maximum early.
#pragma once

#include "../runtime/pool.h"
#include "../runtime/scratch.h"
#include "row_softmax.h"

namespace talus::TALUS_ISA {

// y = function(x), count elements. past_cache: see stream(); y is then not x.
template <class Function>
static inline void map_elements(const float* x, int64_t count, float* y, bool past_cache,
                                Function function) {
  int64_t i = 0;
  if (past_cache) {
    constexpr int64_t kBytes = kLanes * sizeof(float);
    i = (kBytes - reinterpret_cast<intptr_t>(y) % kBytes) % kBytes / sizeof(float);
    if (i > count) i = count;
    if (i > 0) store_first(y, function(load_first(x, i)), i);
    for (; i + kLanes <= count; i += kLanes) stream(y + i, function(load(x + i)));
  } else {
    for (; i + kLanes <= count; i += kLanes) store(y + i, function(load(x + i)));
  }
  if (i < count) store_first(y + i, function(load_first(x + i, count - i)), count - i);
}

// A row between its two passes.
struct StreamedRow {
  int64_t index;
  const float* x;
  float* y;
  float* exps;    // columns values, of which chunk c holds exp(x - maxima[c])
  float* maxima;  // one value a chunk
  RowSums sums;

  // exp(x - max) / total = factor * exps in this chunk.
  double factor(int64_t chunk) const {
    double shrink =
        maxima[chunk] == sums.max ? 1 : exp(static_cast<double>(maxima[chunk]) - sums.max);
    return shrink / sums.total;
  }
};

// How rows are cut into tasks and where their exponentials are kept: by size alone, so that no bit
// depends on the number of threads.
struct RowPlan {
  static constexpr int64_t kMostTasks = 128;
  int64_t rows, columns, rows_per_task;
  // Results that the caches cannot hold go past them, and the exponentials wait in scratch; else
  // they are kept where the result will be.
  bool past_cache;

  RowPlan(int64_t rows, int64_t columns, bool in_place) : rows(rows), columns(columns) {
    constexpr int64_t kLeastElements = 32768;
    constexpr int64_t kCachedElements = int64_t{4} << 20, kMostScratchColumns = int64_t{1} << 20;
    rows_per_task = ceil_div(rows, kMostTasks);
    int64_t least = ceil_div(kLeastElements, columns);
    if (rows_per_task < least) rows_per_task = least;
    past_cache = !in_place && rows > kCachedElements / columns && columns <= kMostScratchColumns;
  }

  // Of each thread, for two rows: the maxima of their chunks and, where they are kept here, their
  // exponentials.
  int64_t scratch_floats() const { return 2 * (maxima_floats() + exps_floats()); }

  StreamedRow row(int64_t index, const float* x, float* y, float* scratch) const {
    int64_t half = index & 1;
    StreamedRow row = {index, x + index * columns, y + index * columns, {}, {}, {}};
    row.maxima = scratch + half * maxima_floats();
    row.exps = row.y;
    if (past_cache) {
      // Placed like y within a cache line, so that both are aligned when written.
      int64_t offset = reinterpret_cast<intptr_t>(row.y) / sizeof(float) % kLineFloats;
      row.exps = scratch + 2 * maxima_floats() + half * exps_floats() + offset;
    }
    return row;
  }

  int64_t tasks() const { return ceil_div(rows, rows_per_task); }
  int64_t first(int64_t task) const { return task * rows_per_task; }
  int64_t last(int64_t task) const {
    return rows - first(task) < rows_per_task ? rows : first(task) + rows_per_task;
  }

 private:
  static constexpr int64_t kLineFloats = 16;

  static int64_t whole_lines(int64_t floats) { return ceil_div(floats, kLineFloats) * kLineFloats; }
  int64_t maxima_floats() const { return whole_lines(chunks(columns)); }
  int64_t exps_floats() const { return past_cache ? whole_lines(columns + kLineFloats) : 0; }
};

// Runs the rows of one task. scratch: plan.scratch_floats(). The kernel has
//   bool skips(index)         true where the sums of a row are not wanted
//   void summed(row)          between the passes
//   void write(row, chunk)    the second pass
template <bool want_exps, bool want_values, class Kernel>
static inline void stream_rows(const RowPlan& plan, int64_t task, const float* x, float* y,
                               float* scratch, Kernel& kernel) {
  StreamedRow rows[2];
  int64_t columns = plan.columns, first = plan.first(task), last = plan.last(task);
  for (int64_t index = first; index <= last; index++) {
    StreamedRow& row = rows[index & 1];
    const StreamedRow& previous = rows[(index & 1) ^ 1];
    bool sums = index < last && !kernel.skips(index);
    if (index < last) row = plan.row(index, x, y, scratch);
    for (int64_t chunk = 0; chunk < chunks(columns); chunk++) {
      if (sums) {
        row.sums.template add<want_exps, want_values>(row.x, columns, chunk, row.exps);
        if constexpr (want_exps) row.maxima[chunk] = row.sums.max;
      }
      if (index > first) kernel.write(previous, chunk);
    }
    if (sums) row.sums.template finish<want_exps>(row.x, columns, row.exps);
    if (index < last) kernel.summed(row);
  }
  if (plan.past_cache) stream_fence();
}

}  // namespace talus::TALUS_ISA
