// cp.async as late as allowed: issuing one checks its addresses and poisons the destination; the
// bytes arrive at the wait. A forgotten wait then shows on every run.
#include <algorithm>

#include "access.h"
#include "ops.h"

namespace softcuda {
namespace {

// Operands: a destination (+ target), b source (+ offset), c the number of source bytes; the rest
// is zero.
void issue(Warp& warp, const Instruction& i, Mask mask) {
  AsyncCopy copy;
  copy.mask = mask;
  copy.bytes = i.bytes;
  copy.instruction = &i;
  Mask reading = 0;
  Reach from, to;
  for (int lane = 0; lane < kLanes; ++lane) {
    int used = has(mask, lane) ? lane : firstLane(mask);
    uint32_t shared = i.wide_address ? static_cast<uint32_t>(warp.at<uint64_t>(i.a)[used])
                                     : warp.at<uint32_t>(i.a)[used];
    copy.group[lane] = 0;
    copy.shared[lane] = shared + i.target;
    copy.global[lane] = warp.at<uint64_t>(i.b)[used] + static_cast<uint64_t>(i.offset);
    copy.source_bytes[lane] = std::min<uint32_t>(warp.at<uint32_t>(i.c)[used], i.bytes);
    to.address[lane] = copy.shared[lane];
    if (has(mask, lane) && copy.source_bytes[lane] != 0) reading |= Mask{1} << lane;
  }
  Instruction second = i;  // the destination's pattern follows the source's
  ++second.pattern;
  check(warp, second, mask, Space::kShared, i.bytes, to);
  count(warp, second, mask, Space::kShared);
  if (reading != 0) {
    for (int lane = 0; lane < kLanes; ++lane) {
      from.address[lane] = copy.global[has(reading, lane) ? lane : firstLane(reading)];
    }
    check(warp, i, reading, Space::kGlobal, i.bytes, from);
    count(warp, i, reading, Space::kGlobal);
    if (warp.worker->level >= kShadow) shadowRead(warp, i, reading, from, i.bytes);
  }
  if (warp.worker->level >= kShadow) shadowWrite(warp, i, mask, to, i.bytes);
  for (Mask left = mask; left != 0; left &= left - 1) {
    int lane = firstLane(left);
    std::memset(warp.block->shared.data() + copy.shared[lane], Memory::kPoison, i.bytes);
    if (warp.worker->level >= kShadow) shadowPending(warp, copy.shared[lane], i.bytes, true);
  }
  warp.copies.push_back(copy);
}

void commit(Warp& warp, const Instruction&, Mask mask) {
  for (Mask left = mask; left != 0; left &= left - 1) {
    int lane = firstLane(left);
    ++warp.committed[lane];
    for (AsyncCopy& copy : warp.copies) {
      if (has(copy.mask, lane) && copy.group[lane] == 0) copy.group[lane] = warp.committed[lane];
    }
  }
}

void arrive(Warp& warp, AsyncCopy& copy, int lane) {
  uint8_t* to = warp.block->shared.data() + copy.shared[lane];
  std::memset(to, 0, copy.bytes);
  if (copy.source_bytes[lane] != 0) {
    Lookup source = warp.worker->memory->find(copy.global[lane], copy.source_bytes[lane]);
    if (source.host != nullptr) std::memcpy(to, source.host, copy.source_bytes[lane]);
  }
  if (warp.worker->level >= kShadow) {
    Reach at;
    at.space = Space::kShared;
    at.address[lane] = copy.shared[lane];
    shadowPending(warp, copy.shared[lane], copy.bytes, false);
    shadowWrite(warp, *copy.instruction, Mask{1} << lane, at, copy.bytes);
  }
  copy.mask &= ~(Mask{1} << lane);
}

// All groups but the last i.offset of each thread; with kAll uncommitted copies too.
template <bool kAll>
void wait(Warp& warp, const Instruction& i, Mask mask) {
  for (AsyncCopy& copy : warp.copies) {
    for (Mask left = mask & copy.mask; left != 0; left &= left - 1) {
      int lane = firstLane(left);
      uint32_t behind = warp.committed[lane] - copy.group[lane];
      bool committed = copy.group[lane] != 0 && behind >= static_cast<uint64_t>(i.offset);
      if (kAll || committed) arrive(warp, copy, lane);
    }
  }
  auto done = [](const AsyncCopy& copy) { return copy.mask == 0; };
  warp.copies.erase(std::remove_if(warp.copies.begin(), warp.copies.end(), done),
                    warp.copies.end());
}

}  // namespace

Handler copyAsyncHandler() { return issue; }
Handler copyCommitHandler() { return commit; }
Handler copyWaitHandler(bool all) { return all ? wait<true> : wait<false>; }

}  // namespace softcuda
