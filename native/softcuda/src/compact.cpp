// Registers of PTX are named once per value: hundreds of them, of which few are in use at a time.
// Liveness and a linear scan give those never in use together one place, so that a warp's register
// file fits the cache.
//
// Lanes of a warp may be at different places, but each has registers of its own, so what holds for
// one path holds for each lane.
#include <algorithm>

#include "decode.h"

namespace softcuda {
namespace {

using Bits = std::vector<uint64_t>;

void set(Bits& bits, size_t k) { bits[k / 64] |= uint64_t{1} << k % 64; }
void clear(Bits& bits, size_t k) { bits[k / 64] &= ~(uint64_t{1} << k % 64); }
bool test(const Bits& bits, size_t k) { return bits[k / 64] >> k % 64 & 1; }

struct BasicBlock {
  size_t first, last;  // [first, last)
  std::vector<size_t> next;
  Bits in, out, used, defined;
};

class Compactor {
 public:
  Compactor(Program& program, const std::vector<RegisterSlot>& registers, uint32_t always)
      : program_(program), registers_(registers), always_(always) {
    for (size_t r = 0; r < registers.size(); ++r) index_[registers[r].slot] = r;
    start_.assign(registers.size(), SIZE_MAX);
    end_.assign(registers.size(), 0);
  }

  // Slot before -> slot after, for the registers.
  std::unordered_map<uint32_t, uint32_t> run(uint32_t& next_slot) {
    findBlocks();
    propagate();
    findIntervals();
    return assign(next_slot);
  }

 private:
  bool guarded(const Instruction& i) const { return i.guard != always_; }

  template <class F>
  void eachUse(const Instruction& i, F use) const {
    for (uint32_t slot : {i.a, i.b, i.c, i.guard, i.members}) visit(slot, use);
    if (guarded(i)) {  // keeps what it does not write
      visit(i.d, use);
      visit(i.d2, use);
    }
    if (i.slots == nullptr) return;
    for (size_t k = guarded(i) ? 0 : i.written_slots; k < i.slots->size(); ++k)
      visit((*i.slots)[k], use);
  }

  template <class F>
  void eachDefinition(const Instruction& i, F define) const {
    visit(i.d, define);
    visit(i.d2, define);
    for (size_t k = 0; k < i.written_slots; ++k) visit((*i.slots)[k], define);
  }

  template <class F>
  void visit(uint32_t slot, F f) const {
    auto it = index_.find(slot);
    if (it != index_.end()) f(it->second);
  }

  void findBlocks() {
    const std::vector<Instruction>& code = program_.code;
    std::vector<bool> leader(code.size() + 1, false);
    leader[0] = true;
    for (size_t k = 0; k < code.size(); ++k) {
      if (code[k].flow == Flow::kBranch) leader[code[k].target] = true;
      if (code[k].flow != Flow::kNext) leader[k + 1] = true;
    }
    std::vector<size_t> block_at(code.size() + 1, SIZE_MAX);
    size_t words = registers_.size() / 64 + 1;
    for (size_t k = 0; k < code.size(); ++k) {
      if (leader[k])
        blocks_.push_back({k, k, {}, Bits(words), Bits(words), Bits(words), Bits(words)});
      block_at[k] = blocks_.size() - 1;
      blocks_.back().last = k + 1;
    }
    for (BasicBlock& block : blocks_) {
      const Instruction& end = code[block.last - 1];
      bool ends = end.flow == Flow::kBranch || end.flow == Flow::kExit || end.flow == Flow::kTrap;
      if ((!ends || guarded(end)) && block.last < code.size())
        block.next.push_back(block_at[block.last]);
      if (end.flow == Flow::kBranch && end.target < code.size())
        block.next.push_back(block_at[end.target]);
    }
  }

  void propagate() {
    for (BasicBlock& block : blocks_) {
      for (size_t k = block.last; k-- > block.first;) {
        const Instruction& i = program_.code[k];
        if (!guarded(i)) {
          eachDefinition(i, [&](size_t r) {
            set(block.defined, r);
            clear(block.used, r);
          });
        }
        eachUse(i, [&](size_t r) { set(block.used, r); });
      }
    }
    for (bool changed = true; changed;) {
      changed = false;
      for (size_t b = blocks_.size(); b-- > 0;) {
        BasicBlock& block = blocks_[b];
        for (size_t w = 0; w < block.in.size(); ++w) {
          for (size_t next : block.next) block.out[w] |= blocks_[next].in[w];
          uint64_t in = block.used[w] | (block.out[w] & ~block.defined[w]);
          changed |= in != block.in[w];
          block.in[w] = in;
        }
      }
    }
  }

  void extend(size_t r, size_t place) {
    start_[r] = std::min(start_[r], place);
    end_[r] = std::max(end_[r], place);
  }

  void findIntervals() {
    for (const BasicBlock& block : blocks_) {
      for (size_t r = 0; r < registers_.size(); ++r) {
        if (test(block.in, r)) extend(r, block.first);
        if (test(block.out, r)) extend(r, block.last);
      }
      for (size_t k = block.first; k < block.last; ++k) {
        eachUse(program_.code[k], [&](size_t r) { extend(r, k); });
        eachDefinition(program_.code[k], [&](size_t r) { extend(r, k); });
      }
    }
  }

  // An instruction's results never lie on its operands: they may have lanes of other widths.
  std::unordered_map<uint32_t, uint32_t> assign(uint32_t& next_slot) {
    std::vector<size_t> order;
    for (size_t r = 0; r < registers_.size(); ++r) {
      if (start_[r] != SIZE_MAX) order.push_back(r);
    }
    std::stable_sort(order.begin(), order.end(),
                     [&](size_t a, size_t b) { return start_[a] < start_[b]; });
    std::unordered_map<uint32_t, uint32_t> moved;
    std::map<size_t, std::vector<uint32_t>> idle;  // by width
    std::vector<size_t> active;
    for (size_t r : order) {
      size_t kept = 0;
      for (size_t other : active) {
        if (end_[other] < start_[r]) {
          idle[registers_[other].bytes].push_back(moved[registers_[other].slot]);
        } else {
          active[kept++] = other;
        }
      }
      active.resize(kept);
      active.push_back(r);
      std::vector<uint32_t>& places = idle[registers_[r].bytes];
      if (places.empty()) {
        addPlaces(places, registers_[r].bytes, next_slot);
      }
      moved[registers_[r].slot] = places.back();
      places.pop_back();
    }
    return moved;
  }

  // Predicates come sixteen at a time, to keep the wider slots aligned.
  static void addPlaces(std::vector<uint32_t>& places, size_t bytes, uint32_t& next_slot) {
    for (uint32_t k = bytes == 0 ? 16 : 1; k-- > 0;) places.push_back(next_slot + 4 * k);
    next_slot += static_cast<uint32_t>(bytes == 0 ? 64 : kLanes * bytes);
  }

  Program& program_;
  const std::vector<RegisterSlot>& registers_;
  uint32_t always_;
  std::unordered_map<uint32_t, size_t> index_;
  std::vector<BasicBlock> blocks_;
  std::vector<size_t> start_, end_;
};

}  // namespace

uint32_t compactSlots(Program& program, const std::vector<RegisterSlot>& registers, uint32_t always,
                      std::unordered_map<uint32_t, uint32_t>& moved, uint32_t next_slot) {
  auto places = Compactor(program, registers, always).run(next_slot);
  moved.insert(places.begin(), places.end());
  auto move = [&](uint32_t& slot) {
    auto it = moved.find(slot);
    if (it != moved.end()) slot = it->second;
  };
  for (Instruction& i : program.code) {
    for (uint32_t* slot : {&i.d, &i.a, &i.b, &i.c, &i.guard, &i.members, &i.d2}) move(*slot);
  }
  for (auto& list : program.slot_lists) {
    for (uint32_t& slot : *list) move(slot);
  }
  return next_slot;
}

}  // namespace softcuda
