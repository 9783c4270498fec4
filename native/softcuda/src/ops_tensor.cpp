// ldmatrix, mma.sync and wmma. Products are exact in f32; they are added one after the other along
// k, where hardware adds several at once and rounds in its own way.
#include <array>

#include "access.h"
#include "floats.h"
#include "ops.h"

namespace softcuda {
namespace {

// Lane l holds row l / 4 of a matrix of 8 x 8, elements 2 (l % 4) and the next; transposed, the
// column.
template <bool kTransposed>
void loadMatrix(Warp& warp, const Instruction& i, Mask mask) {
  const int matrices = static_cast<int>(i.slots->size());
  const Mask rows = matrices == 4 ? kAllLanes : (Mask{1} << (8 * matrices)) - 1;
  Reach at;
  reach(warp, i, mask & rows, at);
  if (warp.worker->level >= kShadow) shadowRead(warp, i, mask & rows, at, 16);
  for (int m = 0; m < matrices; ++m) {
    uint16_t element[8][8];
    for (int row = 0; row < 8; ++row)
      std::memcpy(element[row], at.origin + at.address[8 * m + row], 16);
    forLanes(warp.at<uint32_t>((*i.slots)[m]), mask, [&](int lane) {
      int r = lane / 4, c = lane % 4 * 2;
      return kTransposed ? element[c][r] | uint32_t{element[c + 1][r]} << 16
                         : element[r][c] | uint32_t{element[r][c + 1]} << 16;
    });
  }
}

float low(uint32_t pair, bool bf16) {
  uint16_t bits = static_cast<uint16_t>(pair);
  return bf16 ? bf16ToFloat(bits) : halfToFloat(bits);
}
float high(uint32_t pair, bool bf16) { return low(pair >> 16, bf16); }

struct Tile {
  float a[16][16], b[16][8], c[16][8];
};

// Registers of A: rows g and g + 8 of columns from 0, then of columns from the middle.
void fillPairs(Tile& tile, const uint32_t* const* registers, int k, bool bf16) {
  const int a_registers = k / 4;
  for (int lane = 0; lane < kLanes; ++lane) {
    int g = lane / 4, t = lane % 4 * 2;
    for (int r = 0; r < a_registers; ++r) {
      uint32_t pair = registers[r][lane];
      tile.a[g + r % 2 * 8][t + r / 2 * 8] = low(pair, bf16);
      tile.a[g + r % 2 * 8][t + r / 2 * 8 + 1] = high(pair, bf16);
    }
    for (int r = 0; r < k / 8; ++r) {
      uint32_t pair = registers[a_registers + r][lane];
      tile.b[t + 8 * r][g] = low(pair, bf16);
      tile.b[t + 8 * r + 1][g] = high(pair, bf16);
    }
  }
}

void fillTf32(Tile& tile, const uint32_t* const* registers, int k) {
  const int a_registers = k / 2;
  for (int lane = 0; lane < kLanes; ++lane) {
    int g = lane / 4, t = lane % 4;
    for (int r = 0; r < a_registers; ++r)
      tile.a[g + r % 2 * 8][t + r / 2 * 4] = readTf32(registers[r][lane]);
    for (int r = 0; r < k / 4; ++r)
      tile.b[t + 4 * r][g] = readTf32(registers[a_registers + r][lane]);
  }
}

void multiply(Tile& tile, int k) {
  for (int row = 0; row < 16; ++row) {
    for (int p = 0; p < k; ++p) {
      for (int column = 0; column < 8; ++column) {
        tile.c[row][column] =
            __builtin_fmaf(tile.a[row][p], tile.b[p][column], tile.c[row][column]);
      }
    }
  }
}

enum class Input { kHalf, kBf16, kTf32 };

// i.slots: d (4), a, b, c (4).
template <int kK, Input kInput>
void mma(Warp& warp, const Instruction& i, Mask mask) {
  constexpr int kInputs = kInput == Input::kTf32 ? kK / 2 + kK / 4 : kK / 4 + kK / 8;
  const std::vector<uint32_t>& slots = *i.slots;
  const uint32_t* registers[kInputs];
  for (int r = 0; r < kInputs; ++r) registers[r] = warp.at<uint32_t>(slots[4 + r]);
  Tile tile;
  if (kInput == Input::kTf32) {
    fillTf32(tile, registers, kK);
  } else {
    fillPairs(tile, registers, kK, kInput == Input::kBf16);
  }
  for (int r = 0; r < 4; ++r) {
    const float* c = warp.at<float>(slots[4 + kInputs + r]);
    for (int lane = 0; lane < kLanes; ++lane)
      tile.c[lane / 4 + r / 2 * 8][lane % 4 * 2 + r % 2] = c[lane];
  }
  multiply(tile, kK);
  for (int r = 0; r < 4; ++r) {
    forLanes(warp.at<float>(slots[r]), mask,
             [&](int lane) { return tile.c[lane / 4 + r / 2 * 8][lane % 4 * 2 + r % 2]; });
  }
}

// wmma m16n16k8 tf32. PTX leaves open which lane holds what: here element e is in register e / 32
// of lane e % 32, rows of A (16 x 8) and C (16 x 16) and of B (8 x 16) one after the other.
template <int kColumns, bool kRowMajor>
uint64_t elementOffset(int element, uint32_t stride) {
  uint64_t row = element / kColumns, column = element % kColumns;
  return 4 * (kRowMajor ? row * stride + column : column * stride + row);
}

// i.slots: the fragment's registers. Address a + offset, row length b in elements.
template <int kColumns, bool kRowMajor>
void aim(Warp& warp, const Instruction& i, int r, Reach& at) {
  const uint64_t start = warp.at<uint64_t>(i.a)[0] + static_cast<uint64_t>(i.offset);
  const uint32_t stride = warp.at<uint32_t>(i.b)[0];
  const Memory& memory = *warp.worker->memory;
  bool shared = i.space == Space::kShared || start - memory.sharedWindow() < Memory::kWindow;
  uint64_t base = i.space == Space::kGeneric && shared ? start - memory.sharedWindow() : start;
  for (int lane = 0; lane < kLanes; ++lane) {
    at.address[lane] = base + elementOffset<kColumns, kRowMajor>(32 * r + lane, stride);
  }
  check(warp, i, kAllLanes, shared ? Space::kShared : Space::kGlobal, 4, at);
  count(warp, i, kAllLanes, at.space);
}

template <int kColumns, bool kRowMajor>
void wmmaLoad(Warp& warp, const Instruction& i, Mask mask) {
  for (size_t r = 0; r < i.slots->size(); ++r) {
    Reach at;
    aim<kColumns, kRowMajor>(warp, i, static_cast<int>(r), at);
    if (warp.worker->level >= kShadow) shadowRead(warp, i, mask, at, 4);
    forLanes(warp.at<uint32_t>((*i.slots)[r]), mask, [&](int lane) {
      uint32_t value;
      std::memcpy(&value, at.origin + at.address[lane], sizeof value);
      return value;
    });
  }
}

template <int kColumns, bool kRowMajor>
void wmmaStore(Warp& warp, const Instruction& i, Mask mask) {
  for (size_t r = 0; r < i.slots->size(); ++r) {
    Reach at;
    aim<kColumns, kRowMajor>(warp, i, static_cast<int>(r), at);
    if (warp.worker->level >= kShadow) shadowWrite(warp, i, mask, at, 4);
    const uint32_t* values = warp.at<uint32_t>((*i.slots)[r]);
    for (int lane = 0; lane < kLanes; ++lane)
      std::memcpy(at.origin + at.address[lane], &values[lane], 4);
  }
}

// i.slots: d (8), a (4), b (4), c (8).
void wmma(Warp& warp, const Instruction& i, Mask mask) {
  const std::vector<uint32_t>& slots = *i.slots;
  float a[16][8], b[8][16], c[16][16];
  for (int e = 0; e < 256; ++e) {
    if (e < 128) {
      a[e / 8][e % 8] = readTf32(warp.at<uint32_t>(slots[8 + e / 32])[e % 32]);
      b[e / 16][e % 16] = readTf32(warp.at<uint32_t>(slots[12 + e / 32])[e % 32]);
    }
    c[e / 16][e % 16] = warp.at<float>(slots[16 + e / 32])[e % 32];
  }
  for (int row = 0; row < 16; ++row) {
    for (int p = 0; p < 8; ++p) {
      for (int n = 0; n < 16; ++n) c[row][n] = __builtin_fmaf(a[row][p], b[p][n], c[row][n]);
    }
  }
  for (int r = 0; r < 8; ++r) {
    forLanes(warp.at<float>(slots[r]), mask,
             [&](int lane) { return c[2 * r + lane / 16][lane % 16]; });
  }
}

}  // namespace

Handler loadMatrixHandler(bool transposed) {
  return transposed ? loadMatrix<true> : loadMatrix<false>;
}

Handler mmaHandler(const std::string& shape, const std::string& types) {
  if (shape == "m16n8k16" && types == "f32.bf16.bf16.f32") return mma<16, Input::kBf16>;
  if (shape == "m16n8k8" && types == "f32.bf16.bf16.f32") return mma<8, Input::kBf16>;
  if (shape == "m16n8k16" && types == "f32.f16.f16.f32") return mma<16, Input::kHalf>;
  if (shape == "m16n8k8" && types == "f32.f16.f16.f32") return mma<8, Input::kHalf>;
  if (shape == "m16n8k8" && types == "f32.tf32.tf32.f32") return mma<8, Input::kTf32>;
  if (shape == "m16n8k4" && types == "f32.tf32.tf32.f32") return mma<4, Input::kTf32>;
  return nullptr;
}

Handler wmmaLoadHandler(char fragment, const std::string& shape, bool row) {
  if (shape != "m16n16k8") return nullptr;
  if (fragment == 'a') return row ? wmmaLoad<8, true> : wmmaLoad<8, false>;
  return row ? wmmaLoad<16, true> : wmmaLoad<16, false>;
}

Handler wmmaStoreHandler(const std::string& shape, bool row) {
  if (shape != "m16n16k8") return nullptr;
  return row ? wmmaStore<16, true> : wmmaStore<16, false>;
}

Handler wmmaHandler(const std::string& shape) {
  return shape == "m16n16k8" ? wmma : Handler{nullptr};
}

}  // namespace softcuda
