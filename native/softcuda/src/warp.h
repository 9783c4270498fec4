// The running state: workers run blocks, blocks hold warps, warps hold groups of lanes that are at
// the same place.
#ifndef SOFTCUDA_WARP_H
#define SOFTCUDA_WARP_H

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "launch.h"
#include "program.h"

namespace softcuda {

// Ends the launch; thrown by handlers, caught by the worker.
struct KernelFault {
  int code;
};

// What an instruction's addresses were the last time: when the lanes' distances repeat, so do all
// conclusions.
struct Pattern {
  uint64_t low = 1, high = 0;  // the allocation that was hit
  Mask mask = 0;
  uint32_t base = 0;      // first active lane's address modulo 32
  int64_t delta[kLanes];  // from the first active lane
  int64_t least = 0, most = 0;
  enum Shape : uint8_t { kScattered, kUniform, kContiguous };
  Shape shape = kScattered;
  Shape group[4] = {};  // of each eight lanes
  Space space = Space::kGeneric;
  bool aligned = false;
  uint32_t sectors = 0, least_sectors = 0;
  uint32_t wavefronts = 0, least_wavefronts = 0;
};

// One 4-byte word of shared memory. Threads are numbered from 1, 0 is nobody.
struct SharedWord {
  uint32_t block = 0;                        // Block::number; of another block: nothing is known
  uint32_t write_epoch = 0, read_epoch = 0;  // block barriers passed
  uint32_t write_sync = 0, read_sync = 0;    // warp synchronisations passed by that thread's warp
  const Instruction* writer_instruction = nullptr;
  uint16_t writer = 0, reader = 0;  // reader kSeveral: more than one thread
  uint8_t reader_warp = 0;
  bool several_warps = false;  // among the readers
  bool partial_reads = false;  // some of them of less than the word
  uint8_t written = 0;         // one bit a byte: ever
  uint8_t writer_bytes = 0;    // by the writer
  uint8_t read_bytes = 0;      // by the readers
  bool pending = false;        // destination of a cp.async not waited for
};
constexpr uint16_t kSeveral = 0xffff;

// A cp.async that has been issued, not yet carried out.
struct AsyncCopy {
  Mask mask;
  uint32_t bytes;
  const Instruction* instruction;
  uint32_t group[kLanes];  // 0: not committed yet
  uint32_t shared[kLanes];
  uint64_t global[kLanes];
  uint32_t source_bytes[kLanes];
};

struct Group {
  enum State : uint8_t { kReady, kAtBarrier, kAtSync, kAsleep };
  uint32_t pc;
  Mask mask;
  State state;
};

struct Block;
struct Worker;

struct Warp {
  template <class T>
  T* at(uint32_t slot) {
    return reinterpret_cast<T*>(__builtin_assume_aligned(registers + slot, 4));
  }
  Mask& predicate(uint32_t slot) { return *reinterpret_cast<Mask*>(registers + slot); }

  // Until every lane has ended, waits at a barrier or sleeps. False if some sleep: another turn
  // wakes them.
  bool run();
  void start(Mask lanes);
  void release();  // from the barrier
  bool waits() const { return at_barrier; }
  uint16_t thread(int lane) const { return static_cast<uint16_t>(index * kLanes + lane + 1); }

  uint8_t* registers = nullptr;
  uint8_t* local = nullptr;  // lane after lane
  Block* block = nullptr;
  Worker* worker = nullptr;
  int index = 0;
  Mask live = 0;
  bool at_barrier = false;
  const Instruction* barrier = nullptr;  // the one it waits at
  uint32_t sync_epoch = 0;
  std::vector<Group> groups;
  std::vector<AsyncCopy> copies;
  uint32_t committed[kLanes];  // cp.async groups

 private:
  void step(Group& group);
  bool pick();
  bool wake();
  bool resolveParked();
  void merge();
  void park(Group& group, Mask mask, Group::State state);
  bool branch(const Instruction& instruction, uint32_t& pc, Mask& mask, Mask taken);
  bool syncReady(const Instruction& instruction, Mask mask);
  void arrive();
  Group current{};
  uint32_t next_pc = 0;  // lowest place of the other ready groups
};

struct BarrierState {
  uint32_t warps = 0;     // arrived
  uint32_t expected = 0;  // warps; 0: all that live
  uint32_t count = 0;     // of true predicates, for bar.red
  uint32_t voters = 0;
};

struct Block {
  SharedWord& word(uint64_t index) {
    SharedWord& word = words[index];
    if (word.block != number) {
      word = {};
      word.block = number;
    }
    return word;
  }

  Dim3 index;
  uint64_t linear = 0;
  uint32_t number = 0;  // of those that this object was, in earlier launches too
  uint32_t epoch = 1;
  bool fenced = false;  // has executed a fence for the whole device
  std::vector<uint8_t> shared;
  std::vector<SharedWord> words;  // by `word` only
  std::vector<uint8_t> register_storage, local_storage;
  uint8_t* registers = nullptr;
  std::vector<Warp> warps;
  std::vector<uint32_t> order;  // in which the warps take turns
  uint64_t random = 0;          // that the next order comes from
  BarrierState barriers[16];
};

struct Count {
  uint64_t warps = 0, lanes = 0, tensor = 0;
};

struct Shared;  // what the workers of a launch share

struct Worker {
  const Launch* launch = nullptr;
  const Program* program = nullptr;
  Memory* memory = nullptr;
  Shared* common = nullptr;
  int level = 0;
  uint32_t launch_number = 0;
  uint64_t budget = 0;
  // Blocks that have begun, one behind the other, and then what is left of others. More than one
  // are under way only where the kernel's blocks sleep.
  std::vector<std::unique_ptr<Block>> blocks;
  size_t under_way = 0;
  uint64_t idle_turns = 0;  // of blocks that did nothing but sleep again, since one did more
  std::vector<Pattern> patterns;
  std::vector<Count> counts;
  Counters counters;

  void prepare(const Launch& launch, Shared& shared);
  bool hasRoom() const { return under_way < launch->resident_blocks; }
  void begin(uint64_t linear);  // the block becomes one of those under way
  void takeTurns();             // each block under way, until it ends or sleeps
  void refill();                // of the budget; throws kTimeout
  void gatherCounts();

  // Barriers.
  void checkBarriers(Block& block);
  bool complete(const Block& block, const BarrierState& state) const;
  void releaseWarps(Block& block, uint32_t id);

 private:
  void makeRoom(Block& block);
  bool advance(Block& block);
  void startWarp(Block& block, Warp& warp, Mask lanes);
  void fillSpecial(Warp& warp, Special special, uint32_t slot);
  void fillThread(Warp& warp, Special special, uint32_t* lanes);
  uint32_t uniform(const Warp& warp, Special special) const;
  void deadlock(Block& block);
  void checkSleepers();
};

// checks.cpp. `lane` -1: the whole warp.
void report(Warp& warp, const Instruction& instruction, int lane, const std::string& check,
            const std::string& message, uint64_t address = 0, uint64_t bytes = 0);
inline int firstLane(Mask mask) { return __builtin_ctz(mask); }

}  // namespace softcuda

#endif
