// The running k best candidates of one row, kept by a team of threads: a warp or a block.
//
// A candidate is one 64-bit key whose order is the order of the result: higher score first, then
// the smaller index. Keys of a row are distinct, so the result does not depend on the order in
// which candidates come. Newcomers better than the worst that is kept wait in shared memory; when
// that is full they are sorted and merged with the kept, which lie in global memory, sorted: each
// key goes to its own place plus the number of better keys in the other list. So any k works, and
// what does not get in costs one comparison.
#pragma once

#include "index.cuh"
#include "reduce.cuh"

namespace talus {

using u64 = unsigned long long;

// 0, less than every other, for NaN, which is no candidate.
__device__ __forceinline__ u64 key_of(float score, int index) {
  unsigned bits = __float_as_uint(score + 0.0f);  // -0 ties with 0
  bits = bits >> 31 ? ~bits : bits | 0x80000000u;
  return score != score ? 0 : static_cast<u64>(bits) << 32 | static_cast<unsigned>(~index);
}

__device__ __forceinline__ int index_of(u64 key) { return ~static_cast<int>(key); }

__device__ __forceinline__ float score_of(u64 key) {
  unsigned bits = static_cast<unsigned>(key >> 32);
  return __uint_as_float(bits >> 31 ? bits & 0x7fffffffu : ~bits);
}

// How many of `count` descending keys are larger than `key`.
__device__ __forceinline__ int larger_keys(const u64* keys, int count, u64 key) {
  int low = 0;
  while (low < count) {
    int middle = low + (count - low) / 2;
    if (keys[middle] > key) {
      low = middle + 1;
    } else {
      count = middle;
    }
  }
  return low;
}

// What is known of a row between launches: the kept lie in lists[side].
struct TopKState {
  int kept;
  int side;
};

// Threads: of the team, 32 or a whole block. Room: newcomers that fit, a power of two of at least
// twice the threads.
template <int Threads, int Room>
class TopKList {
 public:
  struct Shared {
    u64 keys[Room];
    int filled;
  };

  // lists: 2 x k keys.
  __device__ TopKList(Shared* shared, u64* lists, int k, TopKState state)
      : shared_(shared), lists_(lists), k_(k), state_(state) {
    if (rank() == 0) {
      shared_->filled = 0;
    }
    find_worst();
  }

  static __device__ __forceinline__ int rank() { return threadIdx.x % Threads; }

  // Called by the whole team, each thread with a key of its own or 0.
  __device__ __forceinline__ void offer(u64 key) {
    bool wanted = key > worst_;
    int count = count_wanted(wanted);
    if (count == 0) {
      return;
    }
    int place = reserve(wanted);
    if (wanted) {
      shared_->keys[place] = key;
    }
    filled_ += count;
    if (filled_ > Room - Threads) {
      settle();
    }
  }

  // After the last offer. The team's threads see each other's writes to the lists.
  __device__ void finish() {
    if (filled_ > 0) {
      settle();
    }
  }

  __device__ TopKState state() const { return state_; }

  // The score that a later candidate with a larger index must exceed; NaN where each one gets in.
  __device__ float bound() const { return worst_ == 0 ? NAN : score_of(worst_); }

 private:
  static constexpr bool kIsWarp = Threads == kWarp;

  static __device__ __forceinline__ void sync() {
    if (kIsWarp) {
      __syncwarp();
    } else {
      __syncthreads();
    }
  }

  static __device__ __forceinline__ int count_wanted(bool wanted) {
    return kIsWarp ? __popc(__ballot_sync(kAllLanes, wanted)) : __syncthreads_count(wanted);
  }

  __device__ __forceinline__ int reserve(bool wanted) {
    unsigned mask = __ballot_sync(kAllLanes, wanted);
    int lane = threadIdx.x % kWarp;
    int before = __popc(mask & ((1u << lane) - 1));
    if (kIsWarp) {
      return filled_ + before;
    }
    int first = 0;
    if (lane == 0 && mask != 0) {
      first = atomicAdd(&shared_->filled, __popc(mask));
    }
    return __shfl_sync(kAllLanes, first, 0) + before;
  }

  __device__ __forceinline__ void find_worst() {
    worst_ = state_.kept == k_ ? lists_[static_cast<i64>(state_.side) * k_ + k_ - 1] : 0;
  }

  __device__ void settle() {
    int size = 2;
    while (size < filled_) {
      size *= 2;
    }
    for (int i = filled_ + rank(); i < size; i += Threads) {
      shared_->keys[i] = 0;
    }
    sort(size);
    merge();
    sync();
    find_worst();
    filled_ = 0;
    if (!kIsWarp && rank() == 0) {
      shared_->filled = 0;
    }
    sync();
  }

  // A bitonic network, descending.
  __device__ void sort(int size) {
    u64* keys = shared_->keys;
    for (int run = 2; run <= size; run *= 2) {
      for (int stride = run / 2; stride > 0; stride /= 2) {
        sync();
        for (int t = rank(); t < size / 2; t += Threads) {
          int low = 2 * t - (t & (stride - 1));
          int high = low + stride;
          u64 a = keys[low], b = keys[high];
          if ((a < b) == ((low & run) == 0)) {
            keys[low] = b;
            keys[high] = a;
          }
        }
      }
    }
    sync();
  }

  __device__ void merge() {
    const u64* newcomers = shared_->keys;
    const u64* kept = lists_ + static_cast<i64>(state_.side) * k_;
    u64* merged = lists_ + static_cast<i64>(1 - state_.side) * k_;
    for (int i = rank(); i < state_.kept; i += Threads) {
      u64 key = kept[i];
      int place = i + larger_keys(newcomers, filled_, key);
      if (place < k_) {
        merged[place] = key;
      }
    }
    for (int i = rank(); i < filled_; i += Threads) {
      u64 key = newcomers[i];
      int place = i + larger_keys(kept, state_.kept, key);
      if (place < k_) {
        merged[place] = key;
      }
    }
    state_.kept = filled_ < k_ - state_.kept ? state_.kept + filled_ : k_;
    state_.side = 1 - state_.side;
  }

  Shared* shared_;
  u64* lists_;
  int k_;
  TopKState state_;
  u64 worst_;
  int filled_ = 0;
};

}  // namespace talus
