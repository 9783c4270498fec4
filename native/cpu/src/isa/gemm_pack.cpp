#include "gemm_pack.h"

#include "gemm_transpose.h"

namespace talus::TALUS_ISA {
namespace {

// op(A) stored m x k: a[row * lda + p].
template <int kRows>
void pack_rows(int64_t k, const float* a, int64_t lda, float* packed) {
  int64_t p = 0;
  for (; p + kLanes <= k; p += kLanes) {
    Vec v[kLanes];
#pragma GCC unroll 16
    for (int r = 0; r < kLanes; r++) v[r] = r < kRows ? load(a + r * lda + p) : Vec{};
    transpose_square(v);
#pragma GCC unroll 16
    for (int q = 0; q < kLanes; q++) store_first(packed + (p + q) * kRows, v[q], kRows);
  }
  for (; p < k; p++)
    for (int r = 0; r < kRows; r++) packed[p * kRows + r] = a[r * lda + p];
}

// op(A) stored k x m: a[p * lda + row].
template <int kRows>
void pack_transposed_rows(int64_t k, const float* a, int64_t lda, float* packed) {
  for (int64_t p = 0; p < k; p++) memcpy(packed + p * kRows, a + p * lda, kRows * sizeof(float));
}

template <int kRows>
void pack_panel(int trans_a, int64_t k, const float* a, int64_t lda, float* packed) {
  if (trans_a) {
    pack_transposed_rows<kRows>(k, a, lda, packed);
  } else {
    pack_rows<kRows>(k, a, lda, packed);
  }
}

using PackFunction = void (*)(int, int64_t, const float*, int64_t, float*);
constexpr PackFunction kPacks[] = {
    nullptr,        pack_panel<1>,  pack_panel<2>,  pack_panel<3>,  pack_panel<4>,
#if defined(__AVX2__)
    pack_panel<5>,  pack_panel<6>,
#endif
#if defined(__AVX512F__)
    pack_panel<7>,  pack_panel<8>,  pack_panel<9>,  pack_panel<10>, pack_panel<11>,
    pack_panel<12>, pack_panel<13>, pack_panel<14>,
#endif
};

// op(B) stored n x k: b[column * ldb + p]. One vector of columns, `count` of them real.
void pack_transposed_columns(int64_t count, int64_t k, const float* b, int64_t ldb, float* packed) {
  int64_t p = 0;
  for (; p + kLanes <= k; p += kLanes) {
    Vec v[kLanes];
    if (count == kLanes) {
#pragma GCC unroll 16
      for (int j = 0; j < kLanes; j++) v[j] = load(b + j * ldb + p);
    } else {
#pragma GCC unroll 16
      for (int j = 0; j < kLanes; j++) v[j] = j < count ? load(b + j * ldb + p) : Vec{};
    }
    transpose_square(v);
#pragma GCC unroll 16
    for (int q = 0; q < kLanes; q++) store(packed + (p + q) * kTileColumns, v[q]);
  }
  for (; p < k; p++)
    for (int j = 0; j < kLanes; j++) packed[p * kTileColumns + j] = j < count ? b[j * ldb + p] : 0;
}

}  // namespace

void pack_row_panel(int trans_a, int rows, int64_t k, const float* a, int64_t lda, float* packed) {
  kPacks[rows](trans_a, k, a, lda, packed);
}

void pack_column_panel(int trans_b, int64_t columns, int64_t k, const float* b, int64_t ldb,
                       float* packed) {
  int64_t first = columns < kLanes ? columns : kLanes, second = columns - first;
  if (trans_b) {
    pack_transposed_columns(first, k, b, ldb, packed);
    pack_transposed_columns(second, k, b + first * ldb, ldb, packed + kLanes);
  } else if (columns == kTileColumns) {
    for (int64_t p = 0; p < k; p++) {
      store(packed + p * kTileColumns, load(b + p * ldb));
      store(packed + p * kTileColumns + kLanes, load(b + p * ldb + kLanes));
    }
  } else {
    for (int64_t p = 0; p < k; p++) {
      store(packed + p * kTileColumns, load_first(b + p * ldb, first));
      store(packed + p * kTileColumns + kLanes, load_first(b + p * ldb + first, second));
    }
  }
}

}  // namespace talus::TALUS_ISA
