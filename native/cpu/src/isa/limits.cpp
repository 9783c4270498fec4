#include "../runtime/pool.h"
#include "kernels.h"
#include "simd.h"

namespace talus::TALUS_ISA {
namespace {

// Enough independent sums to keep two units of four cycles' latency busy, few enough to stay in
// registers everywhere.
constexpr int kSums = 12;

}  // namespace

// One task a thread. The tasks are equal, so that the slowest thread sets the time: what a kernel
// on every core can have.
int measure_fma_f32(int64_t iterations, double* flops) {
  int threads = max_workers();
  parallel_for(threads, [&](int64_t, int) {
    Vec sums[kSums];
#pragma GCC unroll 12
    for (int s = 0; s < kSums; s++) sums[s] = splat(1.0f + static_cast<float>(s));
    Vec factor = splat(0.5f), term = splat(0.25f);
    for (int64_t i = 0; i < iterations; i++) {
#pragma GCC unroll 12
      for (int s = 0; s < kSums; s++) sums[s] = fma(sums[s], factor, term);
    }
    Vec total = {};
#pragma GCC unroll 12
    for (int s = 0; s < kSums; s++) total += sums[s];
    volatile float used = total[0];  // so that the loop is not dropped
    (void)used;
  });
  *flops += 2.0 * kSums * kLanes * static_cast<double>(iterations) * threads;
  return TALUS_OK;
}

}  // namespace talus::TALUS_ISA
