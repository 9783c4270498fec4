// The device's address space: what an allocation is, where its bytes lie on the host, what has been
// written to it.
//
// A device address is not a host address. One range is reserved without access rights, and its
// addresses are handed out; the bytes lie in a second range, a constant offset away, and two more
// ranges shadow them:
//
//   device    [ no access: host code that dereferences a device pointer faults as it would with a
//   GPU ] bytes     [ readable and writable, host = device + offset ] written   [ one byte for each
//   byte: 1 once it has been written ] owners    [ 16 bytes for each 4: which block last wrote and
//   read it in which launch, see checks.h ]
//
// Pages cost memory only once touched.
#ifndef SOFTCUDA_MEMORY_H
#define SOFTCUDA_MEMORY_H

#include <cstddef>
#include <cstdint>
#include <deque>
#include <map>
#include <mutex>
#include <string>
#include <vector>

namespace softcuda {

using DeviceAddress = uint64_t;

enum class MemoryFault { kNone, kOutOfBounds, kFreed, kMisaligned };
const char* describe(MemoryFault fault);

struct Allocation {
  DeviceAddress address = 0;
  size_t bytes = 0;
  uint64_t id = 0;    // counts from 1 in order of allocation
  std::string label;  // who asked: the API call, or the variable's name
  bool live = true;
  bool module_variable = false;  // belongs to a module: not a leak, cuMemFree refuses it
};

// What a range of device addresses is. The allocation is the one hit or, for a fault, the nearest
// below (id 0: none).
struct Lookup {
  MemoryFault fault = MemoryFault::kOutOfBounds;
  Allocation allocation;
  uint8_t* host = nullptr;  // null on a fault
};

// One 4-byte word's accesses by blocks, for the check of races between blocks.
struct Owner {
  uint32_t write_launch, writer;  // launch number (0: never), linear block index
  uint32_t read_launch, reader;   // reader UINT32_MAX: several blocks
};

// All methods may be called from any thread.
class Memory {
 public:
  static constexpr size_t kAlignment = 256;
  static constexpr size_t kGap = 4096;      // at least so much lies between two allocations
  static constexpr uint8_t kPoison = 0xff;  // a NaN in every floating-point format

  explicit Memory(size_t limit = size_t{4} << 30, size_t address_space = size_t{16} << 30);
  ~Memory();
  Memory(const Memory&) = delete;
  Memory& operator=(const Memory&) = delete;

  // 0 when the limit or the address space is exhausted, or for 0 bytes.
  DeviceAddress allocate(size_t bytes, const std::string& label, bool module_variable = false);
  // False unless `address` is the start of a live allocation. Freed addresses stay in quarantine.
  bool release(DeviceAddress address);
  void releaseAll();  // the context is gone

  // Is [address, address + bytes) inside one live allocation, and `address` a multiple of
  // `alignment`?
  Lookup find(DeviceAddress address, size_t bytes, size_t alignment = 1) const;
  std::vector<Allocation> live() const;  // in order of allocation, module variables included
  size_t used() const;
  size_t limit() const { return limit_; }
  void setLimit(size_t bytes) { limit_ = bytes; }

  // For copies and fills by the host; the range must have been found.
  void markWritten(DeviceAddress address, size_t bytes);
  void copyWritten(DeviceAddress to, DeviceAddress from, size_t bytes);  // as the bytes are copied
  bool isWritten(DeviceAddress address, size_t bytes) const;
  size_t firstUnwritten(DeviceAddress address, size_t bytes) const;  // offset, or `bytes`

  // No checks: the range must have been found.
  uint8_t* host(DeviceAddress address) const {
    return reinterpret_cast<uint8_t*>(address + bytes_offset_);
  }
  uint8_t* written(DeviceAddress address) const {
    return reinterpret_cast<uint8_t*>(address + written_offset_);
  }
  Owner* owner(DeviceAddress address) const { return owners_ + (address - begin_) / 4; }

  // Generic addresses of shared and local memory: two windows no allocation lies in.
  static constexpr size_t kWindow = size_t{16} << 20;
  DeviceAddress sharedWindow() const { return begin_; }
  DeviceAddress localWindow() const { return begin_ + kWindow; }
  bool isDeviceAddress(DeviceAddress address) const { return address >= begin_ && address < end_; }

 private:
  DeviceAddress place(size_t span);
  void erase(const Allocation& allocation);

  size_t limit_;
  size_t mapped_ = 0;
  void* mapping_ = nullptr;
  DeviceAddress begin_ = 0, end_ = 0, next_ = 0;
  uint64_t bytes_offset_ = 0, written_offset_ = 0;
  Owner* owners_ = nullptr;

  mutable std::mutex mutex_;
  std::map<DeviceAddress, Allocation> allocations_;  // live ones and those in quarantine
  std::deque<DeviceAddress> quarantine_;             // oldest first
  size_t used_ = 0;
  uint64_t last_id_ = 0;
};

}  // namespace softcuda

#endif
