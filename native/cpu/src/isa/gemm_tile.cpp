#include "gemm_tile.h"

#include "../runtime/codes.h"
#include "gemm_epilogue.h"

namespace talus::TALUS_ISA {
namespace {

// Rows of B to fetch ahead where they are copied, as they may lie in as many pages. More than a
// dozen that lie a multiple of 4096 bytes apart would drive each other from the first-level cache.
constexpr int kFetchSteps = 12, kFetchAheadSteps = 4;

// Steps of A to fetch ahead where a step's rows are neighbours, which come from the second-level
// cache: 5 % on squares of 1024 and 2048 on an Intel Xeon. To fetch B ahead too took 5 % longer.
constexpr int kFetchStepsOfA = 8;

enum class Copying { kNone, kOwn, kAhead };

inline void copy_row(const float* from, int64_t step, float* to) {
#pragma GCC unroll 2
  for (int v = 0; v < kTileColumns; v += kLanes) {
    __builtin_prefetch(from + kFetchAheadSteps * step + v);
    store(to + v, load(from + v));
  }
}

// Adds the products of `tile` to the sums. kMasked: the last vector of a row of B is partial.
template <int kRows, int kVecs, bool kLines, bool kRowMajor, Copying kCopying, bool kMasked>
inline void accumulate(const Tile& tile, Vec (&sum)[kRows][kVecs]) {
  const float *a = tile.a, *b = tile.b;
  float* packed = tile.packed_b;
  const int64_t a_step = tile.a_step, b_step = tile.b_step, k = tile.k;
  const LaneMask mask = first_lanes(tile.columns - (kVecs - 1) * kLanes);
  // Every third row has a pointer of its own, the others are reached by scaled indexing from it:
  // all rows fit the general registers.
  const float* third[(kRows + 2) / 3];
#pragma GCC unroll 5
  for (int r = 0; r < kRows; r += 3) third[r / 3] = a + r * a_step;
  auto run = [&](int64_t first, int64_t last) {
  // Two steps at a time: 2 to 4 % on an Intel Xeon, whose tiles of 256 steps and more otherwise
  // take a tenth longer for each step than those of 128. Four gain nothing over two.
#pragma GCC unroll 2
    for (int64_t p = first; p < last; p++) {
      if (!kRowMajor) __builtin_prefetch(a + kFetchStepsOfA * a_step);
      Vec row_of_b[kVecs];
#pragma GCC unroll 2
      for (int v = 0; v < kVecs; v++) {
        if (kCopying == Copying::kOwn) __builtin_prefetch(b + kFetchSteps * b_step + v * kLanes);
        bool partial = kMasked && v == kVecs - 1;
        row_of_b[v] = partial ? load_masked(b + v * kLanes, mask) : load(b + v * kLanes);
        if (kCopying == Copying::kOwn) store(packed + v * kLanes, row_of_b[v]);
      }
#pragma GCC unroll 14
      for (int r = 0; r < kRows; r++) {
        Vec broadcast = splat(kRowMajor ? third[r / 3][p + (r % 3) * a_step] : a[r]);
#pragma GCC unroll 2
        for (int v = 0; v < kVecs; v++) sum[r][v] = fma(broadcast, row_of_b[v], sum[r][v]);
      }
      b += b_step;
      if (!kRowMajor) a += a_step;
      if (kCopying == Copying::kOwn) packed += kTileColumns;
    }
  };
  if (kLines) {
    for (int64_t p = 0;; b += tile.b_jump) {
      const int64_t last = p + tile.line < k ? p + tile.line : k;
      run(p, last);
      p = last;
      if (p == k) return;
      if (!kRowMajor) a += tile.a_jump;
#pragma GCC unroll 5
      for (int r = 0; kRowMajor && r < kRows; r += 3) third[r / 3] += tile.a_jump;
    }
  }
  if (kCopying != Copying::kAhead) {
    run(0, k);
    return;
  }
  const CopyAhead& ahead = tile.ahead;
  const int64_t steps = k / ahead.rows;
  const float* from = ahead.from;
  float* to = ahead.to;
  int64_t p = 0;
  for (int64_t row = ahead.rows; row > 0; row--) {
    copy_row(from, ahead.step, to);
    from += ahead.step;
    to += kTileColumns;
    int64_t last = row == 1 ? k : p + steps;
    run(p, last);
    p = last;
  }
}

template <int kRows, int kVecs, bool kLines, bool kRowMajor, bool kMasked>
inline void accumulate_and_pack(const Tile& tile, Vec (&sum)[kRows][kVecs]) {
  constexpr bool kCopiesAhead = !kLines && !kMasked && kVecs * kLanes == kTileColumns;
  if (tile.packed_b != nullptr) {
    accumulate<kRows, kVecs, kLines, kRowMajor, Copying::kOwn, kMasked>(tile, sum);
  } else if (kCopiesAhead && tile.ahead.rows > 0) {
    accumulate<kRows, kVecs, kLines, kRowMajor, kCopiesAhead ? Copying::kAhead : Copying::kNone,
               kMasked>(tile, sum);
  } else {
    accumulate<kRows, kVecs, kLines, kRowMajor, Copying::kNone, kMasked>(tile, sum);
  }
}

template <int kRows, int kVecs, bool kLines, bool kRowMajor>
inline void accumulate_any(const Tile& tile, Vec (&sum)[kRows][kVecs]) {
  // With AVX-512 as well: whole rows cost 2 % more under a mask.
  if (tile.columns == kVecs * kLanes) {
    accumulate_and_pack<kRows, kVecs, kLines, kRowMajor, false>(tile, sum);
  } else {
    accumulate_and_pack<kRows, kVecs, kLines, kRowMajor, true>(tile, sum);
  }
}

// The sums that an earlier tile of the same place left in C.
template <int kRows, int kVecs>
inline void begin_with(const float* c, int64_t ldc, int64_t columns, Vec (&sum)[kRows][kVecs]) {
  const LaneMask mask = first_lanes(columns - (kVecs - 1) * kLanes);
#pragma GCC unroll 14
  for (int r = 0; r < kRows; r++, c += ldc) {
    asm("" : "+r"(c));
#pragma GCC unroll 2
    for (int v = 0; v < kVecs; v++) {
      const float* from = c + v * kLanes;
      sum[r][v] = v == kVecs - 1 ? load_masked(from, mask) : load(from);
    }
  }
}

template <int kRows, int kVecs, bool kLines>
void run(const Tile& tile, const Epilogue& e, int64_t i, int64_t j) {
  // Sums of few products come out before C could be fetched.
  if (tile.k >= 32) {
    const float* c = e.c + i * e.ldc + j;
#pragma GCC unroll 14
    for (int r = 0; r < kRows; r++) {
#pragma GCC unroll 2
      for (int v = 0; v < kVecs; v++) __builtin_prefetch(c + r * e.ldc + v * kLanes, 1);
    }
  }
  Vec sum[kRows][kVecs];
  if (tile.continues) {
    begin_with<kRows, kVecs>(e.c + i * e.ldc + j, e.ldc, tile.columns, sum);
  } else {
#pragma GCC unroll 14
    for (int r = 0; r < kRows; r++) {
#pragma GCC unroll 2
      for (int v = 0; v < kVecs; v++) sum[r][v] = Vec{};
    }
  }
  if (tile.a_row_major) {
    accumulate_any<kRows, kVecs, kLines, true>(tile, sum);
  } else {
    accumulate_any<kRows, kVecs, kLines, false>(tile, sum);
  }
  finish_tile<kRows, kVecs>(sum, tile.columns, e, i, j);
}

using TileFunction = void (*)(const Tile&, const Epilogue&, int64_t, int64_t);

// By whether steps lie in lines: functions of their own leave the others more registers.
struct RunsOfHeight {
  TileFunction narrow[2], wide[2];  // one vector of columns, two vectors
};

template <int kRows>
constexpr RunsOfHeight runs() {
  return {{run<kRows, 1, false>, run<kRows, 1, true>}, {run<kRows, 2, false>, run<kRows, 2, true>}};
}

constexpr RunsOfHeight kRuns[kTileRows + 1] = {
    {},        runs<1>(), runs<2>(), runs<3>(),  runs<4>(),
#if defined(__AVX2__)
    runs<5>(), runs<6>(),
#endif
#if defined(__AVX512F__)
    runs<7>(), runs<8>(), runs<9>(), runs<10>(), runs<11>(), runs<12>(), runs<13>(), runs<14>(),
#endif
};

}  // namespace

void multiply_tile(const Tile& tile, const Epilogue& e, int64_t i, int64_t j) {
  const RunsOfHeight& runs = kRuns[tile.rows];
  TileFunction run = (tile.columns > kLanes ? runs.wide : runs.narrow)[tile.line > 0];
  if (!e.transposed) {
    run(tile, e, i, j);
    if (e.activation > kRelu) {
      activate_block(e.activation, tile.rows, tile.columns, e.c + i * e.ldc + j, e.ldc);
    }
    return;
  }
  alignas(64) float sums[kTileRows * kTileColumns];
  run(tile, {1, 0, sums, kTileColumns, nullptr, kIdentity, nullptr, false}, 0, 0);
  finish_transposed(tile.rows, tile.columns, sums, e, i, j);
}

}  // namespace talus::TALUS_ISA
