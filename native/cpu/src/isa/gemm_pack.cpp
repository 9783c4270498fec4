#include "gemm_pack.h"

#include "interleave.h"

namespace talus::TALUS_ISA {
namespace {

// Vectors of each row to fetch ahead: rows a page apart are too many streams for the processor.
constexpr int kFetchVectors = 4;

// a[row * a_step + p]: kLanes steps of k at a time are transposed in registers.
template <int kRows>
void pack_row_major(int64_t k, const float* a, int64_t a_step, float* packed) {
  for (int64_t p = 0; p < k; p += kLanes) {
    int64_t depth = k - p < kLanes ? k - p : kLanes;
    Vec square[kLanes];
    for (int r = 0; r < kLanes; r++) {
      if (r < kRows) __builtin_prefetch(a + r * a_step + p + kFetchVectors * kLanes);
      square[r] = r < kRows ? load_first(a + r * a_step + p, depth) : Vec{};
    }
    transpose_tile(square);
    for (int q = 0; q < kLanes; q++) {
      if (q < depth) store_first(packed + (p + q) * kRows, square[q], kRows);
    }
  }
}

// a[row + p * a_step].
template <int kRows>
void pack_depth_major(int64_t k, const float* a, int64_t a_step, float* packed) {
  for (int64_t p = 0; p < k; p++) {
    store_first(packed + p * kRows, load_first(a + p * a_step, kRows), kRows);
  }
}

using PackFunction = void (*)(int64_t, const float*, int64_t, float*);

struct PacksOfHeight {
  PackFunction row_major, depth_major;
};

template <int kRows>
constexpr PacksOfHeight packs() {
  return {pack_row_major<kRows>, pack_depth_major<kRows>};
}

constexpr PacksOfHeight kPacks[kTileRows + 1] = {
    {nullptr, nullptr}, packs<1>(),  packs<2>(),  packs<3>(),  packs<4>(),
#if defined(__AVX2__)
    packs<5>(),         packs<6>(),
#endif
#if defined(__AVX512F__)
    packs<7>(),         packs<8>(),  packs<9>(),  packs<10>(), packs<11>(),
    packs<12>(),        packs<13>(), packs<14>(),
#endif
};

// b[column * b_step + p]: one vector of columns, `count` of them real.
void pack_transposed(int64_t count, int64_t k, const float* b, int64_t b_step, float* packed) {
  for (int64_t p = 0; p < k; p += kLanes) {
    int64_t depth = k - p < kLanes ? k - p : kLanes;
    Vec square[kLanes];
    for (int j = 0; j < kLanes; j++) {
      square[j] = j < count ? load_first(b + j * b_step + p, depth) : Vec{};
    }
    transpose_tile(square);
    for (int q = 0; q < kLanes; q++) {
      if (q < depth) store(packed + (p + q) * kTileColumns, square[q]);
    }
  }
}

}  // namespace

void pack_row_panel(bool row_major, int64_t rows, int64_t k, const float* a, int64_t a_step,
                    float* packed) {
  (row_major ? kPacks[rows].row_major : kPacks[rows].depth_major)(k, a, a_step, packed);
}

void pack_column_panel(bool row_major, int64_t columns, int64_t k, const float* b, int64_t b_step,
                       float* packed) {
  for (int64_t first = 0; first < kTileColumns; first += kLanes) {
    int64_t left = columns - first, count = left < 0 ? 0 : left < kLanes ? left : kLanes;
    if (!row_major) {
      pack_transposed(count, k, b + first * b_step, b_step, packed + first);
      continue;
    }
    for (int64_t p = 0; p < k; p++) {
      store(packed + p * kTileColumns + first, load_first(b + p * b_step + first, count));
    }
  }
}

}  // namespace talus::TALUS_ISA
