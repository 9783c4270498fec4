#include "scratch.h"

#include <atomic>

#include "talus_cpu.h"

namespace talus {
namespace {

std::atomic<int64_t> held_bytes{0};

struct Slots {
  void* memory[kScratchSlots] = {};
  int64_t bytes[kScratchSlots] = {};

  ~Slots() {
    for (int slot = 0; slot < kScratchSlots; slot++) release(slot);
  }

  void release(int slot) {
    talus_cpu_free(memory[slot]);
    held_bytes.fetch_sub(bytes[slot], std::memory_order_relaxed);
    memory[slot] = nullptr;
    bytes[slot] = 0;
  }
};

thread_local Slots slots;

}  // namespace

void* scratch(ScratchSlot slot, int64_t bytes) {
  // An empty request gets an address too: null means out of memory.
  if (bytes < 1) bytes = 1;
  if (bytes <= slots.bytes[slot]) return slots.memory[slot];
  slots.release(slot);
  void* memory = talus_cpu_alloc(bytes);
  if (memory == nullptr) return nullptr;
  slots.memory[slot] = memory;
  slots.bytes[slot] = bytes;
  held_bytes.fetch_add(bytes, std::memory_order_relaxed);
  return memory;
}

}  // namespace talus

int64_t talus_cpu_scratch_bytes(void) { return talus::held_bytes.load(std::memory_order_relaxed); }
