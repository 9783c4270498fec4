// What a launch did, counted exactly: the same numbers on every run, for every seed and number of
// threads.
#ifndef SOFTCUDA_COUNTERS_H
#define SOFTCUDA_COUNTERS_H

#include <array>
#include <cstdint>
#include <string>

namespace softcuda {

enum class Kind : uint8_t {
  kInteger,
  kFloat32,
  kFloat64,
  kHalf,     // f16, bf16 and their pairs
  kSpecial,  // approximations: rcp, rsqrt, ex2, lg2, sin, cos, tanh
  kConvert,
  kCompare,  // setp, selp and predicate logic
  kMove,     // mov, cvta, ld.param
  kControl,  // bra, ret, exit, call
  kGlobalLoad,
  kGlobalStore,
  kSharedLoad,
  kSharedStore,
  kLocal,  // both directions: spills and arrays indexed at run time
  kConstant,
  kAtomic,
  kWarp,     // shfl, vote, match, redux, bar.warp.sync
  kBarrier,  // bar, barrier, membar
  kAsync,    // cp.async and its groups
  kTensor,   // mma, wmma, ldmatrix
  kCount
};
const char* name(Kind kind);

struct Traffic {               // of one direction
  uint64_t requests = 0;       // warp instructions
  uint64_t bytes = 0;          // of the active lanes together
  uint64_t sectors = 0;        // of 32 bytes
  uint64_t least_sectors = 0;  // if the distinct bytes of each request lay side by side
};

struct BankUse {          // of one direction
  uint64_t requests = 0;  // warp instructions
  uint64_t wavefronts = 0;
  uint64_t least_wavefronts = 0;  // with no two words of one bank: the difference is the conflicts
  uint64_t conflicts() const { return wavefronts - least_wavefronts; }
};

struct Counters {
  std::array<uint64_t, static_cast<size_t>(Kind::kCount)> warp_instructions{};
  std::array<uint64_t, static_cast<size_t>(Kind::kCount)> lane_instructions{};
  uint64_t fma = 0;  // lanes: fused multiply-adds of f32 and f64; of f16x2 and bf16x2 two each
  uint64_t tensor_fma = 0;  // multiply-adds inside mma and wmma
  Traffic global_load, global_store, global_async, global_atomic;
  BankUse shared_load, shared_store;
  uint64_t barriers = 0;            // warps that arrived at a block barrier
  uint64_t divergent_branches = 0;  // branches that split a group of lanes
  uint64_t partial = 0;             // warp instructions run by some of the warp's live lanes only
  uint64_t blocks = 0, warps = 0;

  uint64_t warpTotal() const;
  uint64_t laneTotal() const;
  Counters& operator+=(const Counters& other);
};

std::string toTable(const Counters& counters);
std::string toJson(const Counters& counters);  // one line, no newline

}  // namespace softcuda

#endif
