// The addresses of one memory instruction, relative to each other.
#ifndef SOFTCUDA_PATTERN_H
#define SOFTCUDA_PATTERN_H

#include "warp.h"

namespace softcuda {

// Are the lanes' distances, and the first one's place in 32 bytes, what they were the last time?
bool repeats(const Pattern& pattern, Mask mask, const uint64_t* address);

// Works out everything that follows from the distances. `banked`: wavefronts, else sectors.
void learn(Pattern& pattern, Mask mask, const uint64_t* address, uint32_t bytes, uint32_t alignment,
           bool banked);

}  // namespace softcuda

#endif
