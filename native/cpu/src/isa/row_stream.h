// Both passes of softmax and its losses over many rows, the second pass one row behind the first:
// while a chunk of row r comes from memory and its exponentials are taken, the same chunk of row
// r - 1, whose exponentials wait in the second-level cache, is turned into the result and written.
// So reads, writes and arithmetic overlap, and memory sees each element once in and once out. Where
// results go past the caches the two alternate vector by vector: a burst of such stores would fill
// the store queue and hold up everything behind it.
//
// Loss and gradient, 4096 x 32000, two cores: 0.75 of the speed of a copy of the same arrays that
// writes past the caches, softmax 0.82, in place 1.0; the scheme before, with a search for each
// chunk's maximum, a chunk of one after a chunk of the other and input kept in the second-level
// cache, had 0.63 beside it. On an Intel Xeon 0.75 on one core.
// Tried: recomputing the exponentials instead of keeping them (a sixth slower), two rows in step (a
// third slower), ordinary stores (7 % slower).
// Next idea: fewer instructions for an exponential; of 15 cycles a vector they take 7 to 9.
#pragma once

#include "../runtime/pool.h"
#include "../runtime/scratch.h"
#include "row_softmax.h"

namespace talus::TALUS_ISA {

// y = function(x), count elements, at one go.
template <class Function>
static inline void map_elements(const float* x, int64_t count, float* y, Function function) {
  int64_t i = 0;
  for (; i + kLanes <= count; i += kLanes) store(y + i, function(load(x + i)));
  if (i < count) store_first(y + i, function(load_first(x + i, count - i)), count - i);
}

// y = function(x), count elements, past the caches (see stream()) and in steps, between which x may
// be overwritten from its start. y is not x.
template <class Function>
class StreamedMap {
 public:
  // Does what is left of y outside whole aligned vectors.
  StreamedMap(const float* x, int64_t count, float* y, Function function)
      : x_(x), y_(y), function_(function) {
    constexpr int64_t kBytes = kLanes * sizeof(float);
    int64_t head = (kBytes - reinterpret_cast<intptr_t>(y) % kBytes) % kBytes / sizeof(float);
    if (head > count) head = count;
    int64_t whole = (count - head) / kLanes * kLanes, tail = count - head - whole;
    if (head > 0) store_first(y, function(load_first(x, head)), head);
    if (tail > 0) {
      int64_t last = head + whole;
      store_first(y + last, function(load_first(x + last, tail)), tail);
    }
    x_ += head, y_ += head, count_ = whole;
  }

  // The next vector, where there is one: the one at i, or up to a vector beyond. x is still needed
  // from i + kLanes on.
  void step(int64_t i) const {
    if (i < count_) stream(y_ + i, function_(load(x_ + i)));
  }

 private:
  const float* x_;
  float* y_;
  int64_t count_;
  Function function_;
};

// A row between its two passes.
struct StreamedRow {
  int64_t index;
  const float* x;
  float* y;
  float* exps;        // columns values, of which chunk c holds exp(x - references[c])
  float* references;  // one value a chunk
  RowSums sums;

  // exp(x - max) / total = factor * exps in this chunk.
  double factor(int64_t chunk) const {
    double shrink =
        references[chunk] == sums.max ? 1 : exp(static_cast<double>(references[chunk]) - sums.max);
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

  // Of each thread: the references of the chunks of two rows and, where they are kept here, the
  // exponentials of one: a row's take the places of those of the row behind as these are used up.
  int64_t scratch_floats() const { return 2 * reference_floats() + exps_floats(); }

  StreamedRow row(int64_t index, const float* x, float* y, float* scratch) const {
    StreamedRow row = {index, x + index * columns, y + index * columns, {}, {}, {}};
    row.references = scratch + (index & 1) * reference_floats();
    row.exps = past_cache ? scratch + 2 * reference_floats() : row.y;
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
  int64_t reference_floats() const { return whole_lines(chunks(columns)); }
  int64_t exps_floats() const { return past_cache ? whole_lines(columns) : 0; }
};

// One chunk of `row` summed and the same chunk of `previous` written, each where not null; a vector
// of one after a vector of the other where results go past the caches.
template <bool want_exps, bool want_values, class Kernel>
static inline void stream_chunk(const RowPlan& plan, int64_t chunk, StreamedRow* row,
                                const StreamedRow* previous, const Kernel& kernel) {
  int64_t begin = chunk * kChunk, count = chunk_length(plan.columns, chunk);
  auto sum = [&](auto beside) {
    float reference = row->sums.template add<want_exps, want_values>(row->x, plan.columns, chunk,
                                                                     row->exps, beside);
    if constexpr (want_exps) row->references[chunk] = reference;
  };
  auto nothing = [](int64_t) {};
  if (previous == nullptr) return sum(nothing);
  kernel.write(*previous, chunk, [&](const float* from, auto function) {
    float* y = previous->y + begin;
    if (!plan.past_cache) {
      map_elements(from + begin, count, y, function);
      if (row != nullptr) sum(nothing);
      return;
    }
    StreamedMap map(from + begin, count, y, function);
    if (row != nullptr) {
      sum([map](int64_t i) { map.step(i); });
    } else {
      for (int64_t i = 0; i < count; i += kLanes) map.step(i);
    }
  });
}

// Runs the rows of one task. scratch: plan.scratch_floats(). The kernel has
//   bool skips(index)             true where the sums of a row are not wanted
//   void summed(row)              between the passes
//   bool writes()                 true where there is a second pass,
//   void write(row, chunk, map)   which calls map(from, function) once for results
//   function(from[j])
template <bool want_exps, bool want_values, class Kernel>
static inline void stream_rows(const RowPlan& plan, int64_t task, const float* x, float* y,
                               float* scratch, Kernel& kernel) {
  StreamedRow rows[2];
  int64_t columns = plan.columns, first = plan.first(task), last = plan.last(task);
  for (int64_t index = first; index <= last; index++) {
    StreamedRow& row = rows[index & 1];
    const StreamedRow* previous = index > first && kernel.writes() ? &rows[~index & 1] : nullptr;
    bool sums = index < last && !kernel.skips(index);
    if (index < last) row = plan.row(index, x, y, scratch);
    if (sums || previous != nullptr) {
      for (int64_t chunk = 0; chunk < chunks(columns); chunk++) {
        stream_chunk<want_exps, want_values>(plan, chunk, sums ? &row : nullptr, previous, kernel);
      }
    }
    if (sums) row.sums.template finish<want_exps>(row.x, columns, row.exps);
    if (index < last) kernel.summed(row);
  }
  if (plan.past_cache) stream_fence();
}

}  // namespace talus::TALUS_ISA
