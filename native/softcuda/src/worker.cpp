// One worker's blocks: starting their warps, running them in turn, barriers between them, counts at
// the end.
#include <algorithm>
#include <cstring>
#include <numeric>

#include "shared.h"
#include "warp.h"

namespace softcuda {
namespace {

constexpr int64_t kBudgetStep = 1 << 20;

uint64_t mix(uint64_t x) {  // splitmix64
  x += 0x9e3779b97f4a7c15u;
  x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9u;
  x = (x ^ (x >> 27)) * 0x94d049bb133111ebu;
  return x ^ (x >> 31);
}

uint32_t lanesAbove(int lane) { return lane == kLanes - 1 ? 0 : kAllLanes << (lane + 1); }

}  // namespace

void Worker::prepare(const Launch& launch_, Shared& shared) {
  launch = &launch_;
  program = launch->kernel->program.get();
  memory = launch->module->memory;
  common = &shared;
  level = launch->level;
  patterns.assign(program->patterns, Pattern{});
  counts.assign(program->code.size(), Count{});
  counters = {};
  size_t warps = (launch->block.count() + kLanes - 1) / kLanes;
  register_storage.resize(warps * program->image.size() + 64);
  uintptr_t start = reinterpret_cast<uintptr_t>(register_storage.data());
  registers = register_storage.data() + (64 - start % 64) % 64;
  local_storage.resize(warps * kLanes * program->local_bytes);
  block.warps.resize(warps);
  size_t shared_bytes = launch->kernel->static_shared_bytes + launch->dynamic_shared_bytes;
  block.shared.resize(shared_bytes + 16);
  if (level >= kShadow) block.words.resize(std::max(block.words.size(), shared_bytes / 4 + 1));
}

void Worker::refill() {
  int64_t left = common->budget.fetch_sub(kBudgetStep);
  if (left <= 0 || common->code != kSuccess) throw KernelFault{kTimeout};
  budget = static_cast<uint64_t>(left < kBudgetStep ? left : kBudgetStep);
}

void Worker::startBlock(uint64_t linear) {
  const Dim3& grid = launch->grid;
  block.linear = linear;
  block.index = {static_cast<uint32_t>(linear % grid.x),
                 static_cast<uint32_t>(linear / grid.x % grid.y),
                 static_cast<uint32_t>(linear / grid.x / grid.y)};
  ++block.number;
  block.epoch = 1;
  block.fenced = false;
  std::fill(block.shared.begin(), block.shared.end(), Memory::kPoison);
  std::fill(local_storage.begin(), local_storage.end(), Memory::kPoison);
  for (BarrierState& state : block.barriers) state = {};
  uint64_t threads = launch->block.count();
  for (size_t i = 0; i < block.warps.size(); ++i) {
    uint64_t left = threads - i * kLanes;
    block.warps[i].index = static_cast<int>(i);
    startWarp(block.warps[i], left >= kLanes ? kAllLanes : (Mask{1} << left) - 1);
  }
  ++counters.blocks;
  counters.warps += block.warps.size();
}

void Worker::startWarp(Warp& warp, Mask lanes) {
  warp.block = &block;
  warp.worker = this;
  warp.registers = registers + warp.index * program->image.size();
  warp.local = local_storage.data() + size_t{program->local_bytes} * kLanes * warp.index;
  std::memcpy(warp.registers, program->image.data(), program->image.size());
  for (const auto& special : program->specials) fillSpecial(warp, special.first, special.second);
  warp.start(lanes);
}

void Worker::fillSpecial(Warp& warp, Special special, uint32_t slot) {
  uint32_t* lanes = warp.at<uint32_t>(slot);
  if (special <= Special::kTidZ || (special >= Special::kLane && special != Special::kWarp &&
                                    special != Special::kNwarp && special <= Special::kLaneGe)) {
    fillThread(warp, special, lanes);
  } else {
    std::fill(lanes, lanes + kLanes, uniform(warp, special));
  }
}

void Worker::fillThread(Warp& warp, Special special, uint32_t* lanes) {
  const Dim3& size = launch->block;
  for (int lane = 0; lane < kLanes; ++lane) {
    uint32_t thread = static_cast<uint32_t>(warp.index * kLanes + lane), bit = 1u << lane;
    switch (special) {
      case Special::kTidX:
        lanes[lane] = thread % size.x;
        break;
      case Special::kTidY:
        lanes[lane] = thread / size.x % size.y;
        break;
      case Special::kTidZ:
        lanes[lane] = thread / size.x / size.y;
        break;
      case Special::kLane:
        lanes[lane] = static_cast<uint32_t>(lane);
        break;
      case Special::kLaneEq:
        lanes[lane] = bit;
        break;
      case Special::kLaneLt:
        lanes[lane] = bit - 1;
        break;
      case Special::kLaneLe:
        lanes[lane] = bit | (bit - 1);
        break;
      case Special::kLaneGt:
        lanes[lane] = lanesAbove(lane);
        break;
      default:
        lanes[lane] = lanesAbove(lane) | bit;
        break;
    }
  }
}

uint32_t Worker::uniform(const Warp& warp, Special special) const {
  const uint32_t shared = launch->kernel->static_shared_bytes;
  switch (special) {
    case Special::kNtidX:
      return launch->block.x;
    case Special::kNtidY:
      return launch->block.y;
    case Special::kNtidZ:
      return launch->block.z;
    case Special::kCtaX:
      return block.index.x;
    case Special::kCtaY:
      return block.index.y;
    case Special::kCtaZ:
      return block.index.z;
    case Special::kNctaX:
      return launch->grid.x;
    case Special::kNctaY:
      return launch->grid.y;
    case Special::kNctaZ:
      return launch->grid.z;
    case Special::kWarp:
      return static_cast<uint32_t>(warp.index);
    case Special::kNwarp:
      return static_cast<uint32_t>(block.warps.size());
    case Special::kDynamicShared:
      return launch->dynamic_shared_bytes;
    case Special::kTotalShared:
      return shared + launch->dynamic_shared_bytes;
    default:
      return 0;
  }
}

// Warps take turns: each runs to its next barrier. The seed decides who goes first.
void Worker::runBlock(uint64_t linear) {
  startBlock(linear);
  std::vector<uint32_t> order(block.warps.size());
  std::iota(order.begin(), order.end(), 0u);
  uint64_t random = mix(launch->seed ^ mix(linear));
  for (;;) {
    if (launch->seed != 0) {
      for (size_t i = order.size(); i > 1; --i)
        std::swap(order[i - 1], order[(random = mix(random)) % i]);
    }
    bool ran = false, left = false;
    for (uint32_t i : order) {
      Warp& warp = block.warps[i];
      if (warp.live == 0 || warp.waits()) continue;
      warp.run();
      ran = true;
    }
    checkBarriers();
    for (const Warp& warp : block.warps) left |= warp.live != 0;
    if (!left) return;
    if (!ran) deadlock();
  }
}

void Worker::deadlock() {
  for (Warp& warp : block.warps) {
    if (!warp.waits()) continue;
    report(warp, *warp.barrier, firstLane(warp.live), "barrier-deadlock",
           "this warp waits at a barrier that the block's other warps never reach");
  }
  throw KernelFault{kLaunchFailed};
}

void Worker::gatherCounts() {
  for (size_t i = 0; i < counts.size(); ++i) {
    const Instruction& instruction = program->code[i];
    size_t kind = static_cast<size_t>(instruction.kind);
    counters.warp_instructions[kind] += counts[i].warps;
    counters.lane_instructions[kind] += counts[i].lanes;
    counters.fma += counts[i].lanes * instruction.fma;
    counters.tensor_fma += counts[i].warps * instruction.tensor_fma;
  }
}

}  // namespace softcuda
