// The column of each row's first largest element, or of its first NaN where it has one.
//
// Two steps: the largest value of a segment by vectors, and only for the winning segment a search
// for where it is. A task owns one segment of a long row, or several short rows; segments are
// compared in the order of memory, so ties go to the smaller index.
#include "../runtime/scratch.h"
#include "kernels.h"
#include "ranges.h"

namespace talus::TALUS_ISA {
namespace {

constexpr int64_t kSegment = 8192;

// The largest of count > 0 elements; NaN where there is one.
float largest(const float* x, int64_t count) {
  constexpr int kVectors = 4;
  Vec best[kVectors];
  for (int v = 0; v < kVectors; v++) best[v] = splat(-INFINITY);
  int64_t i = 0;
  for (; i + kVectors * kLanes <= count; i += kVectors * kLanes) {
    for (int v = 0; v < kVectors; v++) best[v] = maximum(best[v], load(x + i + v * kLanes));
  }
  for (; i < count; i += kLanes) {
    int32_t valid = count - i < kLanes ? static_cast<int32_t>(count - i) : kLanes;
    Vec values = load_first(x + i, valid);
    best[0] = maximum(best[0], lane_numbers() < valid ? values : splat(-INFINITY));
  }
  for (int v = 1; v < kVectors; v++) best[0] = maximum(best[0], best[v]);
  float value = best[0][0];
  for (int lane = 1; lane < kLanes; lane++) {
    if (best[0][lane] > value || best[0][lane] != best[0][lane]) value = best[0][lane];
    if (value != value) break;
  }
  return value;
}

// Where `value`, which is in x, stands first; NaN equals NaN.
int64_t first_index(const float* x, float value) {
  int64_t i = 0;
  while (value == value ? x[i] != value : x[i] == x[i]) i++;
  return i;
}

// `value` comes later in memory than `best`.
bool beats(float value, float best) { return best == best && (value > best || value != value); }

}  // namespace

int argmax_f32(int64_t rows, int64_t columns, const float* x, int32_t* y) {
  if (columns == 0) return TALUS_OK;
  if (columns <= kSegment) {
    for_ranges(rows, ceil_div(kLightRange, columns), [&](int64_t first, int64_t last) {
      for (int64_t row = first; row < last; row++) {
        const float* values = x + row * columns;
        y[row] = static_cast<int32_t>(first_index(values, largest(values, columns)));
      }
    });
    return TALUS_OK;
  }
  int64_t segments = ceil_div(columns, kSegment);
  float* partial = scratch_floats(kRowsShared, rows * segments);
  if (partial == nullptr) return TALUS_OUT_OF_MEMORY;
  parallel_for(rows * segments, [&](int64_t task, int) {
    int64_t from = task % segments * kSegment, left = columns - from;
    partial[task] =
        largest(x + task / segments * columns + from, left < kSegment ? left : kSegment);
  });
  for (int64_t row = 0; row < rows; row++) {
    const float* values = partial + row * segments;
    int64_t winner = 0;
    for (int64_t s = 1; s < segments; s++) {
      if (beats(values[s], values[winner])) winner = s;
    }
    const float* from = x + row * columns + winner * kSegment;
    y[row] = static_cast<int32_t>(winner * kSegment + first_index(from, values[winner]));
  }
  return TALUS_OK;
}

}  // namespace talus::TALUS_ISA
