// Instructions in which a warp's lanes see each other: shuffles, votes, matches, reductions.
#include "integers.h"
#include "ops.h"

namespace softcuda {
namespace {

enum class Mode { kUp, kDown, kButterfly, kIndex };

// The lane to read from, or -1 for one outside the segment: then a lane keeps its own.
template <Mode kMode>
int sourceLane(int lane, uint32_t b, uint32_t c) {
  int segment = c >> 8 & 31, clamp = c & 31;
  int last = (lane & segment) | (clamp & ~segment), by = static_cast<int>(b & 31);
  int source = kMode == Mode::kUp          ? lane - by
               : kMode == Mode::kDown      ? lane + by
               : kMode == Mode::kButterfly ? lane ^ by
                                           : (lane & segment) | (by & ~segment);
  return (kMode == Mode::kUp ? source >= last : source <= last) ? source : -1;
}

void checkMembers(Warp& warp, const Instruction& i, Mask mask) {
  Mask members = warp.at<Mask>(i.members)[firstLane(mask)];
  if (warp.worker->level < kShadow || (mask & ~members) == 0) return;
  report(warp, i, firstLane(mask & ~members), "warp-divergence",
         "this lane is not among those its own mask names");
}

template <Mode kMode>
void shuffle(Warp& warp, const Instruction& i, Mask mask) {
  alignas(64) uint32_t a[kLanes];
  std::memcpy(a, warp.registers + i.a, sizeof a);
  const uint32_t* b = warp.at<uint32_t>(i.b);
  const uint32_t* c = warp.at<uint32_t>(i.c);
  alignas(64) uint32_t result[kLanes];
  Mask inside = 0;
  int stranger = -1, reader = -1;
  for (int lane = 0; lane < kLanes; ++lane) {
    int source = sourceLane<kMode>(lane, b[lane], c[lane]);
    inside |= Mask{source >= 0} << lane;
    result[lane] = a[source >= 0 ? source : lane];
    if (source >= 0 && !has(mask, source) && has(mask, lane)) {
      stranger = source;
      reader = lane;
    }
  }
  checkMembers(warp, i, mask);
  if (stranger >= 0 && warp.worker->level >= kShadow) {
    report(warp, i, reader, "shuffle-inactive",
           "reads from lane " + std::to_string(stranger) + ", which takes no part");
  }
  forLanes(warp.at<uint32_t>(i.d), mask, [&](int lane) { return result[lane]; });
  if (i.d2 != 0) setPredicate(warp, i.d2, mask, inside);
}

enum class Vote { kAll, kAny, kUniform, kBallot };

// Operand c: all ones to take the predicate negated.
template <Vote kVote>
void vote(Warp& warp, const Instruction& i, Mask mask) {
  checkMembers(warp, i, mask);
  Mask votes = (warp.predicate(i.a) ^ warp.predicate(i.c)) & mask;
  if (kVote == Vote::kBallot) {
    forLanes(warp.at<uint32_t>(i.d), mask, [=](int) { return votes; });
    return;
  }
  bool all = votes == mask, any = votes != 0;
  bool result = kVote == Vote::kAll ? all : kVote == Vote::kAny ? any : all || !any;
  setPredicate(warp, i.d, mask, result ? kAllLanes : 0);
}

template <class T, bool kAll>
void match(Warp& warp, const Instruction& i, Mask mask) {
  checkMembers(warp, i, mask);
  const T* a = warp.at<T>(i.a);
  alignas(64) uint32_t result[kLanes] = {};
  Mask equal_to_first = 0;
  for (int lane = 0; lane < kLanes; ++lane) {
    for (int other = 0; other < kLanes; ++other) {
      if (has(mask, other) && a[other] == a[lane]) result[lane] |= Mask{1} << other;
    }
  }
  equal_to_first = result[firstLane(mask)];
  bool all = equal_to_first == mask;
  forLanes(warp.at<uint32_t>(i.d), mask,
           [&](int lane) { return kAll ? (all ? mask : 0) : result[lane]; });
  if (i.d2 != 0) setPredicate(warp, i.d2, mask, all ? kAllLanes : 0);
}

template <class T>
T sum(T a, T b) {
  return static_cast<T>(static_cast<uint32_t>(a) + static_cast<uint32_t>(b));
}

template <class T, auto F>
void reduce(Warp& warp, const Instruction& i, Mask mask) {
  checkMembers(warp, i, mask);
  const T* a = warp.at<T>(i.a);
  T result = a[firstLane(mask)];
  for (Mask left = mask & (mask - 1); left != 0; left &= left - 1)
    result = F(result, a[firstLane(left)]);
  forLanes(warp.at<T>(i.d), mask, [=](int) { return result; });
}

void activeMask(Warp& warp, const Instruction& i, Mask mask) {
  forLanes(warp.at<uint32_t>(i.d), mask, [=](int) { return mask; });
}

template <class T>
Handler reduction(const std::string& operation) {
  if (operation == "add") return reduce<T, sum<T>>;
  if (operation == "min") return reduce<T, least<T>>;
  return operation == "max" ? reduce<T, most<T>> : nullptr;
}

}  // namespace

Handler shuffleHandler(const std::string& mode) {
  if (mode == "up") return shuffle<Mode::kUp>;
  if (mode == "down") return shuffle<Mode::kDown>;
  if (mode == "bfly") return shuffle<Mode::kButterfly>;
  return mode == "idx" ? shuffle<Mode::kIndex> : nullptr;
}

Handler voteHandler(const std::string& mode) {
  if (mode == "all") return vote<Vote::kAll>;
  if (mode == "any") return vote<Vote::kAny>;
  if (mode == "uni") return vote<Vote::kUniform>;
  return mode == "ballot" ? vote<Vote::kBallot> : nullptr;
}

Handler matchHandler(const std::string& mode, size_t bytes) {
  if (mode == "any") return bytes == 4 ? match<uint32_t, false> : match<uint64_t, false>;
  if (mode == "all") return bytes == 4 ? match<uint32_t, true> : match<uint64_t, true>;
  return nullptr;
}

Handler reduxHandler(const std::string& operation, const std::string& type) {
  if (type == "s32") return reduction<int32_t>(operation);
  if (type == "u32") return reduction<uint32_t>(operation);
  if (operation == "and") return reduce<uint32_t, bitAnd<uint32_t>>;
  if (operation == "or") return reduce<uint32_t, bitOr<uint32_t>>;
  return operation == "xor" ? reduce<uint32_t, bitXor<uint32_t>> : nullptr;
}

Handler activeMaskHandler() { return activeMask; }

}  // namespace softcuda
