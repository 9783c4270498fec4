// Divergence: a warp's lanes form groups (pc, mask). The group furthest behind runs; groups that
// meet become one. A group that comes to a barrier, or to a .sync instruction that names lanes not
// yet there, waits for the others; one that sleeps lets the others run, then other warps and
// blocks.
#include "warp.h"

#include "shared.h"

namespace softcuda {
namespace {

constexpr uint32_t kNowhere = UINT32_MAX;

std::string maskText(Mask mask) {
  char text[16];
  std::snprintf(text, sizeof text, "0x%08x", mask);
  return text;
}

}  // namespace

void Warp::start(Mask lanes) {
  live = lanes;
  at_barrier = false;
  barrier = nullptr;
  sync_epoch = 1;
  groups.assign(1, {0, lanes, Group::kReady});
  copies.clear();
  for (uint32_t& count : committed) count = 0;
}

void Warp::merge() {
  for (size_t i = 0; i < groups.size(); ++i) {
    for (size_t j = groups.size() - 1; j > i; --j) {
      if (groups[j].pc != groups[i].pc || groups[j].state != groups[i].state) continue;
      groups[i].mask |= groups[j].mask;
      groups.erase(groups.begin() + j);
    }
  }
}

// Takes the ready group with the lowest pc out of the list.
bool Warp::pick() {
  merge();
  size_t best = groups.size();
  for (size_t i = 0; i < groups.size(); ++i) {
    if (groups[i].state == Group::kReady &&
        (best == groups.size() || groups[i].pc < groups[best].pc))
      best = i;
  }
  if (best == groups.size()) return false;
  current = groups[best];
  groups.erase(groups.begin() + best);
  next_pc = kNowhere;
  for (const Group& group : groups) {
    if (group.state == Group::kReady && group.pc < next_pc) next_pc = group.pc;
  }
  return true;
}

bool Warp::run() {
  while (!at_barrier && live != 0) {
    if (pick()) {
      step(current);
    } else if (wake()) {
      return false;
    } else if (!resolveParked()) {
      break;
    }
  }
  return true;
}

// True if there was a group to wake.
bool Warp::wake() {
  bool woken = false;
  for (Group& group : groups) {
    if (group.state != Group::kAsleep) continue;
    group.state = Group::kReady;
    woken = true;
  }
  return woken;
}

// Leaves with the group back in the list, or ended.
void Warp::park(Group& group, Mask mask, Group::State state) {
  if (mask != 0) groups.push_back({group.pc, mask, state});
}

// Are all living lanes that the instruction names in `mask`?
bool Warp::syncReady(const Instruction& instruction, Mask mask) {
  Mask members = at<Mask>(instruction.members)[firstLane(mask)];
  return (members & live & ~mask) == 0;
}

// True when the group has split and another must be picked.
bool Warp::branch(const Instruction& instruction, uint32_t& pc, Mask& mask, Mask taken) {
  if (taken == mask) {
    pc = instruction.target;
    return false;
  }
  ++pc;
  if (taken == 0) return false;
  ++worker->counters.divergent_branches;
  groups.push_back({instruction.target, taken, Group::kReady});
  mask &= ~taken;
  return true;
}

void Warp::step(Group& group) {
  const Instruction* code = worker->program->code.data();
  Count* counts = worker->counts.data();
  uint32_t pc = group.pc;
  Mask mask = group.mask;
  uint64_t partial = 0;
  for (;;) {
    const Instruction& instruction = code[pc];
    const Mask active = mask & (predicate(instruction.guard) ^ instruction.guard_flip);
    if (--worker->budget == 0) worker->refill();
    ++counts[pc].warps;
    counts[pc].lanes += __builtin_popcount(active);
    partial += active != 0 && (instruction.flow == Flow::kBranch ? mask : active) != live;
    if (__builtin_expect(instruction.flow == Flow::kNext, 1)) {
      if (active != 0) instruction.handler(*this, instruction, active);
      ++pc;
    } else if (instruction.flow == Flow::kBranch) {
      if (branch(instruction, pc, mask, active)) break;
    } else if (active == 0) {
      ++pc;
    } else if (instruction.flow == Flow::kWarpSync && syncReady(instruction, active)) {
      ++sync_epoch;
      if (instruction.handler != nullptr) instruction.handler(*this, instruction, active);
      ++pc;
    } else if (instruction.flow == Flow::kExit) {
      live &= ~active;
      mask &= ~active;
      ++pc;
      if (mask == 0) break;
    } else if (instruction.flow == Flow::kSleep) {
      group.pc = ++pc;
      park(group, active, Group::kAsleep);
      mask &= ~active;
      if (mask == 0) break;
    } else if (instruction.flow == Flow::kTrap) {
      report(*this, instruction, firstLane(active), "trap", "the kernel executed trap");
      throw KernelFault{kLaunchFailed};
    } else {
      group.pc = pc;
      park(group, active, instruction.flow == Flow::kBarrier ? Group::kAtBarrier : Group::kAtSync);
      --counts[pc].warps;  // counted when it executes
      counts[pc].lanes -= __builtin_popcount(active);
      mask &= ~active;
      ++pc;
      break;
    }
    if (pc >= next_pc) break;
  }
  worker->counters.partial += partial;
  if (mask != 0) groups.push_back({pc, mask, Group::kReady});
}

// No group is ready. True when one has been made so, or the warp has arrived at a barrier.
bool Warp::resolveParked() {
  const std::vector<Instruction>& code = worker->program->code;
  if (groups.empty()) return false;
  Group* forced = nullptr;
  Mask together = 0;
  for (Group& group : groups) {
    if (group.state != Group::kAtSync) continue;
    if (syncReady(code[group.pc], group.mask)) forced = &group;
    if (code[group.pc].handler == nullptr) together |= group.mask;  // bar.warp.sync may be several
  }
  bool missing = forced == nullptr;
  for (Group& group : groups) {
    if (group.state == Group::kAtSync && missing && forced == nullptr) forced = &group;
  }
  if (forced == nullptr) {
    arrive();
    return true;
  }
  const Instruction& instruction = code[forced->pc];
  Mask members = at<Mask>(instruction.members)[firstLane(forced->mask)];
  bool warp_barrier = instruction.handler == nullptr && (members & live & ~together) == 0;
  if (missing && !warp_barrier && worker->level >= kShadow) {
    report(*this, instruction, firstLane(forced->mask), "warp-divergence",
           "waits for lanes " + maskText(members & live & ~forced->mask) + " of mask " +
               maskText(members) + ", which do not come; only " + maskText(forced->mask) +
               " are here");
  }
  Count& count = worker->counts[forced->pc];
  ++count.warps;
  count.lanes += __builtin_popcount(forced->mask);
  ++sync_epoch;
  if (instruction.handler != nullptr) instruction.handler(*this, instruction, forced->mask);
  forced->state = Group::kReady;
  ++forced->pc;
  return true;
}

// All groups wait at barriers. One group is as it should be: bar.sync is for the warp as a whole.
void Warp::arrive() {
  const std::vector<Instruction>& code = worker->program->code;
  const Instruction& instruction = code[groups[0].pc];
  if (groups.size() > 1 && worker->level >= kShadow) {
    report(*this, code[groups[1].pc], firstLane(groups[1].mask), "barrier-divergence",
           "lanes " + maskText(groups[1].mask) + " are at this barrier while lanes " +
               maskText(groups[0].mask) + " are at the one in line " +
               std::to_string(instruction.line));
  }
  for (Group& group : groups) {
    Count& count = worker->counts[group.pc];
    ++count.warps;
    count.lanes += __builtin_popcount(group.mask);
  }
  ++worker->counters.barriers;
  at_barrier = true;
  barrier = &instruction;
  instruction.handler(*this, instruction, live);
}

void Warp::release() {
  at_barrier = false;
  barrier = nullptr;
  ++sync_epoch;
  for (Group& group : groups) {
    group.state = Group::kReady;
    ++group.pc;
  }
}

}  // namespace softcuda
