// Sums over one row in double, by a warp: each lane every 32nd element, then the lanes by halves.
// Always in this order, so equal rows get equal sums.
#pragma once

#include "index.cuh"
#include "reduce.cuh"

namespace talus {

__device__ __forceinline__ double warp_sum(double value) {
#pragma unroll
  for (int distance = kWarp / 2; distance > 0; distance /= 2) {
    value += __shfl_xor_sync(kAllLanes, value, distance);
  }
  return value;
}

// `count` stored values of a row of `columns`. All lanes call each function together and get the
// same.
struct WarpRow {
  const float* x;
  i64 count;
  i64 columns;

  // Sum of (x - shift)^2 over what is stored.
  __device__ double squares(double shift) const {
    double sum = 0;
    for (i64 p = threadIdx.x % kWarp; p < count; p += kWarp) {
      double value = x[p] - shift;
      sum += value * value;
    }
    return warp_sum(sum);
  }

  // A constant row's mean is its value exactly, so that it is zero once centred.
  __device__ double mean() const {
    if (count == 0) {
      return 0;
    }
    float first = x[0];
    double sum = 0;
    bool equal = true;
    for (i64 p = threadIdx.x % kWarp; p < count; p += kWarp) {
      float value = x[p];
      sum += value;
      equal = equal && value == first;
    }
    sum = warp_sum(sum);
    bool constant = __all_sync(kAllLanes, equal) && count == columns;
    return constant ? first : sum / static_cast<double>(columns);
  }
};

}  // namespace talus
