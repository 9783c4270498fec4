// A kernel ready to run: instructions with a function to call and places in the register file of a
// warp.
#ifndef SOFTCUDA_PROGRAM_H
#define SOFTCUDA_PROGRAM_H

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "counters.h"

namespace softcuda {

constexpr int kLanes = 32;
using Mask = uint32_t;  // one bit a lane
constexpr Mask kAllLanes = ~Mask{0};

struct Warp;
struct Instruction;
// Called with the lanes to act for, never with none.
using Handler = void (*)(Warp& warp, const Instruction& instruction, Mask mask);

enum class Flow : uint8_t {
  kNext,      // call the handler, go on
  kBranch,    // to `target`
  kExit,      // ret and exit of a kernel
  kBarrier,   // of the block
  kWarpSync,  // handler, once all lanes the operand `members` names are here
  kSleep,     // others go on meanwhile
  kTrap,
};

enum class Space : uint8_t { kGeneric, kGlobal, kConst, kShared, kLocal, kParam };
enum class Direction : uint8_t { kLoad, kStore, kAtomic, kAsync };

// Slots are byte offsets into the warp's register file. A slot holds 32 values of 2, 4 or 8 bytes
// side by side, a predicate's one Mask. Constants have slots too, so no operand needs a second
// case.
struct Instruction {
  Handler handler = nullptr;
  uint32_t d = 0, a = 0, b = 0, c = 0;
  uint32_t guard = 0;    // predicate slot
  Mask guard_flip = 0;   // all ones for @!p
  int64_t offset = 0;    // added to an address; elsewhere a small constant of the handler's own
  uint32_t target = 0;   // branch
  uint32_t members = 0;  // slot of a .sync operand's lane mask
  uint32_t pattern = 0;  // of a memory access: where its last addresses are kept
  uint32_t d2 = 0;       // slot of the second result: the predicate of d|p
  const std::vector<uint32_t>* slots = nullptr;  // of vector operands, in order of the text
  Flow flow = Flow::kNext;
  Kind kind = Kind::kInteger;
  Space space = Space::kGeneric;
  Direction direction = Direction::kLoad;
  uint8_t bytes = 0;          // of one access: element size times `count`
  uint8_t count = 1;          // elements of a vector access
  uint8_t written_slots = 0;  // so many of `slots` are results
  uint8_t fma = 0;            // multiply-adds a lane, for the counters
  bool wide_address = false;  // the address register has 64 bits
  uint32_t tensor_fma = 0;    // multiply-adds of the warp
  uint32_t line = 0;
  uint32_t source_file = 0, source_line = 0;
};

// Registers with the same value in all lanes or known at the start of a block.
enum class Special : uint8_t {
  kTidX,
  kTidY,
  kTidZ,
  kNtidX,
  kNtidY,
  kNtidZ,
  kCtaX,
  kCtaY,
  kCtaZ,
  kNctaX,
  kNctaY,
  kNctaZ,
  kLane,
  kWarp,
  kNwarp,
  kLaneEq,
  kLaneLt,
  kLaneLe,
  kLaneGt,
  kLaneGe,
  kDynamicShared,
  kTotalShared,
  kZero,
  kCount
};

struct Program {
  std::string kernel;
  std::vector<Instruction> code;
  std::vector<uint8_t> image;  // the register file before the first instruction: constants, zeros
  std::vector<std::pair<Special, uint32_t>> specials;  // slots to fill in for each block
  std::vector<std::unique_ptr<std::vector<uint32_t>>> slot_lists;
  std::vector<std::string> source_files;
  uint32_t patterns = 0;
  uint32_t local_bytes = 0;
  uint32_t parameter_bytes = 0;
  bool sleeps = false;  // somewhere: blocks may wait for each other
};

}  // namespace softcuda

#endif
