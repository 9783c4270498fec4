// Shadow memory: what has been written, by whom, and since which barrier.
//
// Shared memory is watched by the 4-byte word. Two accesses of one word, one of them a write, race
// unless a barrier of the block lies between them; of one warp's threads, unless a .sync
// instruction does. Global memory is watched for bytes never written and, at level kRaces, for
// blocks of one launch that meet in a word. Atomics race with nobody.
#include <algorithm>

#include "access.h"
#include "shared.h"

namespace softcuda {
namespace {

std::string threadText(uint16_t thread) {
  return "lane " + std::to_string((thread - 1) % kLanes) + " of warp " +
         std::to_string((thread - 1) / kLanes);
}

uint8_t byteBits(uint64_t address, uint64_t word, uint32_t bytes) {
  uint64_t first = std::max(address, word * 4), last = std::min(address + bytes, word * 4 + 4);
  return static_cast<uint8_t>(((1u << (last - first)) - 1) << (first - word * 4));
}

// Did `thread` of another warp act since the last block barrier, or one of this warp since the last
// warp barrier?
bool unordered(const Warp& warp, int lane, uint16_t thread, uint32_t epoch, uint32_t sync) {
  if (thread == 0 || epoch != warp.block->epoch || thread == warp.thread(lane)) return false;
  if (thread == kSeveral) return true;
  return (thread - 1) / kLanes != warp.index || sync == warp.sync_epoch;
}

void reportRace(Warp& warp, const Instruction& i, int lane, const char* what, uint16_t other,
                uint64_t address, uint32_t bytes) {
  bool same_warp = other != kSeveral && (other - 1) / kLanes == warp.index;
  std::string who = other == kSeveral ? "several threads" : threadText(other);
  report(warp, i, lane, "shared-race",
         std::string(what) + " " + who +
             (same_warp ? ", with no __syncwarp" : ", with no __syncthreads") +
             " between them, at shared address " + std::to_string(address),
         address, bytes);
}

void noteReader(const Warp& warp, int lane, SharedWord& word, uint8_t bytes) {
  if (word.several_warps && word.read_epoch == warp.block->epoch && word.read_bytes == 15)
    return;  // says all
  const uint16_t thread = warp.thread(lane);
  if (word.reader == thread && word.read_epoch == warp.block->epoch &&
      word.read_sync == warp.sync_epoch && word.read_bytes == 15 && bytes == 15)
    return;  // once more
  if (word.reader == 0 || word.read_epoch != warp.block->epoch) {
    word.several_warps = word.partial_reads = false;
    word.read_bytes = 0;
    word.reader = thread;
  } else if (word.several_warps || word.reader_warp != warp.index) {
    word.several_warps = true;
    word.reader = kSeveral;
  } else if (word.read_sync != warp.sync_epoch || word.reader == thread) {
    if (word.reader != thread) word.read_bytes = 0;
    word.reader = thread;
  } else {
    word.reader = kSeveral;
  }
  word.read_bytes |= bytes;
  word.partial_reads |= bytes != 15;
  word.reader_warp = static_cast<uint8_t>(warp.index);
  word.read_epoch = warp.block->epoch;
  word.read_sync = warp.sync_epoch;
}

void checkRead(Warp& warp, const Instruction& i, int lane, const SharedWord& word, uint64_t address,
               uint32_t bytes, uint8_t bits) {
  if (word.pending) {
    report(warp, i, lane, "async-wait",
           "reads what a cp.async still brings: a wait_group is missing", address, bytes);
  } else if ((word.written & bits) != bits) {
    report(warp, i, lane, "uninitialised", "reads shared memory never written", address, bytes);
  } else if ((word.writer_bytes & bits) != 0 &&
             unordered(warp, lane, word.writer, word.write_epoch, word.write_sync)) {
    reportRace(warp, i, lane, "reads what was written by", word.writer, address, bytes);
  }
}

void sharedRead(Warp& warp, const Instruction& i, int lane, uint64_t address, uint32_t bytes) {
  for (uint64_t index = address / 4; index * 4 < address + bytes; ++index) {
    SharedWord& word = warp.block->word(index);
    uint8_t bits = byteBits(address, index, bytes);
    const bool calm = word.write_epoch != warp.block->epoch && word.written == 15 && !word.pending;
    if (!calm) checkRead(warp, i, lane, word, address, bytes, bits);
    noteReader(warp, lane, word, bits);
  }
}

// Readers of several warps are in order with nobody; those of one warp with what follows its next
// .sync. Who of several read which part of a word is not known: then a write of a part passes.
bool readersUnordered(const Warp& warp, int lane, const SharedWord& word, uint8_t bytes) {
  if (word.reader == 0 || word.read_epoch != warp.block->epoch || (word.read_bytes & bytes) == 0)
    return false;
  if (word.reader == kSeveral && word.partial_reads && bytes != 15) return false;
  if (word.several_warps || word.reader_warp != warp.index) return true;
  return word.read_sync == warp.sync_epoch && word.reader != warp.thread(lane);
}

void noteWriter(const Warp& warp, const Instruction& i, int lane, SharedWord& word, uint8_t bytes) {
  bool same = word.writer == warp.thread(lane) && word.write_epoch == warp.block->epoch &&
              word.write_sync == warp.sync_epoch;
  word.writer_bytes = same ? word.writer_bytes | bytes : bytes;
  word.written |= bytes;
  word.pending = false;
  word.writer = warp.thread(lane);
  word.writer_instruction = &i;
  word.write_epoch = warp.block->epoch;
  word.write_sync = warp.sync_epoch;
}

void sharedWrite(Warp& warp, const Instruction& i, int lane, uint64_t address, uint32_t bytes) {
  for (uint64_t index = address / 4; index * 4 < address + bytes; ++index) {
    SharedWord& word = warp.block->word(index);
    uint8_t bits = byteBits(address, index, bytes);
    // Lanes of one warp that write one place in one instruction: PTX lets one of them win.
    bool together = word.writer_instruction == &i && (word.writer - 1) / kLanes == warp.index;
    if (!together && (word.writer_bytes & bits) != 0 &&
        unordered(warp, lane, word.writer, word.write_epoch, word.write_sync)) {
      reportRace(warp, i, lane, "writes where it was written by", word.writer, address, bytes);
    } else if (readersUnordered(warp, lane, word, bits)) {
      reportRace(warp, i, lane, "writes what is read by", word.reader, address, bytes);
    }
    noteWriter(warp, i, lane, word, bits);
  }
}

// Calls act(lane, address, bytes) for the lanes of the mask, once for those from `lane` on whose
// accesses lie side by side or in one place; until it answers false.
template <class F>
void forRuns(Mask mask, const Reach& at, uint32_t bytes, F act) {
  if (at.shape == Pattern::kUniform) {
    act(firstLane(mask), at.address[firstLane(mask)], bytes);
  } else if (at.shape == Pattern::kContiguous && mask == kAllLanes) {
    act(0, at.address[0], bytes * kLanes);
  } else {
    for (Mask left = mask; left != 0;) {
      int lane = firstLane(left);
      const Pattern::Shape shape =
          (mask >> lane / 8 * 8 & 0xff) == 0xff ? at.group[lane / 8] : Pattern::kScattered;
      const uint32_t run = shape == Pattern::kContiguous ? bytes * 8 : bytes;
      if (!act(lane, at.address[lane], run)) return;
      left &= shape == Pattern::kScattered ? left - 1 : ~(Mask{0xff} << lane / 8 * 8);
    }
  }
}

void globalRead(Warp& warp, const Instruction& i, Mask mask, const Reach& at, uint32_t bytes) {
  const Memory& memory = *warp.worker->memory;
  forRuns(mask, at, bytes, [&](int lane, uint64_t address, uint32_t run) {
    const uint64_t unwritten = memory.firstUnwritten(address, run);
    if (unwritten == run) return true;
    lane += static_cast<int>(unwritten / bytes);
    Lookup hit = memory.find(at.address[lane], bytes);
    report(warp, i, lane, "uninitialised",
           "reads global memory never written, " +
               std::to_string(at.address[lane] - hit.allocation.address) +
               " bytes after the start of allocation " + std::to_string(hit.allocation.id) + " (" +
               hit.allocation.label + ")",
           at.address[lane], bytes);
    return false;
  });
}

void reportBlocks(Warp& warp, const Instruction& i, int lane, const char* what, uint32_t other,
                  uint64_t address, uint32_t bytes) {
  std::string who = other == UINT32_MAX ? "several other blocks" : "block " + std::to_string(other);
  report(warp, i, lane, "global-race", std::string(what) + " " + who + " of the same launch",
         address, bytes);
}

// `run` bytes from `address` on, of accesses of `bytes` side by side: that of `lane` and the lanes
// after it.
void blockAccess(Warp& warp, const Instruction& i, int lane, uint64_t address, uint32_t run,
                 uint32_t bytes, bool write) {
  // After a fence a block may read what others have announced, as the last block of a reduction
  // does.
  if (!write && warp.block->fenced) return;
  const Worker& worker = *warp.worker;
  const uint32_t launch = worker.launch_number, block = static_cast<uint32_t>(warp.block->linear);
  for (uint64_t word = address / 4 * 4; word < address + run; word += 4) {
    Owner& owner = *worker.memory->owner(word);
    bool written = owner.write_launch == launch && owner.writer != block;
    bool read = owner.read_launch == launch && owner.reader != block;
    // Neighbours may share a word when each writes less than one.
    if (bytes >= 4 && (written || (write && read))) {
      const char* what = !written ? "writes what was read by"
                         : write  ? "writes what was written by"
                                  : "reads what was written by";
      const uint64_t access = (word - address) / bytes;
      reportBlocks(warp, i, lane + static_cast<int>(access), what,
                   written ? owner.writer : owner.reader, address + access * bytes, bytes);
    }
    if (write) {
      owner.write_launch = launch;
      owner.writer = block;
    } else {
      owner.reader = owner.read_launch == launch && owner.reader != block ? UINT32_MAX : block;
      owner.read_launch = launch;
    }
  }
}

}  // namespace

void shadowRead(Warp& warp, const Instruction& i, Mask mask, const Reach& at, uint32_t bytes) {
  if (at.space == Space::kLocal || at.space == Space::kParam) return;
  if (at.space != Space::kShared) {
    globalRead(warp, i, mask, at, bytes);
    if (warp.worker->level < kRaces || at.space != Space::kGlobal) return;
    forRuns(mask, at, bytes, [&](int lane, uint64_t address, uint32_t run) {
      blockAccess(warp, i, lane, address, run, bytes, false);
      return true;
    });
    return;
  }
  for (Mask left = mask; left != 0; left &= left - 1) {
    int lane = firstLane(left);
    // Of eight readers of one place two say it all: the second makes it several.
    if (mask == kAllLanes && lane % 8 >= 2 && at.group[lane / 8] == Pattern::kUniform) continue;
    sharedRead(warp, i, lane, at.address[lane], bytes);
  }
}

void shadowWrite(Warp& warp, const Instruction& i, Mask mask, const Reach& at, uint32_t bytes) {
  if (at.space == Space::kLocal) return;
  if (at.space == Space::kShared) {
    for (Mask left = mask; left != 0; left &= left - 1) {
      int lane = firstLane(left);
      sharedWrite(warp, i, lane, at.address[lane], bytes);
    }
    return;
  }
  forRuns(mask, at, bytes, [&](int lane, uint64_t address, uint32_t run) {
    warp.worker->memory->markWritten(address, run);
    if (warp.worker->level >= kRaces) blockAccess(warp, i, lane, address, run, bytes, true);
    return true;
  });
}

void shadowAtomic(Warp& warp, const Instruction& i, Mask mask, const Reach& at, uint32_t bytes) {
  if (at.space != Space::kShared) {
    globalRead(warp, i, mask, at, bytes);
    return;
  }
  for (Mask left = mask; left != 0; left &= left - 1) {
    int lane = firstLane(left);
    for (uint64_t index = at.address[lane] / 4; index * 4 < at.address[lane] + bytes; ++index) {
      SharedWord& word = warp.block->word(index);
      if ((word.written & 15) != 15) {
        report(warp, i, lane, "uninitialised", "an atomic on shared memory never written",
               at.address[lane], bytes);
      } else if (unordered(warp, lane, word.writer, word.write_epoch, word.write_sync)) {
        reportRace(warp, i, lane, "an atomic on what was written by", word.writer, at.address[lane],
                   bytes);
      }
      word.written = 15;
    }
  }
}

void shadowPending(Warp& warp, uint32_t address, uint32_t bytes, bool pending) {
  for (uint32_t index = address / 4; index * 4 < address + bytes; ++index) {
    warp.block->word(index).pending = pending;
  }
}

}  // namespace softcuda
