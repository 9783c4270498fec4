#include "access.h"

#include <cstdio>

#include "pattern.h"
#include "shared.h"

namespace softcuda {
namespace {

std::string hex(uint64_t value) {
  char text[24];
  std::snprintf(text, sizeof text, "0x%llx", static_cast<unsigned long long>(value));
  return text;
}

const char* name(Space space) {
  static const char* const kNames[] = {"generic", "global", "constant",
                                       "shared",  "local",  "parameter"};
  return kNames[static_cast<int>(space)];
}

const char* name(Direction direction) {
  static const char* const kNames[] = {"read", "write", "atomic", "asynchronous copy"};
  return kNames[static_cast<int>(direction)];
}

struct Range {
  uint64_t low, high;  // addresses that may be touched: low <= address, address + bytes <= high
  uint8_t* origin;
};

// Shared, local and parameter memory start at address 0. Local addresses have had their lane's part
// added.
Range rangeOf(Warp& warp, Space space) {
  Worker& worker = *warp.worker;
  Block& block = *warp.block;
  if (space == Space::kShared) return {0, block.shared.size() - 16, block.shared.data()};
  if (space == Space::kLocal) return {0, size_t{worker.program->local_bytes} * kLanes, warp.local};
  return {0, worker.launch->parameters.size(),
          const_cast<uint8_t*>(worker.launch->parameters.data())};
}

[[noreturn]] void outOfBounds(Warp& warp, const Instruction& i, int lane, Space space,
                              uint64_t address, uint32_t bytes) {
  std::string message = std::string(name(space)) + " " + name(i.direction) + " of " +
                        std::to_string(bytes) + " bytes at " + hex(address);
  std::string check = "out-of-bounds";
  if (space == Space::kShared) {
    message += ", but the block has " + std::to_string(warp.block->shared.size() - 16) + " bytes";
  } else if (space == Space::kGlobal || space == Space::kConst) {
    Lookup hit = warp.worker->memory->find(address, bytes);
    if (hit.fault == MemoryFault::kFreed) check = "use-after-free";
    const Allocation& near = hit.allocation;
    if (near.id != 0) {
      message += ", " + std::to_string(address - near.address) +
                 " bytes after the start of allocation " + std::to_string(near.id) + " (" +
                 near.label + ", " + std::to_string(near.bytes) + " bytes" +
                 (near.live ? ")" : ", freed)");
    } else {
      message += ", below every allocation";
    }
  }
  report(warp, i, lane, check, message, address, bytes);
  throw KernelFault{kIllegalAddress};
}

[[noreturn]] void misaligned(Warp& warp, const Instruction& i, Mask mask, Space space,
                             const uint64_t* address, uint32_t bytes) {
  for (int lane = 0; lane < kLanes; ++lane) {
    if ((mask >> lane & 1) == 0 || address[lane] % bytes == 0) continue;
    report(warp, i, lane, "misaligned",
           std::string(name(space)) + " " + name(i.direction) + " of " + std::to_string(bytes) +
               " bytes at " + hex(address[lane]) + ", which is no multiple of " +
               std::to_string(bytes),
           address[lane], bytes);
    break;
  }
  throw KernelFault{kMisalignedAddress};
}

void checkRange(Warp& warp, const Instruction& i, Mask mask, Space space, uint32_t bytes,
                const Range& range, const uint64_t* address) {
  uint64_t first = address[firstLane(mask)];
  const Pattern& pattern = warp.worker->patterns[i.pattern];
  uint64_t least = first + pattern.least, most = first + pattern.most;
  if (least >= range.low && least <= most && most + bytes <= range.high && most + bytes >= most)
    return;
  for (int lane = 0; lane < kLanes; ++lane) {
    uint64_t at = address[lane];
    if ((mask >> lane & 1) && (at < range.low || at > range.high || bytes > range.high - at)) {
      outOfBounds(warp, i, lane, space, at, bytes);
    }
  }
}

// All lanes in the allocation hit last, or each in one of its own.
void checkGlobal(Warp& warp, const Instruction& i, Mask mask, Space space, uint32_t bytes,
                 const uint64_t* address) {
  Worker& worker = *warp.worker;
  Pattern& pattern = worker.patterns[i.pattern];
  uint64_t first = address[firstLane(mask)];
  uint64_t least = first + pattern.least, most = first + pattern.most + bytes;
  if (least >= pattern.low && least <= most && most <= pattern.high) return;
  for (int lane = 0; lane < kLanes; ++lane) {
    uint64_t at = address[lane];
    if ((mask >> lane & 1) == 0 ||
        (at >= pattern.low && at < pattern.high && bytes <= pattern.high - at))
      continue;
    if (worker.level == kNoChecks && worker.memory->isDeviceAddress(at)) continue;
    Lookup hit = worker.memory->find(at, bytes);
    if (hit.fault != MemoryFault::kNone) outOfBounds(warp, i, lane, space, at, bytes);
    pattern.low = hit.allocation.address;
    pattern.high = pattern.low + hit.allocation.bytes;
  }
}

void addresses(Warp& warp, const Instruction& i, Mask mask, uint64_t* address) {
  const uint64_t offset = static_cast<uint64_t>(i.offset);
  if (i.wide_address) {
    const uint64_t* a = warp.at<uint64_t>(i.a);
    for (int lane = 0; lane < kLanes; ++lane) address[lane] = a[lane] + offset;
  } else {
    const uint32_t* a = warp.at<uint32_t>(i.a);
    for (int lane = 0; lane < kLanes; ++lane)
      address[lane] = static_cast<uint32_t>(a[lane] + offset);
  }
  if (mask == kAllLanes) return;
  const uint64_t first = address[firstLane(mask)];
  for (int lane = 0; lane < kLanes; ++lane) {
    if ((mask >> lane & 1) == 0) address[lane] = first;
  }
}

Space spaceOf(const Warp& warp, uint64_t address) {
  const Memory& memory = *warp.worker->memory;
  if (address - memory.sharedWindow() < Memory::kWindow) return Space::kShared;
  return address - memory.localWindow() < Memory::kWindow ? Space::kLocal : Space::kGlobal;
}

// From the generic window to offsets.
void leaveWindow(Warp& warp, Reach& reach) {
  const Memory& memory = *warp.worker->memory;
  uint64_t start = reach.space == Space::kShared ? memory.sharedWindow() : memory.localWindow();
  if (reach.space == Space::kGlobal) return;
  for (uint64_t& address : reach.address) address -= start;
}

}  // namespace

void count(Warp& warp, const Instruction& i, Mask mask, Space space) {
  const Pattern& pattern = warp.worker->patterns[i.pattern];
  Counters& counters = warp.worker->counters;
  if (space == Space::kShared) {
    BankUse& use = i.direction == Direction::kLoad ? counters.shared_load : counters.shared_store;
    ++use.requests;
    use.wavefronts += pattern.wavefronts;
    use.least_wavefronts += pattern.least_wavefronts;
  } else if (space == Space::kGlobal) {
    Traffic* const kinds[] = {&counters.global_load, &counters.global_store,
                              &counters.global_atomic, &counters.global_async};
    Traffic& traffic = *kinds[static_cast<int>(i.direction)];
    ++traffic.requests;
    traffic.bytes += uint64_t{i.bytes} * __builtin_popcount(mask);
    traffic.sectors += pattern.sectors;
    traffic.least_sectors += pattern.least_sectors;
  }
}

void check(Warp& warp, const Instruction& i, Mask mask, Space space, uint32_t bytes, Reach& reach) {
  Pattern& pattern = warp.worker->patterns[i.pattern];
  const bool global = space == Space::kGlobal || space == Space::kConst;
  if (pattern.space != space || !repeats(pattern, mask, reach.address)) {
    pattern.space = space;
    learn(pattern, mask, reach.address, bytes, bytes, space == Space::kShared);
  }
  if (global) {
    checkGlobal(warp, i, mask, space, bytes, reach.address);
    reach.origin = warp.worker->memory->host(0);
  } else {
    Range range = rangeOf(warp, space);
    checkRange(warp, i, mask, space, bytes, range, reach.address);
    reach.origin = range.origin;
  }
  if (!pattern.aligned && space != Space::kParam)
    misaligned(warp, i, mask, space, reach.address, bytes);
  reach.shape = pattern.shape;
  reach.group = pattern.group;
  reach.space = space;
}

void reach(Warp& warp, const Instruction& i, Mask mask, Reach& reach) {
  addresses(warp, i, mask, reach.address);
  reach.space = i.space;
  if (i.space == Space::kGeneric) {
    reach.space = spaceOf(warp, reach.address[firstLane(mask)]);
    leaveWindow(warp, reach);
  }
  if (reach.space == Space::kLocal) {
    const uint64_t size = warp.worker->program->local_bytes;
    for (int lane = 0; lane < kLanes; ++lane) {
      if ((mask >> lane & 1) && reach.address[lane] >= size) {
        outOfBounds(warp, i, lane, Space::kLocal, reach.address[lane], i.bytes);
      }
      reach.address[lane] += size * (mask >> lane & 1 ? lane : firstLane(mask));
    }
  }
  check(warp, i, mask, reach.space, i.bytes, reach);
  count(warp, i, mask, reach.space);
}

Mask sameSpace(Warp& warp, const Instruction& i, Mask mask) {
  if (i.space != Space::kGeneric) return mask;
  alignas(64) uint64_t address[kLanes];
  addresses(warp, i, mask, address);
  Space space = spaceOf(warp, address[firstLane(mask)]);
  Mask same = 0;
  for (int lane = 0; lane < kLanes; ++lane) {
    if ((mask >> lane & 1) && spaceOf(warp, address[lane]) == space) same |= Mask{1} << lane;
  }
  return same;
}

}  // namespace softcuda
