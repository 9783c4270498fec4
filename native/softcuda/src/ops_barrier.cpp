// Block barriers: bar.sync, bar.arrive, bar.red. A barrier is complete when all living warps have
// arrived, or as many as the instruction says.
#include "ops.h"

namespace softcuda {
namespace {

uint32_t barrierId(Warp& warp, const Instruction& i, Mask mask) {
  return warp.at<uint32_t>(i.a)[firstLane(mask)] % 16;
}

// Operand b: number of threads, 0 for all.
BarrierState& arriveAt(Warp& warp, const Instruction& i, Mask mask) {
  BarrierState& state = warp.block->barriers[barrierId(warp, i, mask)];
  state.expected = (warp.at<uint32_t>(i.b)[firstLane(mask)] + kLanes - 1) / kLanes;
  ++state.warps;
  return state;
}

void sync(Warp& warp, const Instruction& i, Mask mask) { arriveAt(warp, i, mask); }

void reduce(Warp& warp, const Instruction& i, Mask mask) {
  BarrierState& state = arriveAt(warp, i, mask);
  Mask value = warp.predicate(i.c) ^ warp.predicate(i.members);
  state.count += __builtin_popcount(value & mask);
  state.voters += __builtin_popcount(mask);
}

void nothing(Warp&, const Instruction&, Mask) {}

void fence(Warp& warp, const Instruction&, Mask) { warp.block->fenced = true; }

void finishReduction(Warp& warp, const Instruction& i, const BarrierState& state) {
  bool all = state.count == state.voters, any = state.count != 0;
  if (i.offset == kBarrierPopc) {
    for (int lane = 0; lane < kLanes; ++lane) {
      if (warp.live >> lane & 1) warp.at<uint32_t>(i.d)[lane] = state.count;
    }
  } else {
    Mask result = (i.offset == kBarrierAnd ? all : any) ? kAllLanes : 0;
    warp.predicate(i.d) = (warp.predicate(i.d) & ~warp.live) | (result & warp.live);
  }
}

}  // namespace

Handler barrierSync() { return sync; }
Handler barrierReduce() { return reduce; }
Handler noOperation() { return nothing; }
Handler deviceFence() { return fence; }

bool Worker::complete(const Block& block, const BarrierState& state) const {
  if (state.warps == 0) return false;
  if (state.expected != 0) return state.warps >= state.expected;
  uint32_t living = 0;
  for (const Warp& warp : block.warps) living += warp.live != 0;
  return state.warps >= living;
}

void Worker::checkBarriers(Block& block) {
  for (uint32_t id = 0; id < 16; ++id) {
    if (complete(block, block.barriers[id])) releaseWarps(block, id);
  }
}

void Worker::releaseWarps(Block& block, uint32_t id) {
  const BarrierState state = block.barriers[id];
  block.barriers[id] = {};
  ++block.epoch;
  for (Warp& warp : block.warps) {
    if (!warp.waits() || barrierId(warp, *warp.barrier, warp.live) != id) continue;
    if (warp.barrier->offset != kBarrierPlain) finishReduction(warp, *warp.barrier, state);
    warp.release();
  }
}

}  // namespace softcuda
