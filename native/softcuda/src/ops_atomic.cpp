// atom and red. One lane after the other; blocks run on two threads, so the host's own atomics are
// underneath.
#include <cmath>

#include "access.h"
#include "floats.h"
#include "ops.h"

namespace softcuda {
namespace {

template <class T, class U>
T as(U bits) {
  static_assert(sizeof(T) == sizeof(U), "a reinterpretation, not a conversion");
  T value;
  std::memcpy(&value, &bits, sizeof value);
  return value;
}

template <class U>
U exchange(U, U b, U) {
  return b;
}
template <class U>
U compareAndSwap(U old, U b, U c) {
  return old == b ? c : old;
}
template <class U>
U add(U old, U b, U) {
  return old + b;
}
template <class U>
U bitAnd(U old, U b, U) {
  return old & b;
}
template <class U>
U bitOr(U old, U b, U) {
  return old | b;
}
template <class U>
U bitXor(U old, U b, U) {
  return old ^ b;
}
template <class U, class T>
U least(U old, U b, U) {
  return as<T>(b) < as<T>(old) ? b : old;
}
template <class U, class T>
U most(U old, U b, U) {
  return as<T>(b) > as<T>(old) ? b : old;
}
template <class U, class T>
U addFloat(U old, U b, U) {
  return as<U>(as<T>(old) + as<T>(b));
}
uint32_t increase(uint32_t old, uint32_t b, uint32_t) { return old >= b ? 0 : old + 1; }
uint32_t decrease(uint32_t old, uint32_t b, uint32_t) { return old == 0 || old > b ? b : old - 1; }
uint16_t addHalf(uint16_t old, uint16_t b, uint16_t) {
  return floatToHalf(halfToFloat(old) + halfToFloat(b));
}
uint16_t addBf16(uint16_t old, uint16_t b, uint16_t) {
  return floatToBf16(bf16ToFloat(old) + bf16ToFloat(b));
}
template <auto F>
uint32_t both(uint32_t old, uint32_t b, uint32_t) {
  uint16_t low = F(static_cast<uint16_t>(old), static_cast<uint16_t>(b), 0);
  return low | uint32_t{F(static_cast<uint16_t>(old >> 16), static_cast<uint16_t>(b >> 16), 0)}
                   << 16;
}

template <class U, auto F>
void update(Warp& warp, const Instruction& i, Mask mask, const Reach& at) {
  const U* b = warp.at<U>(i.b);
  const U* c = warp.at<U>(i.c);
  for (Mask left = mask; left != 0; left &= left - 1) {
    int lane = firstLane(left);
    U* place = reinterpret_cast<U*>(at.origin + at.address[lane]);
    U old = __atomic_load_n(place, __ATOMIC_RELAXED);
    while (!__atomic_compare_exchange_n(place, &old, F(old, b[lane], c[lane]), false,
                                        __ATOMIC_ACQ_REL, __ATOMIC_RELAXED)) {
    }
    if (i.d != 0) warp.at<U>(i.d)[lane] = old;
  }
}

template <class U, auto F>
void atomic(Warp& warp, const Instruction& i, Mask mask) {
  Reach at;
  while (mask != 0) {
    Mask part = sameSpace(warp, i, mask);
    reach(warp, i, part, at);
    if (warp.worker->level >= kShadow) shadowAtomic(warp, i, part, at, i.bytes);
    update<U, F>(warp, i, part, at);
    mask &= ~part;
  }
}

using u16 = uint16_t;
using u32 = uint32_t;
using u64 = uint64_t;

const std::unordered_map<std::string, Handler>& table() {
  static const std::unordered_map<std::string, Handler> kTable = {
      {"add.u32", atomic<u32, add<u32>>},
      {"add.s32", atomic<u32, add<u32>>},
      {"add.u64", atomic<u64, add<u64>>},
      {"add.s64", atomic<u64, add<u64>>},
      {"add.f32", atomic<u32, addFloat<u32, float>>},
      {"add.f64", atomic<u64, addFloat<u64, double>>},
      {"add.noftz.f16", atomic<u16, addHalf>},
      {"add.noftz.bf16", atomic<u16, addBf16>},
      {"add.noftz.f16x2", atomic<u32, both<addHalf>>},
      {"add.noftz.bf16x2", atomic<u32, both<addBf16>>},
      {"min.u32", atomic<u32, least<u32, u32>>},
      {"min.s32", atomic<u32, least<u32, int32_t>>},
      {"min.u64", atomic<u64, least<u64, u64>>},
      {"min.s64", atomic<u64, least<u64, int64_t>>},
      {"max.u32", atomic<u32, most<u32, u32>>},
      {"max.s32", atomic<u32, most<u32, int32_t>>},
      {"max.u64", atomic<u64, most<u64, u64>>},
      {"max.s64", atomic<u64, most<u64, int64_t>>},
      {"inc.u32", atomic<u32, increase>},
      {"dec.u32", atomic<u32, decrease>},
      {"and.b32", atomic<u32, bitAnd<u32>>},
      {"and.b64", atomic<u64, bitAnd<u64>>},
      {"or.b32", atomic<u32, bitOr<u32>>},
      {"or.b64", atomic<u64, bitOr<u64>>},
      {"xor.b32", atomic<u32, bitXor<u32>>},
      {"xor.b64", atomic<u64, bitXor<u64>>},
      {"exch.b32", atomic<u32, exchange<u32>>},
      {"exch.b64", atomic<u64, exchange<u64>>},
      {"cas.b16", atomic<u16, compareAndSwap<u16>>},
      {"cas.b32", atomic<u32, compareAndSwap<u32>>},
      {"cas.b64", atomic<u64, compareAndSwap<u64>>}};
  return kTable;
}

}  // namespace

Handler atomicHandler(const std::string& operation, const std::string& type) {
  auto it = table().find(operation + "." + type);
  return it == table().end() ? nullptr : it->second;
}

}  // namespace softcuda
