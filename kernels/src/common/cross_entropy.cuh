// The softmax cross-entropy of rows, whichever way a row is shared among threads.
#pragma once

#include "narrow_rows.cuh"
#include "sliced_row.cuh"

namespace talus {

// With s = smoothing and f = scale / (rows that count):
//   loss = log(sum exp(z - max)) + (1 - s) (max - z_target) + s (max - mean(z))
//   dz_j = f (p_j - s / classes - (j = target ? 1 - s : 0))
struct CrossEntropy {
  i64 rows, classes;
  const float* logits;
  const int* targets;
  int ignored;  // targets of rows that do not count
  float smoothing, scale;
  i64 counted;        // rows that count; < 0: it is at counts
  const i64* counts;  // null where each block counts itself, which has all rows then
  int per_row;
  float* loss;       // of each row, if per_row; else of all, if there is one block only
  double* partials;  // else: of each block
  float* d_logits;   // may be logits, or null

  __device__ __forceinline__ float coefficient(i64 count) const {
    return count == 0 ? 0 : scale / static_cast<float>(count);
  }
  __device__ __forceinline__ i64 known_count() const { return counted < 0 ? *counts : counted; }
  __device__ __forceinline__ float even() const { return smoothing / static_cast<float>(classes); }

  // below: the sum of z - max. A factor of 0 is left out: 0 times an infinite logit is not 0.
  __device__ __forceinline__ float row_loss(RowSums sums, float z_target, float below) const {
    float value = log1pf(sums.excess) + (1.0f - smoothing) * (sums.max - z_target);
    return smoothing == 0 ? value : value - smoothing * (below / static_cast<float>(classes));
  }

  // Of the target's logit. p - 1 keeps its digits where the target is the row's maximum.
  __device__ __forceinline__ float at_target(RowSums sums, float z_target, float coeff) const {
    float less = z_target - sums.max;
    float p_less_1 = less == 0 ? -sums.excess / sums.total() : expf(less) / sums.total() - 1.0f;
    return coeff * (p_less_1 + (smoothing - even()));
  }
};

// Turns exponentials into gradients, but for the target's.
struct Gradient {
  float factor, shift;
  __device__ __forceinline__ Gradient(const CrossEntropy& of, RowSums sums, float coeff)
      : factor(coeff / sums.total()), shift(-coeff * of.even()) {}
  // Of a slice, whose exponentials are below its own maximum.
  __device__ __forceinline__ Gradient(const CrossEntropy& of, RowSums sums, float coeff, float max)
      : Gradient(of, sums, coeff) {
    factor *= expf(max - sums.max);
  }
  __device__ __forceinline__ float operator()(float e) const { return fmaf(e, factor, shift); }
};

// Exponentials of a tile take the place of its logits.
template <typename Tile, typename Group>
__device__ __forceinline__ RowSums sum_tile(Tile& tile, Group& group, float smoothing,
                                            float* below) {
  float max = group.template all<Larger>(tile.max()), others = 0, ones = 0;
  constexpr int kElements = sizeof(tile.values) / sizeof(float);
  *below = 0;
  if (smoothing != 0) {
#pragma unroll
    for (int i = 0; i < kElements; i++) {
      *below += tile.holds(i) ? tile.values[i] - max : 0.0f;
    }
    *below = group.template all<Sum>(*below);
  }
#pragma unroll
  for (int i = 0; i < kElements; i++) {
    float e = expf(tile.values[i] - max);
    ones += e == 1 ? 1.0f : 0.0f;
    others += e == 1 ? 0.0f : e;
    tile.values[i] = e;
  }
  return {max, group.excess(others, ones)};
}

// One row, in registers. True in the one thread that puts the row's loss into *loss.
template <int Elements, Layout kLayout, typename Group>
__device__ __forceinline__ bool cross_entropy_row(const CrossEntropy& p, Group group, i64 row,
                                                  float* loss) {
  int target = p.targets[row], columns = static_cast<int>(p.classes);
  RowTile<Elements, kLayout> tile(group.thread(), group.threads(), columns);
  const float* logits = p.logits + row * p.classes;
  float* d_logits = p.d_logits == nullptr ? nullptr : p.d_logits + row * p.classes;
  if (target == p.ignored) {
    *loss = 0;
    if (d_logits != nullptr) {
#pragma unroll
      for (int i = 0; i < Elements; i++) {
        tile.values[i] = 0;
      }
      tile.store(d_logits);
    }
    return group.thread() == 0;
  }
  tile.load(logits);
  // In a long row the target is looked up and put back apart from the others: one more sector each
  // way, and far fewer registers.
  constexpr bool kApart = Elements >= 16;
  float z_target = 0, below;
  bool owns = kApart ? target / tile.kWide % group.threads() == group.thread()
                     : tile.find(target, &z_target);
  RowSums sums = sum_tile(tile, group, p.smoothing, &below);
  if (owns) {
    // No other thread writes there.
    z_target = kApart ? logits[target] : z_target;
    *loss = p.row_loss(sums, z_target, below);
  }
  if (d_logits != nullptr) {
    float coeff = p.coefficient(p.known_count());
    Gradient gradient(p, sums, coeff);
#pragma unroll
    for (int i = 0; i < Elements; i++) {
      tile.values[i] = gradient(tile.values[i]);
    }
    if (owns && !kApart) {
      tile.replace(target, p.at_target(sums, z_target, coeff));
    }
    tile.store(d_logits);
    if (owns && kApart) {
      d_logits[target] = p.at_target(sums, z_target, coeff);
    }
  }
  return owns;
}

// The block's part of a sliced row. True in the one thread of the team that puts the row's loss
// into *loss.
template <Layout kLayout>
__device__ __forceinline__ bool cross_entropy_slices(const CrossEntropy& p,
                                                     const SlicedRow<kLayout>& row,
                                                     BlockGroup group, float* found, float* loss) {
  const float* logits = p.logits + row.index * p.classes;
  float* d_logits = p.d_logits == nullptr ? nullptr : p.d_logits + row.index * p.classes;
  int target = p.targets[row.index];
  if (target == p.ignored) {
    if (d_logits != nullptr) {
      row.fill(d_logits, 0);
    }
    *loss = 0;
    return row.place == 0 && threadIdx.x == 0;
  }
  // The target is looked up and put back apart from the others.
  bool owns = row.owns(target);
  float z_target = owns ? logits[target] : 0.0f;
  auto tile = row.template sum<true>(logits, group, p.smoothing != 0);
  if (d_logits == nullptr && !row.has(target)) {
    row.arrive();
    return false;
  }
  SlicedSums all = row.all(found);
  if (owns) {
    *loss = p.row_loss(all.row, z_target, all.below);
  }
  if (d_logits == nullptr) {
    return owns;
  }
  float coeff = p.coefficient(p.known_count());
  row.template for_each<true>(&tile, logits, [&](auto* tile, int slice) {
    Gradient gradient(p, all.row, coeff, row.sums_of(slice).max);
#pragma unroll
    for (int i = 0; i < kSliceElements; i++) {
      tile->values[i] = gradient(tile->values[i]);
    }
    tile->store(d_logits + row.start(slice));
    if (owns && slice == target / row.slices.length) {
      d_logits[target] = p.at_target(all.row, z_target, coeff);
    }
  });
  return owns;
}

// The thread's row of narrow ones: its loss; exponentials, then gradients, take the logits' place.
__device__ __forceinline__ float cross_entropy_narrow(const CrossEntropy& p, const NarrowRows& rows,
                                                      int target, float coeff) {
  float* z = rows.row();
  if (target == p.ignored) {
    for (int c = 0; c < rows.columns; c++) {
      z[c] = 0;
    }
    return 0;
  }
  float max = rows.max(), z_target = z[target], others = 0, ones = 0, below = 0;
#pragma unroll 4
  for (int c = 0; c < rows.columns; c++) {
    float less = z[c] - max, e = expf(less);
    ones += less == 0 ? 1.0f : 0.0f;
    others += less == 0 ? 0.0f : e;
    below += less;
    z[c] = e;
  }
  RowSums sums = {max, ones == 0 ? NAN : others + (ones - 1.0f)};
  Gradient gradient(p, sums, coeff);
#pragma unroll 4
  for (int c = 0; c < rows.columns; c++) {
    z[c] = gradient(z[c]);
  }
  z[target] = p.at_target(sums, z_target, coeff);
  return p.row_loss(sums, z_target, below);
}

}  // namespace talus
