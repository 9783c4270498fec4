// How kernels that touch every element once walk through memory: ranges for the threads, vectors
// within a range.
//
// A loop body is written once, as body(i, at), and loads and stores its vector at element i through
// `at`, which is a whole vector, the first lanes of one, or a whole vector whose stores bypass the
// caches.
#pragma once

#include "../runtime/pool.h"
#include "simd.h"

namespace talus::TALUS_ISA {

// Elements of one task. Twice as many run on the calling thread alone: less than what handing out
// the work costs.
constexpr int64_t kLightRange = 16384;  // a few instructions per vector
constexpr int64_t kHeavyRange = 4096;   // tens of them

constexpr int64_t kAhead = 1024;
constexpr int64_t kManyRanges = 1024;

// From this size on an output that is no input is stored around the caches, which saves reading it
// first.
constexpr int64_t kStreamBytes = int64_t{32} << 20;

static inline bool worth_streaming(int64_t count) {
  return count * static_cast<int64_t>(sizeof(float)) >= kStreamBytes;
}

// Runs body(from, to) over 0 .. count in ranges that depend on the count only. The ranges of a
// large count are longer, which hardware prefetching likes, but still many enough for any number of
// threads.
template <class Body>
static inline void for_ranges(int64_t count, int64_t range, const Body& body) {
  if (count <= 2 * range) {
    if (count > 0) body(int64_t{0}, count);
    return;
  }
  while (count / range > kManyRanges) range *= 2;
  parallel_for(ceil_div(count, range), [&](int64_t task, int) {
    int64_t from = task * range, to = from + range;
    body(from, to < count ? to : count);
  });
}

// Asks for memory ahead of the loads: the fewer instructions a loop has in flight per load, the
// less the processor does so by itself.
static inline Vec load_ahead(const float* from) {
  __builtin_prefetch(from + kAhead);
  return load(from);
}

struct WholeVector {
  static constexpr int64_t count = kLanes;
  Vec load(const float* from) const { return load_ahead(from); }
  void store(float* to, Vec v) const { TALUS_ISA::store(to, v); }
};

struct StreamedVector {
  static constexpr int64_t count = kLanes;
  Vec load(const float* from) const { return load_ahead(from); }
  void store(float* to, Vec v) const { stream(to, v); }
};

struct FirstLanes {
  int64_t count;
  Vec load(const float* from) const { return load_first(from, count); }
  void store(float* to, Vec v) const { store_first(to, v, count); }
};

// Runs body(i, at) over from .. to, a vector at a time.
template <class Body>
static inline void each_vector(int64_t from, int64_t to, const Body& body) {
  for (; from + kLanes <= to; from += kLanes) body(from, WholeVector{});
  if (from < to) body(from, FirstLanes{to - from});
}

// The same where the body's one output is y and is stored around the caches.
template <class Body>
static inline void each_vector_streamed(int64_t from, int64_t to, const float* y,
                                        const Body& body) {
  constexpr uintptr_t kBytes = sizeof(Vec);
  int64_t head = (kBytes - reinterpret_cast<uintptr_t>(y + from) % kBytes) % kBytes / sizeof(float);
  if (head > to - from) head = to - from;
  if (head > 0) body(from, FirstLanes{head});
  for (from += head; from + kLanes <= to; from += kLanes) body(from, StreamedVector{});
  if (from < to) body(from, FirstLanes{to - from});
  stream_fence();
}

}  // namespace talus::TALUS_ISA
