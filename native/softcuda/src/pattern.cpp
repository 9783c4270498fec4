// What a memory access costs: 32-byte sectors for global memory, wavefronts over 32 banks for
// shared memory.
#include "pattern.h"

#include <algorithm>

namespace softcuda {
namespace {

// How many different values there are.
uint32_t distinct(uint64_t* values, int count) {
  if (!std::is_sorted(values, values + count)) std::sort(values, values + count);
  return static_cast<uint32_t>(std::unique(values, values + count) - values);
}

uint32_t countSectors(const uint64_t* address, uint32_t bytes) {
  uint64_t sectors[kLanes * 2];
  int count = 0;
  for (int lane = 0; lane < kLanes; ++lane) {
    sectors[count++] = address[lane] / 32;
    if ((address[lane] + bytes - 1) / 32 != address[lane] / 32)
      sectors[count++] = address[lane] / 32 + 1;
  }
  return distinct(sectors, count);
}

void countTraffic(const uint64_t* address, uint32_t bytes, Pattern& pattern) {
  const uint64_t first = address[0];
  if (pattern.shape == Pattern::kScattered) {
    uint64_t starts[kLanes];
    std::copy(address, address + kLanes, starts);
    pattern.sectors = countSectors(address, bytes);
    pattern.least_sectors = (distinct(starts, kLanes) * bytes + 31) / 32;
  } else {
    const uint32_t run = pattern.shape == Pattern::kUniform ? bytes : bytes * kLanes;
    pattern.sectors = static_cast<uint32_t>((first + run - 1) / 32 - first / 32 + 1);
    pattern.least_sectors = (run + 31) / 32;
  }
}

// The lanes [first, last) together: each bank gives one word at a time.
uint32_t countBanks(const uint64_t* address, uint32_t bytes, int first, int last, Mask mask) {
  uint64_t words[kLanes * 4];
  int count = 0;
  for (int lane = first; lane < last; ++lane) {
    if ((mask >> lane & 1) == 0) continue;
    for (uint32_t at = 0; at < bytes; at += 4) words[count++] = (address[lane] + at) / 4;
  }
  if (count == 0) return 0;
  uint32_t words_left = distinct(words, count), load[32] = {}, most = 0;
  for (uint32_t k = 0; k < words_left; ++k) most = std::max(most, ++load[words[k] % 32]);
  return most;
}

// 8-byte accesses go half a warp at a time, 16-byte ones a quarter.
void countWavefronts(const uint64_t* address, uint32_t bytes, Mask mask, Pattern& pattern) {
  int step = bytes <= 4 ? kLanes : bytes == 8 ? kLanes / 2 : kLanes / 4;
  pattern.wavefronts = pattern.least_wavefronts = 0;
  for (int lane = 0; lane < kLanes; lane += step) {
    uint32_t count = countBanks(address, bytes, lane, lane + step, mask);
    pattern.wavefronts += count;
    pattern.least_wavefronts += count != 0;
  }
}

// Of `count` lanes.
Pattern::Shape shapeOf(const int64_t* delta, uint32_t bytes, int count) {
  bool uniform = true, contiguous = true;
  for (int lane = 0; lane < count; ++lane) {
    uniform &= delta[lane] == delta[0];
    contiguous &= delta[lane] - delta[0] == static_cast<int64_t>(lane * bytes);
  }
  return uniform ? Pattern::kUniform : contiguous ? Pattern::kContiguous : Pattern::kScattered;
}

}  // namespace

bool repeats(const Pattern& pattern, Mask mask, const uint64_t* address) {
  const uint64_t first = address[firstLane(mask)];
  if (pattern.mask != mask || pattern.base != first % 32) return false;
  uint64_t difference = 0;
  for (int lane = 0; lane < kLanes; ++lane) {
    difference |= (address[lane] - first) ^ static_cast<uint64_t>(pattern.delta[lane]);
  }
  return difference == 0;
}

void learn(Pattern& pattern, Mask mask, const uint64_t* address, uint32_t bytes, uint32_t alignment,
           bool banked) {
  const uint64_t first = address[firstLane(mask)];
  pattern.mask = mask;
  pattern.base = first % 32;
  pattern.least = pattern.most = 0;
  uint64_t low_bits = 0;
  for (int lane = 0; lane < kLanes; ++lane) {
    int64_t delta = static_cast<int64_t>(address[lane] - first);
    pattern.delta[lane] = delta;
    pattern.least = std::min(pattern.least, delta);
    pattern.most = std::max(pattern.most, delta);
    low_bits |= address[lane];
  }
  pattern.aligned = (low_bits & (alignment - 1)) == 0;
  pattern.shape = shapeOf(pattern.delta, bytes, kLanes);
  for (int k = 0; k < 4; ++k) pattern.group[k] = shapeOf(pattern.delta + 8 * k, bytes, 8);
  if (banked) {
    countWavefronts(address, bytes, mask, pattern);
  } else {
    countTraffic(address, bytes, pattern);
  }
}

}  // namespace softcuda
