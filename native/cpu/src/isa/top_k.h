// The running k best candidates of many rows at once.
//
// A candidate is one 64-bit key whose order is the order of the result: higher score first, then
// the smaller index. So the result does not depend on the order in which candidates come, and rows
// may be fed from several threads, a block of rows locked at a time.
//
// A row's k best so far live in the outputs, unsorted; newcomers wait in a small buffer, and when
// that is full the k best of both are selected. So an offer costs O(1 + k / room) on average, at
// any k. Most candidates never get that far: `bounds` holds for each row the least value
// (measures.h) that still matters, and offer_tile compares whole vectors with it.
#pragma once

#include <sched.h>
#include <stdint.h>
#include <string.h>

#include "measures.h"
#include "simd.h"

namespace talus::TALUS_ISA {

inline uint64_t key_of(float score, int32_t index) {
  uint32_t bits;
  memcpy(&bits, &score, sizeof(bits));
  bits = bits >> 31 ? ~bits : bits | 0x80000000u;
  return static_cast<uint64_t>(bits) << 32 | static_cast<uint32_t>(~index);
}

inline int32_t index_of(uint64_t key) { return ~static_cast<int32_t>(key); }

inline float score_of(uint64_t key) {
  uint32_t bits = static_cast<uint32_t>(key >> 32);
  bits = bits >> 31 ? bits & 0x7fffffffu : ~bits;
  float score;
  memcpy(&score, &bits, sizeof(score));
  return score;
}

// Moves the k largest of `count` distinct keys to the front, in no particular order.
inline void select_largest(uint64_t* keys, int64_t count, int64_t k) {
  int64_t low = 0, high = count;  // keys below low are in, keys from high on are out
  while (low < k && k < high) {
    uint64_t a = keys[low], b = keys[low + (high - low) / 2], c = keys[high - 1];
    uint64_t larger = a > b ? a : b, smaller = a > b ? b : a;
    uint64_t pivot = c > larger ? larger : c < smaller ? smaller : c;
    if (high - low == 2) pivot = larger;
    int64_t split = low;
    for (int64_t i = low; i < high; i++) {
      uint64_t key = keys[i];
      keys[i] = keys[split];
      keys[split] = key;
      split += key >= pivot;
    }
    if (split <= k) low = split;
    if (split >= k) high = split;
  }
}

// Sorts in descending order; `work` is as long as keys.
inline void sort_descending(uint64_t* keys, int64_t count, uint64_t* work) {
  constexpr int64_t kRun = 8;
  for (int64_t i = 0; i < count; i++) {
    uint64_t key = keys[i];
    int64_t j = i;
    for (; j % kRun != 0 && keys[j - 1] < key; j--) keys[j] = keys[j - 1];
    keys[j] = key;
  }
  uint64_t *from = keys, *to = work;
  for (int64_t run = kRun; run < count; run *= 2) {
    for (int64_t begin = 0; begin < count; begin += 2 * run) {
      int64_t middle = begin + run < count ? begin + run : count;
      int64_t end = middle + run < count ? middle + run : count;
      int64_t left = begin, right = middle;
      for (int64_t i = begin; i < end; i++) {
        bool take_left = right == end || (left < middle && from[left] > from[right]);
        to[i] = take_left ? from[left] : from[right];
        left += take_left;
        right += !take_left;
      }
    }
    uint64_t* swap = from;
    from = to;
    to = swap;
  }
  if (from != keys) memcpy(keys, from, count * sizeof(uint64_t));
}

// Bit i is lane i of a comparison's result.
inline uint32_t lanes_of(VecInt mask) {
#if defined(__AVX512F__)
  return _mm512_movepi32_mask((__m512i)mask);
#elif defined(__AVX2__)
  return _mm256_movemask_ps((__m256)mask);
#elif defined(__SSE2__)
  return _mm_movemask_ps((__m128)mask);
#else
  uint32_t lanes = 0;
  for (int lane = 0; lane < kLanes; lane++) lanes |= (mask[lane] != 0 ? 1u : 0u) << lane;
  return lanes;
#endif
}

inline bool any_at_least(Vec a, Vec b) {
#if defined(__AVX512F__)
  return _mm512_cmp_ps_mask((__m512)a, (__m512)b, _CMP_GE_OQ) != 0;
#else
  return lanes_of(a >= b) != 0;
#endif
}

inline VecInt load_ints(const int32_t* from) {
  VecInt v;
  memcpy(&v, from, sizeof(v));
  return v;
}

class TopK {
 public:
  // Rows that one lock guards.
  int64_t rows_per_lock;
  // Per row, padded by a vector: the least most() that matters, and the index of the worst that is
  // kept, beyond which an equal score does not.
  float* bounds;
  int32_t* last_indices;

  // names: what row r and candidate r are called in the outputs, or null where that is r;
  // padded by a vector.
  TopK(int64_t rows, int64_t rows_per_lock, int64_t k, int64_t most_candidates,
       const int32_t* names, int32_t* indices, float* scores)
      : rows_per_lock(rows_per_lock),
        rows_(rows),
        stride_(k),
        k_(k < most_candidates ? k : most_candidates),
        room_(2 * k_ < 16     ? 16
              : 2 * k_ > 1024 ? 1024
                              : 2 * k_),
        names_(names),
        indices_(indices),
        scores_(scores) {}

  int64_t bytes() const {
    return rows_ * room_ * sizeof(uint64_t) + rows_ * sizeof(uint64_t) + locks() * sizeof(Lock) +
           2 * rows_ * sizeof(int32_t) + (rows_ + kLanes) * (sizeof(float) + sizeof(int32_t));
  }

  // Keys of work space that a caller of offer and finish must have.
  int64_t work_keys() const { return 2 * (k_ + room_); }

  // Starts empty in `memory`, aligned to 64 and of bytes() bytes.
  void start(void* memory) {
    locks_ = static_cast<Lock*>(memory);
    newcomers_ = reinterpret_cast<uint64_t*>(locks_ + locks());
    worst_ = newcomers_ + rows_ * room_;
    kept_ = reinterpret_cast<int32_t*>(worst_ + rows_);
    waiting_ = kept_ + rows_;
    last_indices = waiting_ + rows_;
    bounds = reinterpret_cast<float*>(last_indices + rows_ + kLanes);
    memset(locks_, 0, locks() * sizeof(Lock));
    memset(worst_, 0, rows_ * sizeof(uint64_t));
    memset(kept_, 0, 2 * rows_ * sizeof(int32_t));
    for (int64_t row = 0; row < rows_ + kLanes; row++) {
      bounds[row] = -INFINITY;
      last_indices[row] = INT32_MAX;
    }
  }

  int32_t name(int64_t row) const {
    return names_ == nullptr ? static_cast<int32_t>(row) : names_[row];
  }
  VecInt names(int64_t row) const {
    if (names_ != nullptr) return load_ints(names_ + row);
    VecInt names;
    for (int lane = 0; lane < kLanes; lane++) names[lane] = static_cast<int32_t>(row) + lane;
    return names;
  }

  // score is not NaN. The caller holds the row's lock.
  template <class Measure>
  void offer(const Measure& measure, int64_t row, float score, int32_t index, uint64_t* work) {
    uint64_t key = key_of(score + 0.0f, index);  // -0 ties with 0
    if (key <= worst_[row]) return;
    newcomers_[row * room_ + waiting_[row]++] = key;
    if (waiting_[row] < room_) return;
    settle(row, work);
    if (worst_[row] == 0) return;
    bounds[row] = measure.bound(score_of(worst_[row]));
    last_indices[row] = index_of(worst_[row]);
  }

  // Writes the row's result, best first, padded with index -1 and score NaN.
  void finish(int64_t row, uint64_t* work) {
    settle(row, work);
    int64_t kept = kept_[row], at = name(row) * stride_;
    for (int64_t i = 0; i < kept; i++) work[i] = kept_key(at + i);
    sort_descending(work, kept, work + kept);
    for (int64_t i = 0; i < kept; i++) keep(at + i, work[i]);
    for (int64_t i = kept; i < stride_; i++) {
      indices_[at + i] = -1;
      scores_[at + i] = NAN;
    }
  }

  void lock(int64_t row) {
    int32_t* lock = &locks_[row / rows_per_lock].taken;
    while (__atomic_exchange_n(lock, 1, __ATOMIC_ACQUIRE) != 0) {
      // Held for microseconds, unless its holder has lost the processor.
      for (int spin = 0; __atomic_load_n(lock, __ATOMIC_RELAXED) != 0; spin++) {
#if defined(__x86_64__)
        _mm_pause();
#endif
        if (spin > kSpins) sched_yield();
      }
    }
  }
  void unlock(int64_t row) {
    __atomic_store_n(&locks_[row / rows_per_lock].taken, 0, __ATOMIC_RELEASE);
  }

 private:
  static constexpr int kSpins = 1000;

  struct alignas(64) Lock {
    int32_t taken;
  };

  int64_t locks() const { return rows_ / rows_per_lock + 1; }

  uint64_t kept_key(int64_t at) const { return key_of(scores_[at], indices_[at]); }
  void keep(int64_t at, uint64_t key) {
    indices_[at] = index_of(key);
    scores_[at] = score_of(key);
  }

  // Leaves the k best of the kept and the newcomers as the kept.
  __attribute__((noinline)) void settle(int64_t row, uint64_t* work) {
    int64_t kept = kept_[row], waiting = waiting_[row], at = name(row) * stride_;
    const uint64_t* newcomers = newcomers_ + row * room_;
    waiting_[row] = 0;
    if (kept + waiting < k_) {
      for (int64_t i = 0; i < waiting; i++) keep(at + kept + i, newcomers[i]);
      kept_[row] = static_cast<int32_t>(kept + waiting);
      return;
    }
    for (int64_t i = 0; i < kept; i++) work[i] = kept_key(at + i);
    memcpy(work + kept, newcomers, waiting * sizeof(uint64_t));
    select_largest(work, kept + waiting, k_);
    uint64_t worst = UINT64_MAX;
    for (int64_t i = 0; i < k_; i++) {
      keep(at + i, work[i]);
      worst = work[i] < worst ? work[i] : worst;
    }
    kept_[row] = static_cast<int32_t>(k_);
    worst_[row] = worst;
  }

  int64_t rows_, stride_, k_, room_;
  const int32_t* names_;
  int32_t* indices_;
  float* scores_;
  Lock* locks_ = nullptr;
  uint64_t* newcomers_ = nullptr;
  uint64_t* worst_ = nullptr;   // the least of the kept once there are k, else 0
  int32_t* kept_ = nullptr;     // candidates in the outputs
  int32_t* waiting_ = nullptr;  // newcomers
};

// Dot products of `rows` x `columns` pairs, `stride` apart, and what else offer_tile must know.
// Terms are padded by a vector.
struct ScoreTile {
  const float* dots;
  int64_t stride, rows, columns;
  int64_t first_row, first_column;
  const float *row_terms, *column_terms;
  bool for_rows;      // pairs are offered to the lists of the tile's rows
  bool for_columns;   // and, being rows of the same TopK, to those of its columns
  bool exclude_self;  // no pair of a row and the column of the same number
};

// Offers pairs of row i and columns j .. j + kLanes - 1 of the tile to the row and the columns.
template <class Measure, class Distance>
__attribute__((noinline)) void offer_lanes(TopK& lists, const Measure& measure,
                                           const ScoreTile& tile, int64_t i, int64_t j, Vec values,
                                           Vec most, const Distance& distance, uint64_t* work) {
  int64_t row = tile.first_row + i, column = tile.first_column + j;
  bool square = tile.for_columns && tile.first_row == tile.first_column;
  uint32_t inside = tile.columns - j < kLanes ? (1u << (tile.columns - j)) - 1 : ~0u;
  // Equal scores are common (0 in sparse data), and most of them end here.
  VecInt row_wants = {}, columns_want = {};
  if (tile.for_rows) {
    Vec bound = splat(lists.bounds[row]);
    row_wants = most >= bound;
    if (Measure::kBoundIsScore) {
      row_wants &= ~((values == bound) & (lists.names(column) > lists.last_indices[row]));
    }
  }
  if (tile.for_columns) {
    Vec bounds = load(lists.bounds + column);
    columns_want = most >= bounds;
    if (Measure::kBoundIsScore) {
      columns_want &=
          ~((values == bounds) & (lists.name(row) > load_ints(lists.last_indices + column)));
    }
  }
  uint32_t row_lanes = lanes_of(row_wants) & inside;
  uint32_t column_lanes = lanes_of(columns_want) & inside;
  for (uint32_t lanes = row_lanes | column_lanes; lanes != 0; lanes &= lanes - 1) {
    int lane = __builtin_ctz(lanes);
    if (square && column + lane < row) continue;  // on the diagonal each pair comes twice
    if (row == column + lane && tile.exclude_self) continue;
    float score = measure.score(values[lane], tile.row_terms[i], tile.column_terms[j + lane],
                                [&] { return distance(row, column + lane); });
    if (row_lanes >> lane & 1) lists.offer(measure, row, score, lists.name(column + lane), work);
    if ((column_lanes >> lane & 1) != 0 && !(square && row == column + lane)) {
      lists.offer(measure, column + lane, score, lists.name(row), work);
    }
  }
}

// Offers a tile's pairs to the lists. The caller holds the locks of all of them.
template <class Measure, class Distance>
void offer_tile(TopK& lists, const Measure& measure, const ScoreTile& tile,
                const Distance& distance, uint64_t* work) {
  const float* column_bounds = lists.bounds + tile.first_column;
  for (int64_t i = 0; i < tile.rows; i++) {
    const float* dots = tile.dots + i * tile.stride;
    const float* row_bound = lists.bounds + tile.first_row + i;
    Vec row_term = splat(tile.row_terms[i]);
    for (int64_t j = 0; j < tile.columns; j += kLanes) {
      Vec column_terms = load(tile.column_terms + j);
      Vec values = measure.value(load(dots + j), row_term, column_terms);
      Vec most = measure.most(values, row_term, column_terms);
      bool wanted = tile.for_rows && any_at_least(most, splat(*row_bound));
      if (tile.for_columns) wanted |= any_at_least(most, load(column_bounds + j));
      if (wanted) offer_lanes(lists, measure, tile, i, j, values, most, distance, work);
    }
  }
}

}  // namespace talus::TALUS_ISA
