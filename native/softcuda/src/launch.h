// Running a kernel to its end on the calling thread and, where there are blocks enough, a second
// one. A kernel whose blocks sleep runs on one thread: then its counters are always the same, and
// that all sleep for ever is certain.
#ifndef SOFTCUDA_LAUNCH_H
#define SOFTCUDA_LAUNCH_H

#include <cstdint>
#include <memory>
#include <vector>

#include "counters.h"
#include "memory.h"
#include "module.h"
#include "report.h"

namespace softcuda {

enum CheckLevel : int {
  kNoChecks =
      0,  // an address outside every allocation still faults, one in a wrong allocation may not
  kBounds = 1,  // bounds and alignment
  kShadow =
      2,  // and uninitialised reads, shared races, barrier and shuffle divergence, cp.async waits
  kRaces = 3,  // and races between blocks; runs on one thread
};

struct Launch {
  std::shared_ptr<const Module> module;
  const Kernel* kernel = nullptr;  // one of the module's
  Dim3 grid, block;
  uint32_t dynamic_shared_bytes = 0;
  std::vector<uint8_t> parameters;  // laid out as kernel->parameters says
  uint64_t seed = 0;                // order of blocks and warps; 0: ascending
  int level = kShadow;
  unsigned threads = 2;
  uint64_t instruction_limit = uint64_t{1} << 32;  // warp instructions; more is kTimeout
  uint32_t max_shared_bytes = 101376;  // static and dynamic together: the opt-in maximum
  uint32_t resident_blocks = 32;       // under way at once, where blocks wait for each other
};

// kSuccess, or kInvalidValue / kOutOfResources (bad geometry), kIllegalAddress, kMisalignedAddress,
// kLaunchFailed, kTimeout. Findings go to Report::global(). A finding that hardware would not fault
// on (a race, say) does not change the code.
int run(const Launch& launch, Counters& counters);

}  // namespace softcuda

#endif
