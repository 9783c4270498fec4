#include "memory.h"

#include <sys/mman.h>
#include <unistd.h>

#include <cstring>

namespace softcuda {
namespace {

size_t roundUp(size_t value, size_t multiple) {
  return (value + multiple - 1) / multiple * multiple;
}

}  // namespace

const char* describe(MemoryFault fault) {
  switch (fault) {
    case MemoryFault::kNone:
      return "no fault";
    case MemoryFault::kOutOfBounds:
      return "out of bounds";
    case MemoryFault::kFreed:
      return "freed memory";
    case MemoryFault::kMisaligned:
      return "misaligned address";
  }
  return "?";
}

Memory::Memory(size_t limit, size_t address_space) : limit_(limit) {
  size_t space = roundUp(address_space, kGap) + 2 * kWindow;
  constexpr size_t kParts = 3 + sizeof(Owner) / 4;  // device, bytes, written, owners
  constexpr int kFlags = MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE;
  mapped_ = space * kParts;
  mapping_ = mmap(nullptr, mapped_, PROT_NONE, kFlags, -1, 0);
  if (mapping_ == MAP_FAILED) {
    mapping_ = nullptr;
    return;
  }
  auto* base = static_cast<uint8_t*>(mapping_);
  mprotect(base + space, mapped_ - space, PROT_READ | PROT_WRITE);
  madvise(base, mapped_, MADV_DONTDUMP);
  begin_ = reinterpret_cast<DeviceAddress>(base);
  end_ = begin_ + space;
  next_ = begin_ + 2 * kWindow;
  bytes_offset_ = space;
  written_offset_ = 2 * space;
  owners_ = reinterpret_cast<Owner*>(base + 3 * space);
}

Memory::~Memory() {
  if (mapping_ != nullptr) munmap(mapping_, mapped_);
}

// Addresses are used once; when none are left, the oldest ones in quarantine come back.
DeviceAddress Memory::place(size_t span) {
  if (span <= end_ - next_) {
    DeviceAddress address = next_;
    next_ += span;
    return address;
  }
  for (auto it = quarantine_.begin(); it != quarantine_.end(); ++it) {
    const Allocation freed = allocations_.at(*it);
    if (roundUp(freed.bytes, kAlignment) + kGap < span) continue;
    quarantine_.erase(it);
    allocations_.erase(freed.address);
    return freed.address;
  }
  return 0;
}

DeviceAddress Memory::allocate(size_t bytes, const std::string& label, bool module_variable) {
  std::lock_guard<std::mutex> lock(mutex_);
  if (bytes == 0 || mapping_ == nullptr || bytes > limit_ || used_ > limit_ - bytes) return 0;
  DeviceAddress address = place(roundUp(bytes, kAlignment) + kGap);
  if (address == 0) return 0;
  allocations_[address] = {address, bytes, ++last_id_, label, true, module_variable};
  used_ += bytes;
  std::memset(host(address), kPoison, bytes);
  return address;
}

// Gives the pages back: they read as zero afterwards, so nothing counts as written. At least kGap
// lies between two allocations, so where that is a page no page belongs to two.
void Memory::erase(const Allocation& allocation) {
  static const bool pages_fit = sysconf(_SC_PAGESIZE) == static_cast<long>(kGap);
  auto drop = [](void* start, size_t bytes) {
    if (!pages_fit) {
      std::memset(start, 0, bytes);
      return;
    }
    auto first = reinterpret_cast<uintptr_t>(start) / kGap * kGap;
    auto last = roundUp(reinterpret_cast<uintptr_t>(start) + bytes, kGap);
    madvise(reinterpret_cast<void*>(first), last - first, MADV_DONTNEED);
  };
  drop(host(allocation.address), allocation.bytes);
  drop(written(allocation.address), allocation.bytes);
  drop(owner(allocation.address), roundUp(allocation.bytes, 4) / 4 * sizeof(Owner));
}

bool Memory::release(DeviceAddress address) {
  std::lock_guard<std::mutex> lock(mutex_);
  auto it = allocations_.find(address);
  if (it == allocations_.end() || !it->second.live) return false;
  it->second.live = false;
  used_ -= it->second.bytes;
  erase(it->second);
  quarantine_.push_back(address);
  return true;
}

void Memory::releaseAll() {
  for (const Allocation& allocation : live()) release(allocation.address);
}

Lookup Memory::find(DeviceAddress address, size_t bytes, size_t alignment) const {
  std::lock_guard<std::mutex> lock(mutex_);
  Lookup result;
  auto it = allocations_.upper_bound(address);
  if (it == allocations_.begin()) return result;
  const Allocation& nearest = std::prev(it)->second;
  result.allocation = nearest;
  size_t offset = address - nearest.address;
  if (offset > nearest.bytes || bytes > nearest.bytes - offset) return result;
  if (!nearest.live) {
    result.fault = MemoryFault::kFreed;
  } else if (alignment > 1 && address % alignment != 0) {
    result.fault = MemoryFault::kMisaligned;
  } else {
    result.fault = MemoryFault::kNone;
    result.host = host(address);
  }
  return result;
}

std::vector<Allocation> Memory::live() const {
  std::lock_guard<std::mutex> lock(mutex_);
  std::map<uint64_t, Allocation> by_id;
  for (const auto& entry : allocations_) {
    if (entry.second.live) by_id[entry.second.id] = entry.second;
  }
  std::vector<Allocation> result;
  for (const auto& entry : by_id) result.push_back(entry.second);
  return result;
}

size_t Memory::used() const {
  std::lock_guard<std::mutex> lock(mutex_);
  return used_;
}

void Memory::markWritten(DeviceAddress address, size_t bytes) {
  std::memset(written(address), 1, bytes);
}

void Memory::copyWritten(DeviceAddress to, DeviceAddress from, size_t bytes) {
  std::memmove(written(to), written(from), bytes);
}

size_t Memory::firstUnwritten(DeviceAddress address, size_t bytes) const {
  const void* zero = std::memchr(written(address), 0, bytes);
  return zero == nullptr ? bytes : static_cast<const uint8_t*>(zero) - written(address);
}

bool Memory::isWritten(DeviceAddress address, size_t bytes) const {
  return firstUnwritten(address, bytes) == bytes;
}

}  // namespace softcuda
