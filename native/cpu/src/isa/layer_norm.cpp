// Layer normalization: each row by its own mean and deviation, and the gradient.
//
// A row is read from memory once: what reads it again finds it in a cache. Sums of a row are taken
// in chunks of kChunk elements and at least 16 lanes, then in double. Distances are counted from
// the row's first element, so that little cancels however far the mean is from 0. In the gradient a
// task owns kGradientRows rows and adds up their parts of dScale and dShift in one row each, which
// are joined in double in their order.
#include "../runtime/scratch.h"
#include "kernels.h"
#include "ranges.h"

namespace talus::TALUS_ISA {
namespace {

constexpr int64_t kChunk = 1024;
constexpr int64_t kGradientRows = 32;

// The sum of value(c, at) over the columns of a row.
template <class Value>
inline double sum_row(int64_t columns, const Value& value) {
  double total = 0;
  for (int64_t from = 0; from < columns; from += kChunk) {
    int64_t to = from + kChunk < columns ? from + kChunk : columns;
    Vec sums[4] = {};
    int64_t c = from;
    for (; c + 4 * kLanes <= to; c += 4 * kLanes) {
      for (int v = 0; v < 4; v++) sums[v] = sums[v] + value(c + v * kLanes, WholeVector{});
    }
    each_vector(c, to, [&](int64_t i, auto at) {
      Vec part = value(i, at);
      sums[0] = sums[0] + (lane_numbers() < static_cast<int32_t>(at.count) ? part : splat(0.0f));
    });
    Vec sum = (sums[0] + sums[1]) + (sums[2] + sums[3]);
    for (int lane = 0; lane < kLanes; lane++) total += sum[lane];
  }
  return total;
}

void normalize_row(int64_t columns, const float* x, const float* scale, const float* shift,
                   float epsilon, float* mean, float* inverse_deviation, float* y) {
  float first = x[0];
  double sum = sum_row(columns, [=](int64_t c, auto at) { return at.load(x + c) - first; });
  double distance = sum / static_cast<double>(columns);
  float middle = static_cast<float>(distance);
  double squares = sum_row(columns, [=](int64_t c, auto at) {
    Vec d = at.load(x + c) - first - middle;
    return d * d;
  });
  double inverse = 1 / __builtin_sqrt(squares / static_cast<double>(columns) + epsilon);
  *mean = static_cast<float>(first + distance);
  *inverse_deviation = static_cast<float>(inverse);
  float by = *inverse_deviation;
  each_vector(0, columns, [=](int64_t c, auto at) {
    Vec z = (at.load(x + c) - first - middle) * by;
    at.store(y + c, fma(z, at.load(scale + c), at.load(shift + c)));
  });
}

// Writes dX of a row and adds its parts of dScale and dShift.
void gradient_row(int64_t columns, const float* d_y, const float* x, const float* scale, float mean,
                  float inverse, float* d_x, float* d_scale, float* d_shift) {
  auto g = [=](int64_t c, auto at) { return at.load(d_y + c) * at.load(scale + c); };
  auto z = [=](int64_t c, auto at) { return (at.load(x + c) - mean) * inverse; };
  double count = static_cast<double>(columns);
  float direct = static_cast<float>(sum_row(columns, g) / count);
  float along = static_cast<float>(
      sum_row(columns, [=](int64_t c, auto at) { return g(c, at) * z(c, at); }) / count);
  each_vector(0, columns, [=](int64_t c, auto at) {
    Vec of_y = at.load(d_y + c), of_z = g(c, at), normal = z(c, at);
    at.store(d_shift + c, at.load(d_shift + c) + of_y);
    at.store(d_scale + c, fma(of_y, normal, at.load(d_scale + c)));
    at.store(d_x + c, (of_z - direct - normal * along) * inverse);
  });
}

}  // namespace

int layer_norm_f32(int64_t rows, int64_t columns, const float* x, const float* scale,
                   const float* shift, float epsilon, float* mean, float* inverse_deviation,
                   float* y) {
  for_ranges(rows, ceil_div(kLightRange, columns), [&](int64_t from, int64_t to) {
    for (int64_t row = from; row < to; row++) {
      normalize_row(columns, x + row * columns, scale, shift, epsilon, mean + row,
                    inverse_deviation + row, y + row * columns);
    }
  });
  return TALUS_OK;
}

int layer_norm_gradient_f32(int64_t rows, int64_t columns, const float* d_y, const float* x,
                            const float* scale, const float* mean, const float* inverse_deviation,
                            float* d_x, float* d_scale, float* d_shift) {
  int64_t blocks = ceil_div(rows, kGradientRows);
  float* parts = scratch_floats(kRowsShared, 2 * blocks * columns);
  if (parts == nullptr) return TALUS_OUT_OF_MEMORY;
  parallel_for(blocks, [&](int64_t block, int) {
    float* of_scale = parts + 2 * block * columns;
    float* of_shift = of_scale + columns;
    each_vector(0, 2 * columns, [=](int64_t c, auto at) { at.store(of_scale + c, splat(0.0f)); });
    int64_t end = (block + 1) * kGradientRows < rows ? (block + 1) * kGradientRows : rows;
    for (int64_t row = block * kGradientRows; row < end; row++) {
      int64_t i = row * columns;
      gradient_row(columns, d_y + i, x + i, scale, mean[row], inverse_deviation[row], d_x + i,
                   of_scale, of_shift);
    }
  });
  for_ranges(columns, ceil_div(kLightRange, blocks), [&](int64_t from, int64_t to) {
    for (int64_t c = from; c < to; c++) {
      double of_scale = 0, of_shift = 0;
      for (int64_t block = 0; block < blocks; block++) {
        of_scale += parts[2 * block * columns + c];
        of_shift += parts[(2 * block + 1) * columns + c];
      }
      d_scale[c] = static_cast<float>(of_scale);
      d_shift[c] = static_cast<float>(of_shift);
    }
  });
  return TALUS_OK;
}

}  // namespace talus::TALUS_ISA
