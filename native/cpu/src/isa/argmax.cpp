// The column of each row's first largest element, or of its first NaN where it has one.
//
// Two steps: the largest value of a segment by vectors, and only for the winning segment a search
// for where it is. A task owns one segment of a long row, or several short rows; segments are
// compared in the order of memory, so ties go to the smaller index.
//
// Measured on 2 cores of a Zen 5 with AVX-512, 2^25 elements, where copy moves 58 GB/s, before
// memory was asked for ahead (1.6 times as fast since): rows of 1024 23 GB/s, rows of 10 10.
#include "../runtime/scratch.h"
#include "interleave.h"
#include "kernels.h"
#include "ranges.h"

namespace talus::TALUS_ISA {
namespace {

constexpr int64_t kSegment = 8192;
constexpr int64_t kNarrow = 64;

// The largest of count > 0 elements; NaN where there is one.
float largest(const float* x, int64_t count) {
  constexpr int kVectors = 4;
  Vec best[kVectors];
  for (int v = 0; v < kVectors; v++) best[v] = splat(-INFINITY);
  int64_t i = 0;
  for (; i + kVectors * kLanes <= count; i += kVectors * kLanes) {
    for (int v = 0; v < kVectors; v++) {
      best[v] = maximum(best[v], load_ahead(x + i + v * kLanes));
    }
  }
  for (; i < count; i += kLanes) {
    int32_t valid = count - i < kLanes ? static_cast<int32_t>(count - i) : kLanes;
    Vec values = load_first(x + i, valid);
    best[0] = maximum(best[0], lane_numbers() < valid ? values : splat(-INFINITY));
  }
  for (int v = 1; v < kVectors; v++) best[0] = maximum(best[0], best[v]);
  // Each half of the lanes against the other; log2(kLanes) times brings every lane to every other.
  Vec all = best[0];
  for (int step = 1; step < kLanes; step *= 2) {
    all = maximum(interleave_low(all, all), interleave_high(all, all));
  }
  return all[0];
}

bool any(VecInt mask) {
#if defined(__AVX512F__)
  return _mm512_test_epi32_mask((__m512i)mask, (__m512i)mask) != 0;
#else
  int64_t halves[kLanes / 2], found = 0;
  memcpy(halves, &mask, sizeof(mask));
  for (int64_t half : halves) found |= half;
  return found != 0;
#endif
}

// Where `value`, which is in x, stands first; NaN equals NaN.
int64_t first_index(const float* x, int64_t count, float value) {
  Vec wanted = splat(value);
  int64_t i = 0;
  for (; i + 4 * kLanes <= count; i += 4 * kLanes) {
    VecInt found = {};
    for (int v = 0; v < 4; v++) {
      Vec values = load(x + i + v * kLanes);
      found |= value == value ? values == wanted : values != values;
    }
    if (any(found)) break;
  }
  while (value == value ? x[i] != value : x[i] == x[i]) i++;
  return i;
}

// kLanes rows at a time, one row per lane.
void argmax_narrow_rows(int64_t rows, int64_t columns, const float* x, int32_t* y) {
  Vec best = splat(-INFINITY);
  VecInt winner = {};
  for (int64_t from = 0; from < columns; from += kLanes) {
    int64_t valid = columns - from < kLanes ? columns - from : kLanes;
    Vec tile[kLanes];
    load_transposed(rows, valid, x + from, columns, splat(-INFINITY), tile);
    for (int c = 0; c < kLanes; c++) {
      VecInt beats = (tile[c] > best) | ((tile[c] != tile[c]) & (best == best));
      best = beats ? tile[c] : best;
      winner = beats ? static_cast<int32_t>(from + c) - VecInt{} : winner;
    }
  }
  memcpy(y, &winner, rows * sizeof(int32_t));
}

// `value` comes later in memory than `best`.
bool beats(float value, float best) { return best == best && (value > best || value != value); }

void argmax_short_rows(int64_t first, int64_t last, int64_t columns, const float* x, int32_t* y) {
  if (columns <= kNarrow) {
    for (int64_t row = first; row < last; row += kLanes) {
      int64_t rows = last - row < kLanes ? last - row : kLanes;
      argmax_narrow_rows(rows, columns, x + row * columns, y + row);
    }
  } else {
    for (int64_t row = first; row < last; row++) {
      const float* values = x + row * columns;
      y[row] = static_cast<int32_t>(first_index(values, columns, largest(values, columns)));
    }
  }
}

}  // namespace

int argmax_f32(int64_t rows, int64_t columns, const float* x, int32_t* y) {
  if (columns == 0) return TALUS_OK;
  if (columns <= kSegment) {
    for_ranges(rows, ceil_div(kLightRange, columns),
               [&](int64_t first, int64_t last) { argmax_short_rows(first, last, columns, x, y); });
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
    int64_t from = winner * kSegment, left = columns - from;
    y[row] =
        static_cast<int32_t>(from + first_index(x + row * columns + from,
                                                left < kSegment ? left : kSegment, values[winner]));
  }
  return TALUS_OK;
}

}  // namespace talus::TALUS_ISA
