// Where A lies along k, vectors run along k and each sum is the sum of a vector's lanes; where it
// lies along m, they run along m. B is packed by each task.
//
// 128 x 10 over 512 steps on an Intel Xeon: 10.6 microseconds on one core, of which packing takes
// 1.2, and 6.6 on two. Tried: rows of A fetched ahead (no gain).
#include "gemm_skinny.h"

#include "../runtime/pool.h"
#include "../runtime/scratch.h"
#include "gemm_epilogue.h"
#include "interleave.h"
#include "talus_cpu.h"

namespace talus::TALUS_ISA {
namespace {

// Multiply-adds of one task at least: a few microseconds'. Tasks are few because each packs B for
// itself; a copy made by another core would have to be fetched from there.
constexpr int64_t kTaskWork = 320 * 1024;
constexpr int64_t kTasks = 32;

#if defined(__AVX512F__)
constexpr int kSums = 24;
#else
constexpr int kSums = 10;
#endif

// Vectors of A at a time for `columns` columns: as many as leave the sums in registers.
constexpr int height_for(int columns, int most) {
  int height = kSums / columns;
  return height < 1 ? 1 : height > most ? most : height;
}

struct Skinny {
  int64_t m, k;
  const float* a;
  int64_t lda;
  const float* b;  // packed
  Epilogue epilogue;
};

// Keeps the compiler from loading v anew for each of its uses.
inline void in_register([[maybe_unused]] Vec& v) {
#if defined(__AVX512F__)
  asm("" : "+v"(v));
#elif defined(__AVX2__)
  asm("" : "+x"(v));
#endif
}

constexpr int kLevels = kLanes == 16 ? 4 : kLanes == 8 ? 3 : 2;
static_assert(1 << kLevels == kLanes, "lanes of a vector");

// Where lane_sums leaves the sum of vector s: the bits of s the other way around.
constexpr int lane_of_sum(int s) {
  int lane = 0;
  for (int level = 0; level < kLevels; level++) lane |= (s >> level & 1) << (kLevels - 1 - level);
  return lane;
}

// The lane sums of up to kLanes vectors, in one. Each level adds the two halves of every vector and
// puts what is left of two into one.
template <int kCount>
inline Vec lane_sums(const Vec* v) {
  Vec level[kLanes];
#pragma GCC unroll 16
  for (int s = 0; s < kCount; s++) level[s] = v[s];
  int count = kCount;
#pragma GCC unroll 4
  for (int round = 0; round < kLevels; round++) {
#pragma GCC unroll 8
    for (int s = 0; s < count; s += 2) {
      const Vec other = level[s + 1 < count ? s + 1 : s];
      level[s / 2] = interleave_low(level[s], other) + interleave_high(level[s], other);
    }
    count = (count + 1) / 2;
  }
  return level[0];
}

// The lane sums of kCount vectors, kLanes of them in each of the results.
template <int kCount>
struct LaneSums {
  static constexpr int kVectors = (kCount + kLanes - 1) / kLanes;
  static constexpr int kLast = kCount - (kVectors - 1) * kLanes;
  Vec sums[kVectors];

  explicit LaneSums(const Vec* v) {
#pragma GCC unroll 8
    for (int i = 0; i + 1 < kVectors; i++) sums[i] = lane_sums<kLanes>(v + i * kLanes);
    sums[kVectors - 1] = lane_sums<kLast>(v + (kVectors - 1) * kLanes);
  }

  // Those of vectors first .. first + count - 1 in order, count <= kLanes.
  Vec in_order(int first, int count) const {
    const int from = first / kLanes, next = from + 1 < kVectors ? from + 1 : from;
    VecInt index = {};
#pragma GCC unroll 16
    for (int s = 0; s < count; s++) {
      const int sum = first + s;
      index[s] = lane_of_sum(sum % kLanes) + (sum / kLanes > from ? kLanes : 0);
    }
    return __builtin_shuffle(sums[from], sums[next], index);
  }
};

// Rows i .. i + kHeight - 1, vectors along k: sums[row][column] += A[row, p..] * B[p.., column].
template <int kColumns, int kHeight>
void dot_rows(const Skinny& x, int64_t i) {
  Vec sum[kHeight][kColumns];
#pragma GCC unroll 8
  for (int r = 0; r < kHeight; r++) {
#pragma GCC unroll 16
    for (int j = 0; j < kColumns; j++) sum[r][j] = Vec{};
  }
  const float* a = x.a + i * x.lda;
  auto step = [&](int64_t p, auto&& read) {
    Vec row[kHeight];
#pragma GCC unroll 8
    for (int r = 0; r < kHeight; r++) row[r] = read(a + r * x.lda + p);
#pragma GCC unroll 16
    for (int j = 0; j < kColumns; j++) {
      Vec column = load(x.b + p * kColumns + j * kLanes);
      in_register(column);
#pragma GCC unroll 8
      for (int r = 0; r < kHeight; r++) sum[r][j] = fma(row[r], column, sum[r][j]);
    }
  };
  int64_t p = 0;
  for (; p + kLanes <= x.k; p += kLanes) step(p, [](const float* from) { return load(from); });
  if (p < x.k) step(p, [&](const float* from) { return load_first(from, x.k - p); });
  const LaneSums<kHeight * kColumns> sums(&sum[0][0]);
#pragma GCC unroll 8
  for (int r = 0; r < kHeight; r++) {
#pragma GCC unroll 4
    for (int first = 0; first < kColumns; first += kLanes) {
      const int count = kColumns - first < kLanes ? kColumns - first : kLanes;
      finish_vector(sums.in_order(r * kColumns + first, count), first_lanes(count), x.epilogue,
                    i + r, first);
    }
  }
}

// Rows i .. i + kHeight * kLanes - 1, vectors along m; `count` of the last vector's lanes are real.
template <int kColumns, int kHeight>
void axpy_rows(const Skinny& x, int64_t i, int64_t count) {
  Vec sum[kHeight][kColumns];
#pragma GCC unroll 8
  for (int r = 0; r < kHeight; r++) {
#pragma GCC unroll 16
    for (int j = 0; j < kColumns; j++) sum[r][j] = Vec{};
  }
  auto run = [&](auto&& read) {
    const float *a = x.a + i, *b = x.b;
    for (int64_t p = 0; p < x.k; p++, a += x.lda, b += kColumns) {
      Vec row[kHeight];
#pragma GCC unroll 8
      for (int r = 0; r < kHeight; r++) row[r] = read(a + r * kLanes);
#pragma GCC unroll 16
      for (int j = 0; j < kColumns; j++) {
#pragma GCC unroll 8
        for (int r = 0; r < kHeight; r++) sum[r][j] = fma(row[r], splat(b[j]), sum[r][j]);
      }
    }
  };
  if (kHeight > 1 || count == kLanes) {
    run([](const float* from) { return load(from); });
  } else {
    run([&](const float* from) { return load_first(from, count); });
  }
#pragma GCC unroll 8
  for (int r = 0; r < kHeight; r++) {
#pragma GCC unroll 4
    for (int first = 0; first < kColumns; first += kLanes) {
      Vec square[kLanes];
#pragma GCC unroll 16
      for (int s = 0; s < kLanes; s++) {
        square[s] = first + s < kColumns ? sum[r][first + s < kColumns ? first + s : 0] : Vec{};
      }
      transpose_tile(square);
      LaneMask mask = first_lanes(kColumns - first < kLanes ? kColumns - first : kLanes);
      for (int q = 0; q < (kHeight > 1 ? kLanes : count); q++) {
        finish_vector(square[q], mask, x.epilogue, i + r * kLanes + q, first);
      }
    }
  }
}

// Rows first .. last-1.
template <int kColumns>
void dots(const Skinny& x, int64_t first, int64_t last) {
  constexpr int kHeight = height_for(kColumns, 6);
  int64_t i = first;
  for (; i + kHeight <= last; i += kHeight) dot_rows<kColumns, kHeight>(x, i);
  for (; i < last; i++) dot_rows<kColumns, 1>(x, i);
}

template <int kColumns>
void axpys(const Skinny& x, int64_t first, int64_t last) {
  constexpr int kHeight = height_for(kColumns, 4);
  int64_t i = first;
  if (kHeight > 1) {
    for (; i + kHeight * kLanes <= last; i += kHeight * kLanes)
      axpy_rows<kColumns, kHeight>(x, i, kLanes);
  }
  for (; i < last; i += kLanes) {
    axpy_rows<kColumns, 1>(x, i, last - i < kLanes ? last - i : kLanes);
  }
}

// kLanes steps of k of each column side by side, zeros beyond k.
template <int kColumns>
void pack_for_dots(int trans_b, int64_t k, const float* b, int64_t ldb, float* packed) {
  for (int64_t p = 0; p < k; p += kLanes) {
    const int64_t depth = k - p < kLanes ? k - p : kLanes;
    float* to = packed + p * kColumns;
    if (trans_b) {
      for (int j = 0; j < kColumns; j++) {
        store(to + j * kLanes, load_first(b + j * ldb + p, depth));
      }
      continue;
    }
#pragma GCC unroll 4
    for (int first = 0; first < kColumns; first += kLanes) {
      constexpr int kRest = kColumns % kLanes == 0 ? kLanes : kColumns % kLanes;
      const int count = first + kLanes <= kColumns ? kLanes : kRest;
      const float* from = b + p * ldb + first;
      const LaneMask mask = first_lanes(count);
      Vec square[kLanes];
#pragma GCC unroll 16
      for (int q = 0; q < kLanes; q++) {
        square[q] = q < depth ? load_masked(from + q * ldb, mask) : Vec{};
      }
      transpose_tile(square);
#pragma GCC unroll 16
      for (int j = 0; j < count; j++) store(to + (first + j) * kLanes, square[j]);
    }
  }
}

struct RangesOfWidth {
  void (*dots)(const Skinny&, int64_t, int64_t);
  void (*axpys)(const Skinny&, int64_t, int64_t);
  void (*pack_for_dots)(int, int64_t, const float*, int64_t, float*);
};

template <int kColumns>
constexpr RangesOfWidth ranges() {
  return {dots<kColumns>, axpys<kColumns>, pack_for_dots<kColumns>};
}

constexpr RangesOfWidth kRanges[kSkinnyColumns + 1] = {
    {},           ranges<1>(),  ranges<2>(),  ranges<3>(),  ranges<4>(),
    ranges<5>(),  ranges<6>(),  ranges<7>(),  ranges<8>(),
#if defined(__AVX2__)
    ranges<9>(),  ranges<10>(), ranges<11>(), ranges<12>(),
#endif
#if defined(__AVX512F__)
    ranges<13>(), ranges<14>(), ranges<15>(), ranges<16>(),
#endif
};

void pack_for_axpys(int trans_b, int64_t n, int64_t k, const float* b, int64_t ldb, float* packed) {
  for (int64_t p = 0; p < k; p++) {
    for (int64_t j = 0; j < n; j++) packed[p * n + j] = trans_b ? b[j * ldb + p] : b[p * ldb + j];
  }
}

}  // namespace

bool is_skinny(int trans_a, int64_t m, int64_t n, int64_t k) {
  return n <= kSkinnyColumns && (trans_a ? m >= kLanes && k > 0 : k >= 2 * kLanes);
}

int multiply_skinny(int trans_a, int trans_b, int64_t m, int64_t n, int64_t k, const float* a,
                    int64_t lda, const float* b, int64_t ldb, const Epilogue& epilogue) {
  constexpr int64_t kRows = 4 * kLanes;
  int64_t rows = ceil_div(kTaskWork, n * k * kRows) * kRows;
  if (rows * kTasks < m) rows = ceil_div(m, kTasks * kRows) * kRows;
  const RangesOfWidth& of_width = kRanges[n];
  auto range = trans_a ? of_width.axpys : of_width.dots;
  int status = TALUS_OK;
  parallel_for(ceil_div(m, rows), [&](int64_t task, int) {
    float* packed = scratch_floats(kGemmLocalPack, n * (k + kLanes));
    if (packed == nullptr) return __atomic_store_n(&status, TALUS_OUT_OF_MEMORY, __ATOMIC_RELAXED);
    if (trans_a) {
      pack_for_axpys(trans_b, n, k, b, ldb, packed);
    } else {
      of_width.pack_for_dots(trans_b, k, b, ldb, packed);
    }
    int64_t first = task * rows;
    range({m, k, a, lda, packed, epilogue}, first, first + rows < m ? first + rows : m);
  });
  return status;
}

}  // namespace talus::TALUS_ISA
