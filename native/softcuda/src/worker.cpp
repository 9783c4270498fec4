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
  blocks.resize(std::min<size_t>(blocks.size(), 1));
  under_way = 0;
  idle_turns = 0;
}

// What a block of this launch needs, kept for the blocks after it.
void Worker::makeRoom(Block& block) {
  size_t warps = (launch->block.count() + kLanes - 1) / kLanes;
  block.register_storage.resize(warps * program->image.size() + 64);
  uintptr_t start = reinterpret_cast<uintptr_t>(block.register_storage.data());
  block.registers = block.register_storage.data() + (64 - start % 64) % 64;
  block.local_storage.resize(warps * kLanes * program->local_bytes);
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

void Worker::begin(uint64_t linear) {
  if (under_way == blocks.size()) blocks.push_back(std::make_unique<Block>());
  Block& block = *blocks[under_way++];
  makeRoom(block);
  const Dim3& grid = launch->grid;
  block.linear = linear;
  block.index = {static_cast<uint32_t>(linear % grid.x),
                 static_cast<uint32_t>(linear / grid.x % grid.y),
                 static_cast<uint32_t>(linear / grid.x / grid.y)};
  ++block.number;
  block.epoch = 1;
  block.fenced = false;
  std::fill(block.shared.begin(), block.shared.end(), Memory::kPoison);
  std::fill(block.local_storage.begin(), block.local_storage.end(), Memory::kPoison);
  for (BarrierState& state : block.barriers) state = {};
  uint64_t threads = launch->block.count();
  for (size_t i = 0; i < block.warps.size(); ++i) {
    uint64_t left = threads - i * kLanes;
    block.warps[i].index = static_cast<int>(i);
    startWarp(block, block.warps[i], left >= kLanes ? kAllLanes : (Mask{1} << left) - 1);
  }
  block.order.resize(block.warps.size());
  std::iota(block.order.begin(), block.order.end(), 0u);
  block.random = mix(launch->seed ^ mix(linear));
  idle_turns = 0;
  ++counters.blocks;
  counters.warps += block.warps.size();
}

void Worker::startWarp(Block& block, Warp& warp, Mask lanes) {
  warp.block = &block;
  warp.worker = this;
  warp.registers = block.registers + warp.index * program->image.size();
  warp.local = block.local_storage.data() + size_t{program->local_bytes} * kLanes * warp.index;
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
      return warp.block->index.x;
    case Special::kCtaY:
      return warp.block->index.y;
    case Special::kCtaZ:
      return warp.block->index.z;
    case Special::kNctaX:
      return launch->grid.x;
    case Special::kNctaY:
      return launch->grid.y;
    case Special::kNctaZ:
      return launch->grid.z;
    case Special::kWarp:
      return static_cast<uint32_t>(warp.index);
    case Special::kNwarp:
      return static_cast<uint32_t>(warp.block->warps.size());
    case Special::kDynamicShared:
      return launch->dynamic_shared_bytes;
    case Special::kTotalShared:
      return shared + launch->dynamic_shared_bytes;
    default:
      return 0;
  }
}

void Worker::takeTurns() {
  for (size_t i = 0; i < under_way;) {
    if (advance(*blocks[i])) {
      std::rotate(blocks.begin() + i, blocks.begin() + i + 1, blocks.begin() + under_way);
      --under_way;
    } else {
      ++i;
    }
  }
  if (under_way != 0) checkSleepers();
}

// Warps take turns: each runs to its next barrier or until it sleeps. The seed decides who goes
// first. True if the block has ended, false if it sleeps.
bool Worker::advance(Block& block) {
  for (;;) {
    if (launch->seed != 0) {
      for (size_t i = block.order.size(); i > 1; --i)
        std::swap(block.order[i - 1], block.order[(block.random = mix(block.random)) % i]);
    }
    bool ran = false, left = false, slept = false, moved = false;
    for (uint32_t i : block.order) {
      Warp& warp = block.warps[i];
      if (warp.live == 0 || warp.waits()) continue;
      (warp.run() ? moved : slept) = true;
      ran = true;
    }
    checkBarriers(block);
    for (const Warp& warp : block.warps) left |= warp.live != 0;
    idle_turns = moved ? 0 : idle_turns + 1;
    if (!left) return true;
    if (slept) return false;
    if (!ran) deadlock(block);
  }
}

void Worker::deadlock(Block& block) {
  for (Warp& warp : block.warps) {
    if (!warp.waits()) continue;
    report(warp, *warp.barrier, firstLane(warp.live), "barrier-deadlock",
           "this warp waits at a barrier that the block's other warps never reach");
  }
  throw KernelFault{kLaunchFailed};
}

// Blocks that only wake and sleep again wait for what none of them does.
void Worker::checkSleepers() {
  constexpr uint64_t kPatience = 100000;  // turns: a kernel may count them and give up
  if (idle_turns < kPatience) return;
  for (Warp& warp : blocks[0]->warps) {
    for (const Group& group : warp.groups) {
      if (warp.live == 0 || warp.waits() || group.state != Group::kReady) continue;
      // It has just slept.
      report(warp, program->code[group.pc - 1], firstLane(group.mask), "block-deadlock",
             std::to_string(under_way) + " blocks sleep and wait for what none of them does; " +
                 std::to_string(launch->resident_blocks) + " are on the device at once");
      throw KernelFault{kLaunchFailed};
    }
  }
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
