#include "gemm_tile.h"

#include "../runtime/codes.h"
#include "gemm_epilogue.h"

namespace talus::TALUS_ISA {
namespace {

// Rows of B to fetch ahead where a tile reads it from afar, as rows in as many pages.
constexpr int kPrefetchSteps = 12;

// Adds the products of `tile` to the sums. kMasked: the last vector of a row of B is partial.
template <int kRows, int kVecs, bool kRowMajor, bool kPack, bool kMasked>
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
  for (int64_t p = 0; p < k; p++) {
    Vec row_of_b[kVecs];
#pragma GCC unroll 2
    for (int v = 0; v < kVecs; v++) {
      if (kPack) __builtin_prefetch(b + kPrefetchSteps * b_step + v * kLanes);
      bool partial = kMasked && v == kVecs - 1;
      row_of_b[v] = partial ? load_masked(b + v * kLanes, mask) : load(b + v * kLanes);
      if (kPack) store(packed + v * kLanes, row_of_b[v]);
    }
#pragma GCC unroll 14
    for (int r = 0; r < kRows; r++) {
      Vec broadcast = splat(kRowMajor ? third[r / 3][p + (r % 3) * a_step] : a[r]);
#pragma GCC unroll 2
      for (int v = 0; v < kVecs; v++) sum[r][v] = fma(broadcast, row_of_b[v], sum[r][v]);
    }
    b += b_step;
    if (!kRowMajor) a += a_step;
    if (kPack) packed += kTileColumns;
  }
}

template <int kRows, int kVecs, bool kRowMajor, bool kPack>
inline void accumulate_any(const Tile& tile, Vec (&sum)[kRows][kVecs]) {
#if !defined(__AVX512F__)
  if (tile.columns == kVecs * kLanes) {
    accumulate<kRows, kVecs, kRowMajor, kPack, false>(tile, sum);
    return;
  }
#endif
  // A full mask costs nothing with AVX-512, so that one loop serves both.
  accumulate<kRows, kVecs, kRowMajor, kPack, true>(tile, sum);
}

template <int kRows, int kVecs>
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
#pragma GCC unroll 14
  for (int r = 0; r < kRows; r++) {
#pragma GCC unroll 2
    for (int v = 0; v < kVecs; v++) sum[r][v] = Vec{};
  }
  if (tile.a_row_major) {
    if (tile.packed_b != nullptr) {
      accumulate_any<kRows, kVecs, true, true>(tile, sum);
    } else {
      accumulate_any<kRows, kVecs, true, false>(tile, sum);
    }
  } else if (tile.packed_b != nullptr) {
    accumulate_any<kRows, kVecs, false, true>(tile, sum);
  } else {
    accumulate_any<kRows, kVecs, false, false>(tile, sum);
  }
  finish_tile<kRows, kVecs>(sum, tile.columns, e, i, j);
}

using TileFunction = void (*)(const Tile&, const Epilogue&, int64_t, int64_t);

struct RunsOfHeight {
  TileFunction narrow, wide;  // one vector of columns, two vectors
};

template <int kRows>
constexpr RunsOfHeight runs() {
  return {run<kRows, 1>, run<kRows, 2>};
}

constexpr RunsOfHeight kRuns[kTileRows + 1] = {
    {nullptr, nullptr}, runs<1>(),  runs<2>(),  runs<3>(),  runs<4>(),
#if defined(__AVX2__)
    runs<5>(),          runs<6>(),
#endif
#if defined(__AVX512F__)
    runs<7>(),          runs<8>(),  runs<9>(),  runs<10>(), runs<11>(),
    runs<12>(),         runs<13>(), runs<14>(),
#endif
};

}  // namespace

void multiply_tile(const Tile& tile, const Epilogue& e, int64_t i, int64_t j) {
  const RunsOfHeight& runs = kRuns[tile.rows];
  TileFunction run = tile.columns > kLanes ? runs.wide : runs.narrow;
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
