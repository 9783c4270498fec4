// Batch normalization: each column of a batch by its own mean and deviation, and the gradient.
//
// The statistics of a block of at most kStatisticRows x kStatisticColumns are taken while it is in
// the second-level cache: its mean, then the squares of what is left. Blocks are joined in double,
// in their order, by Chan's formula. Means are counted from the first row, so that little cancels
// however far they are from 0. A second pass
// over memory writes y. Matrices of few columns are folded (reduce_columns.h).
#include "kernels.h"
#include "reduce_columns.h"
#include "vector_math.h"

namespace talus::TALUS_ISA {
namespace {

constexpr int64_t kStatisticRows = 128;
constexpr int64_t kStatisticColumns = 256;

// The blocks of a folded matrix: whole ones, then the rest of a row.
struct Blocks {
  FoldedMatrix matrix;
  int64_t down, across;

  Blocks(int64_t rows, int64_t columns)
      : matrix(rows, columns),
        down(ceil_div(matrix.rows, kStatisticRows)),
        across(ceil_div(matrix.width, kStatisticColumns)) {}

  int64_t count() const { return down + (matrix.rest > 0 ? 1 : 0); }

  // Rows of block `block` that column `c` of the folded matrix has.
  int64_t rows_of(int64_t block, int64_t c) const {
    if (block == down) return c < matrix.rest ? 1 : 0;
    int64_t left = matrix.rows - block * kStatisticRows;
    return left < kStatisticRows ? left : kStatisticRows;
  }
};

// Runs body(block, first, last, from, to) for rows first .. last of columns from .. to.
template <class Body>
void each_block(const Blocks& blocks, const Body& body) {
  auto limit = [](int64_t a, int64_t b) { return a < b ? a : b; };
  parallel_for(blocks.down * blocks.across, [&](int64_t task, int) {
    int64_t block = task / blocks.across, first = block * kStatisticRows;
    int64_t from = task % blocks.across * kStatisticColumns;
    body(block, first, limit(first + kStatisticRows, blocks.matrix.rows), from,
         limit(from + kStatisticColumns, blocks.matrix.width));
  });
  if (blocks.matrix.rest > 0)
    body(blocks.down, blocks.matrix.rows, blocks.matrix.rows + 1, int64_t{0}, blocks.matrix.rest);
}

// Count, mean and sum of squared distances from it.
struct Moments {
  double count = 0, mean = 0, squares = 0;

  void join(double more, double their_mean, double their_squares) {
    if (more == 0) return;
    double all = count + more, distance = their_mean - mean;
    squares += their_squares + distance * distance * (count * more / all);
    mean += distance * (more / all);
    count = all;
  }
};

// y = act(x * factor + offset) along rows, which are `width` long with their factors.
template <Activation activation>
void scale_rows(const FoldedMatrix& matrix, const float* x, const float* factor,
                const float* offset, float* y) {
  auto row = [=](int64_t start, int64_t width) {
    each_vector(
        0, width, [=](int64_t c, auto at) __attribute__((always_inline)) {
          Vec value = fma(at.load(x + start + c), at.load(factor + c), at.load(offset + c));
          at.store(y + start + c, activate<activation>(value));
        });
  };
  int64_t each = ceil_div(kLightRange, matrix.width);
  parallel_for(ceil_div(matrix.rows, each), [&](int64_t task, int) {
    int64_t end = (task + 1) * each < matrix.rows ? (task + 1) * each : matrix.rows;
    for (int64_t r = task * each; r < end; r++) row(r * matrix.width, matrix.width);
  });
  if (matrix.rest > 0) row(matrix.rows * matrix.width, matrix.rest);
}

// Sets element c and its copies in the other rows of a folded row.
void set_folded(const FoldedMatrix& matrix, float* values, int64_t c, float value) {
  for (int64_t group = 0; group < matrix.fold; group++) values[group * matrix.columns + c] = value;
}

template <Activation activation>
int normalize(int64_t rows, int64_t columns, const float* x, const float* scale, const float* shift,
              float epsilon, float momentum, float* mean, float* inverse_deviation,
              float* running_mean, float* running_variance, float* y) {
  Blocks blocks(rows, columns);
  const FoldedMatrix& matrix = blocks.matrix;
  int64_t width = matrix.width;
  float* means = scratch_floats(kRowsShared, (2 * blocks.count() + 3) * width);
  if (means == nullptr) return TALUS_OUT_OF_MEMORY;
  float* squares = means + blocks.count() * width;
  float* factor = squares + blocks.count() * width;
  float* offset = factor + width;
  float* pivot = offset + width;
  for (int64_t c = 0; c < columns; c++) set_folded(matrix, pivot, c, x[c]);
  each_block(blocks, [&](int64_t block, int64_t first, int64_t last, int64_t from, int64_t to) {
    float* block_means = means + block * width + from;
    reduce_block<Sum>(
        first, last, from, to, width, block_means,
        [=](int64_t i, int64_t c, auto at) { return at.load(x + i) - at.load(pivot + c); });
    float part = 1.0f / static_cast<float>(last - first);
    each_vector(0, to - from, [=](int64_t c, auto at) {
      at.store(block_means + c, at.load(block_means + c) * part);
    });
    reduce_block<Sum>(first, last, from, to, width, squares + block * width + from,
                      [=](int64_t i, int64_t c, auto at) {
                        Vec distance =
                            at.load(x + i) - at.load(pivot + c) - at.load(block_means + c - from);
                        return distance * distance;
                      });
  });
  parallel_for(ceil_div(columns, kStatisticColumns), [&](int64_t task, int) {
    int64_t to =
        (task + 1) * kStatisticColumns < columns ? (task + 1) * kStatisticColumns : columns;
    for (int64_t c = task * kStatisticColumns; c < to; c++) {
      Moments all;
      for (int64_t block = 0; block < blocks.count(); block++) {
        for (int64_t f = c; f < width; f += columns)
          all.join(blocks.rows_of(block, f), means[block * width + f], squares[block * width + f]);
      }
      double middle = x[c] + all.mean;
      double variance = all.squares / rows;
      double inverse = 1 / __builtin_sqrt(variance + epsilon);
      double unbiased = rows > 1 ? all.squares / (rows - 1) : 0;
      mean[c] = static_cast<float>(middle);
      inverse_deviation[c] = static_cast<float>(inverse);
      double keep = 1.0 - momentum;
      running_mean[c] = static_cast<float>(keep * running_mean[c] + momentum * middle);
      running_variance[c] = static_cast<float>(keep * running_variance[c] + momentum * unbiased);
      set_folded(matrix, factor, c, static_cast<float>(scale[c] * inverse));
      set_folded(matrix, offset, c, static_cast<float>(shift[c] - middle * inverse * scale[c]));
    }
  });
  scale_rows<activation>(matrix, x, factor, offset, y);
  return TALUS_OK;
}

template <Activation activation>
int normalize_by(int64_t rows, int64_t columns, const float* x, const float* scale,
                 const float* shift, float epsilon, const float* mean, const float* variance,
                 float* y) {
  FoldedMatrix matrix(rows, columns);
  float* factor = scratch_floats(kRowsShared, 2 * matrix.width);
  if (factor == nullptr) return TALUS_OUT_OF_MEMORY;
  float* offset = factor + matrix.width;
  for (int64_t c = 0; c < columns; c++) {
    double by = scale[c] / __builtin_sqrt(static_cast<double>(variance[c]) + epsilon);
    set_folded(matrix, factor, c, static_cast<float>(by));
    set_folded(matrix, offset, c, static_cast<float>(shift[c] - mean[c] * by));
  }
  scale_rows<activation>(matrix, x, factor, offset, y);
  return TALUS_OK;
}

// The gradient of what the activation was applied to.
template <Activation activation>
struct Inner {
  const float* d_y;
  const float* y;

  template <class At>
  inline __attribute__((always_inline)) Vec operator()(int64_t i, At at) const {
    Vec gradient = at.load(d_y + i);
    if constexpr (activation != kIdentity)
      gradient = gradient * activation_slope<activation>(at.load(y + i));
    return gradient;
  }
};

template <Activation activation>
int gradient(int64_t rows, int64_t columns, const float* d_y, const float* y, const float* x,
             const float* scale, const float* mean, const float* inverse_deviation, float* d_x,
             float* d_scale, float* d_shift) {
  Blocks blocks(rows, columns);
  const FoldedMatrix& matrix = blocks.matrix;
  int64_t width = matrix.width;
  float* shifts = scratch_floats(kRowsShared, (2 * blocks.count() + 5) * width);
  if (shifts == nullptr) return TALUS_OUT_OF_MEMORY;
  float* scales = shifts + blocks.count() * width;
  float* centre = scales + blocks.count() * width;  // folded, as all that follow
  float* inverse = centre + width;
  float* by = inverse + width;
  float* less = by + width;
  float* slope = less + width;
  for (int64_t c = 0; c < columns; c++) {
    set_folded(matrix, centre, c, mean[c]);
    set_folded(matrix, inverse, c, inverse_deviation[c]);
  }
  Inner<activation> inner{d_y, y};
  each_block(blocks, [&](int64_t block, int64_t first, int64_t last, int64_t from, int64_t to) {
    reduce_block<Sum>(first, last, from, to, width, shifts + block * width + from,
                      [=](int64_t i, int64_t, auto at) { return inner(i, at); });
    reduce_block<Sum>(first, last, from, to, width, scales + block * width + from,
                      [=](int64_t i, int64_t c, auto at) {
                        Vec z = (at.load(x + i) - at.load(centre + c)) * at.load(inverse + c);
                        return inner(i, at) * z;
                      });
  });
  parallel_for(ceil_div(columns, kStatisticColumns), [&](int64_t task, int) {
    int64_t to =
        (task + 1) * kStatisticColumns < columns ? (task + 1) * kStatisticColumns : columns;
    for (int64_t c = task * kStatisticColumns; c < to; c++) {
      double of_shift = 0, of_scale = 0;
      for (int64_t block = 0; block < blocks.count(); block++) {
        for (int64_t f = c; f < width; f += columns) {
          if (blocks.rows_of(block, f) == 0) continue;
          of_shift += shifts[block * width + f];
          of_scale += scales[block * width + f];
        }
      }
      d_shift[c] = static_cast<float>(of_shift);
      d_scale[c] = static_cast<float>(of_scale);
      double factor = static_cast<double>(scale[c]) * inverse_deviation[c];
      set_folded(matrix, by, c, static_cast<float>(factor));
      set_folded(matrix, less, c, static_cast<float>(of_shift / rows));
      set_folded(matrix, slope, c,
                 static_cast<float>(-factor * inverse_deviation[c] * of_scale / rows));
    }
  });
  auto row = [=](int64_t start, int64_t length) {
    each_vector(
        0, length, [=](int64_t c, auto at) __attribute__((always_inline)) {
          int64_t i = start + c;
          Vec direct = (inner(i, at) - at.load(less + c)) * at.load(by + c);
          at.store(d_x + i, fma(at.load(x + i) - at.load(centre + c), at.load(slope + c), direct));
        });
  };
  int64_t each = ceil_div(kLightRange, width);
  parallel_for(ceil_div(matrix.rows, each), [&](int64_t task, int) {
    int64_t end = (task + 1) * each < matrix.rows ? (task + 1) * each : matrix.rows;
    for (int64_t r = task * each; r < end; r++) row(r * width, width);
  });
  if (matrix.rest > 0) row(matrix.rows * width, matrix.rest);
  return TALUS_OK;
}

}  // namespace

#define TALUS_FOR_ACTIVATION(function, ...)       \
  if (columns == 0 || rows == 0) return TALUS_OK; \
  switch (activation) {                           \
    case kIdentity:                               \
      return function<kIdentity>(__VA_ARGS__);    \
    case kRelu:                                   \
      return function<kRelu>(__VA_ARGS__);        \
    case kTanh:                                   \
      return function<kTanh>(__VA_ARGS__);        \
    case kSigmoid:                                \
      return function<kSigmoid>(__VA_ARGS__);     \
  }                                               \
  return TALUS_UNKNOWN;

int batch_norm_f32(int activation, int64_t rows, int64_t columns, const float* x,
                   const float* scale, const float* shift, float epsilon, float momentum,
                   float* mean, float* inverse_deviation, float* running_mean,
                   float* running_variance, float* y) {
  TALUS_FOR_ACTIVATION(normalize, rows, columns, x, scale, shift, epsilon, momentum, mean,
                       inverse_deviation, running_mean, running_variance, y)
}

int batch_norm_gradient_f32(int activation, int64_t rows, int64_t columns, const float* d_y,
                            const float* y, const float* x, const float* scale, const float* mean,
                            const float* inverse_deviation, float* d_x, float* d_scale,
                            float* d_shift) {
  TALUS_FOR_ACTIVATION(gradient, rows, columns, d_y, y, x, scale, mean, inverse_deviation, d_x,
                       d_scale, d_shift)
}

int batch_norm_inference_f32(int activation, int64_t rows, int64_t columns, const float* x,
                             const float* scale, const float* shift, float epsilon,
                             const float* mean, const float* variance, float* y) {
  TALUS_FOR_ACTIVATION(normalize_by, rows, columns, x, scale, shift, epsilon, mean, variance, y)
}

}  // namespace talus::TALUS_ISA
