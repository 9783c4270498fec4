// Scratch memory that outlives a call, so that a steady state allocates nothing.
//
// Each thread owns a few slots; a slot grows to the largest size asked of it and is freed when its
// thread ends. A slot's contents are undefined at each acquisition. Two live uses in one call stack
// must name different slots.
#pragma once

#include <stdint.h>

namespace talus {

// One name per use that can be live together with others on one thread. Shared: held by the thread
// that called the op while workers read and write it. Local: held by whichever thread runs a task.
enum ScratchSlot {
  kGemmSharedPack,
  kGemmLocalPack,
  kGemmLocalTile,
  kConvShared,
  kConvLocal,
  kConvTile,
  kRowsShared,
  kRowsLocal,
  kSimilarityShared,
  kSimilarityLocal,
  kSparseShared,
  kSparseLocal,
  kScratchSlots,
};

// At least `bytes` bytes aligned to 64, or null where memory is short.
void* scratch(ScratchSlot slot, int64_t bytes);

inline float* scratch_floats(ScratchSlot slot, int64_t count) {
  return static_cast<float*>(scratch(slot, count * static_cast<int64_t>(sizeof(float))));
}

}  // namespace talus
