// setp, selp, mov and packing: what makes, takes or moves values without arithmetic.
#include <cmath>

#include "floats.h"
#include "ops.h"

namespace softcuda {
namespace {

// p = (a ? b) joined with c; q = not (a ? b), joined alike. i.offset says how.
void store(Warp& warp, const Instruction& i, Mask mask, Mask result) {
  Mask other = ~result;
  if (i.offset != kJoinNone) {
    Mask c = warp.predicate(i.c) ^ warp.predicate(i.members);
    auto join = [&](Mask x) {
      return i.offset == kJoinAnd ? x & c : i.offset == kJoinOr ? x | c : x ^ c;
    };
    result = join(result);
    other = join(other);
  }
  setPredicate(warp, i.d, mask, result);
  if (i.d2 != 0) setPredicate(warp, i.d2, mask, other);
}

template <class T, auto F>
void compare(Warp& warp, const Instruction& i, Mask mask) {
  const T* a = warp.at<T>(i.a);
  const T* b = warp.at<T>(i.b);
  Mask result = 0;
  for (int lane = 0; lane < kLanes; ++lane) result |= Mask{F(a[lane], b[lane])} << lane;
  store(warp, i, mask, result);
}

template <float (*kLoad)(uint16_t), auto F>
void compareHalf(Warp& warp, const Instruction& i, Mask mask) {
  const uint16_t* a = warp.at<uint16_t>(i.a);
  const uint16_t* b = warp.at<uint16_t>(i.b);
  Mask result = 0;
  for (int lane = 0; lane < kLanes; ++lane)
    result |= Mask{F(kLoad(a[lane]), kLoad(b[lane]))} << lane;
  store(warp, i, mask, result);
}

template <class T>
bool eq(T a, T b) {
  return a == b;
}
template <class T>
bool ne(T a, T b) {
  return a < b || a > b;
}  // ordered: false with NaN
template <class T>
bool lt(T a, T b) {
  return a < b;
}
template <class T>
bool le(T a, T b) {
  return a <= b;
}
template <class T>
bool gt(T a, T b) {
  return a > b;
}
template <class T>
bool ge(T a, T b) {
  return a >= b;
}
template <class T>
bool equ(T a, T b) {
  return !(a < b || a > b);
}
template <class T>
bool neu(T a, T b) {
  return a != b;
}
template <class T>
bool ltu(T a, T b) {
  return !(a >= b);
}
template <class T>
bool leu(T a, T b) {
  return !(a > b);
}
template <class T>
bool gtu(T a, T b) {
  return !(a <= b);
}
template <class T>
bool geu(T a, T b) {
  return !(a < b);
}
template <class T>
bool num(T a, T b) {
  return a == a && b == b;
}
template <class T>
bool nan(T a, T b) {
  return a != a || b != b;
}

template <class T>
Handler ordered(const std::string& c) {
  if (c == "eq") return compare<T, eq<T>>;
  if (c == "ne") return compare<T, ne<T>>;
  if (c == "lt") return compare<T, lt<T>>;
  if (c == "le") return compare<T, le<T>>;
  if (c == "gt") return compare<T, gt<T>>;
  if (c == "ge") return compare<T, ge<T>>;
  return nullptr;
}

template <class T>
Handler unsignedToo(const std::string& c) {
  if (c == "lo") return compare<T, lt<T>>;
  if (c == "ls") return compare<T, le<T>>;
  if (c == "hi") return compare<T, gt<T>>;
  if (c == "hs") return compare<T, ge<T>>;
  return ordered<T>(c);
}

template <class T>
Handler unordered(const std::string& c) {
  if (c == "equ") return compare<T, equ<T>>;
  if (c == "neu") return compare<T, neu<T>>;
  if (c == "ltu") return compare<T, ltu<T>>;
  if (c == "leu") return compare<T, leu<T>>;
  if (c == "gtu") return compare<T, gtu<T>>;
  if (c == "geu") return compare<T, geu<T>>;
  if (c == "num") return compare<T, num<T>>;
  if (c == "nan") return compare<T, nan<T>>;
  return ordered<T>(c);
}

template <float (*kLoad)(uint16_t)>
Handler halves(const std::string& c) {
  if (c == "eq") return compareHalf<kLoad, eq<float>>;
  if (c == "ne") return compareHalf<kLoad, ne<float>>;
  if (c == "lt") return compareHalf<kLoad, lt<float>>;
  if (c == "le") return compareHalf<kLoad, le<float>>;
  if (c == "gt") return compareHalf<kLoad, gt<float>>;
  if (c == "ge") return compareHalf<kLoad, ge<float>>;
  if (c == "neu") return compareHalf<kLoad, neu<float>>;
  if (c == "equ") return compareHalf<kLoad, equ<float>>;
  if (c == "ltu") return compareHalf<kLoad, ltu<float>>;
  if (c == "leu") return compareHalf<kLoad, leu<float>>;
  if (c == "gtu") return compareHalf<kLoad, gtu<float>>;
  if (c == "geu") return compareHalf<kLoad, geu<float>>;
  if (c == "num") return compareHalf<kLoad, num<float>>;
  if (c == "nan") return compareHalf<kLoad, nan<float>>;
  return nullptr;
}

template <class T>
void select(Warp& warp, const Instruction& i, Mask mask) {
  const T* a = warp.at<T>(i.a);
  const T* b = warp.at<T>(i.b);
  const Mask choice = warp.predicate(i.c);
  forLanes(warp.at<T>(i.d), mask, [=](int lane) { return choice >> lane & 1 ? a[lane] : b[lane]; });
}

template <class T>
T same(T a) {
  return a;
}
void movePredicate(Warp& warp, const Instruction& i, Mask mask) {
  setPredicate(warp, i.d, mask, warp.predicate(i.a));
}

// {a, b} <-> d: the first element is the lowest. i.slots: the elements' slots.
template <class Whole, class Part>
void pack(Warp& warp, const Instruction& i, Mask mask) {
  constexpr int kParts = sizeof(Whole) / sizeof(Part);
  const Part* parts[kParts];
  for (int k = 0; k < kParts; ++k) parts[k] = warp.at<Part>((*i.slots)[k]);
  forLanes(warp.at<Whole>(i.d), mask, [=](int lane) {
    Whole whole = 0;
    for (int k = 0; k < kParts; ++k) whole |= Whole{parts[k][lane]} << (8 * sizeof(Part) * k);
    return whole;
  });
}
template <class Whole, class Part>
void unpack(Warp& warp, const Instruction& i, Mask mask) {
  constexpr int kParts = sizeof(Whole) / sizeof(Part);
  alignas(64) Whole whole[kLanes];
  std::memcpy(whole, warp.registers + i.a, sizeof whole);
  for (int k = 0; k < kParts; ++k) {
    if ((*i.slots)[k] == 0) continue;  // _
    forLanes(warp.at<Part>((*i.slots)[k]), mask,
             [&](int lane) { return static_cast<Part>(whole[lane] >> (8 * sizeof(Part) * k)); });
  }
}

}  // namespace

Handler compareHandler(const std::string& c, const std::string& type) {
  if (type == "s16") return ordered<int16_t>(c);
  if (type == "u16" || type == "b16") return unsignedToo<uint16_t>(c);
  if (type == "s32") return ordered<int32_t>(c);
  if (type == "u32" || type == "b32") return unsignedToo<uint32_t>(c);
  if (type == "s64") return ordered<int64_t>(c);
  if (type == "u64" || type == "b64") return unsignedToo<uint64_t>(c);
  if (type == "f32") return unordered<float>(c);
  if (type == "f64") return unordered<double>(c);
  if (type == "f16") return halves<halfToFloat>(c);
  if (type == "bf16") return halves<bf16ToFloat>(c);
  return nullptr;
}

Handler selectHandler(size_t bytes) {
  return bytes == 2 ? select<uint16_t> : bytes == 4 ? select<uint32_t> : select<uint64_t>;
}

Handler moveHandler(size_t bytes) {
  if (bytes == 0) return movePredicate;
  if (bytes == 2) return unary<uint16_t, same<uint16_t>>;
  return bytes == 4 ? Handler{unary<uint32_t, same<uint32_t>>}
                    : Handler{unary<uint64_t, same<uint64_t>>};
}

Handler packHandler(size_t bytes, size_t parts, bool unpacking) {
  if (bytes == 8 && parts == 2)
    return unpacking ? unpack<uint64_t, uint32_t> : pack<uint64_t, uint32_t>;
  if (bytes == 8 && parts == 4)
    return unpacking ? unpack<uint64_t, uint16_t> : pack<uint64_t, uint16_t>;
  if (bytes == 4 && parts == 2)
    return unpacking ? unpack<uint32_t, uint16_t> : pack<uint32_t, uint16_t>;
  return nullptr;
}

}  // namespace softcuda
