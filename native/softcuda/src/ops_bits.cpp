// Logic, shifts, bit fields, counting, predicate logic.
#include "integers.h"
#include "ops.h"

namespace softcuda {
namespace {

using u16 = uint16_t;
using u32 = uint32_t;
using u64 = uint64_t;

template <class T>
T bitNot(T a) {
  return static_cast<T>(~a);
}
template <class T>
T logicalNot(T a) {
  return a == 0;
}
// Shifts by the width or more give zero, or the sign.
template <class T>
T shiftLeft(T a, u32 by) {
  return by < sizeof(T) * 8 ? static_cast<T>(static_cast<u64>(a) << by) : T{0};
}
template <>
u32 shiftLeft(u32 a, u32 by) {
  return by < 32 ? a << (by & 31) : 0;
}
template <class T>
T shiftRight(T a, u32 by) {
  constexpr u32 kMost = sizeof(T) * 8 - 1;
  if (T(-1) > 0) return by > kMost ? T{0} : static_cast<T>(a >> (by & kMost));
  return static_cast<T>(a >> (by > kMost ? kMost : by));
}
u32 countOnes32(u32 a) { return __builtin_popcount(a); }
u32 countOnes64(u64 a) { return __builtin_popcountll(a); }
u32 leadingZeros32(u32 a) { return a == 0 ? 32 : __builtin_clz(a); }
u32 leadingZeros64(u64 a) { return a == 0 ? 64 : __builtin_clzll(a); }
u32 reverse32(u32 a) {
  a = (a >> 1 & 0x55555555u) | (a & 0x55555555u) << 1;
  a = (a >> 2 & 0x33333333u) | (a & 0x33333333u) << 2;
  a = (a >> 4 & 0x0f0f0f0fu) | (a & 0x0f0f0f0fu) << 4;
  return __builtin_bswap32(a);
}
u64 reverse64(u64 a) {
  return u64{reverse32(static_cast<u32>(a))} << 32 | reverse32(static_cast<u32>(a >> 32));
}

// Position of the highest bit that differs from the sign; all ones if there is none.
u32 findHigh64(u64 a) { return a == 0 ? ~0u : 63 - __builtin_clzll(a); }
u32 findHighU32(u32 a) { return findHigh64(a); }
u32 findHighS32(int32_t a) { return findHigh64(static_cast<u32>(a < 0 ? ~a : a)); }
u32 findHighU64(u64 a) { return findHigh64(a); }
u32 findHighS64(int64_t a) { return findHigh64(static_cast<u64>(a < 0 ? ~a : a)); }
u32 shiftU32(u32 a) { return leadingZeros32(a) == 32 ? ~0u : leadingZeros32(a); }
u32 shiftS32(int32_t a) { return shiftU32(static_cast<u32>(a < 0 ? ~a : a)); }
u32 shiftU64(u64 a) { return a == 0 ? ~0u : leadingZeros64(a); }
u32 shiftS64(int64_t a) { return shiftU64(static_cast<u64>(a < 0 ? ~a : a)); }

template <class T>
T fieldMask(u32 length) {
  return length >= sizeof(T) * 8 ? static_cast<T>(~T{0}) : static_cast<T>((T{1} << length) - 1);
}
// Position and length are taken modulo 256.
template <class T>
T insertField(T a, T b, u32 position, u32 length) {
  position &= 255;
  length &= 255;
  if (position >= sizeof(T) * 8) return b;
  T mask = static_cast<T>(fieldMask<T>(length) << position);
  return (b & ~mask) | (static_cast<T>(a << position) & mask);
}
template <class T, bool kSigned>
T extractField(T a, u32 position, u32 length) {
  constexpr u32 kBits = sizeof(T) * 8;
  position &= 255;
  length &= 255;
  u32 last = position + length - 1 < kBits - 1 ? position + length - 1 : kBits - 1;
  bool sign = kSigned && length != 0 && (a >> last & 1);
  T value = position < kBits ? static_cast<T>(a >> position) & fieldMask<T>(length) : T{0};
  u32 kept = position < kBits ? (kBits - position < length ? kBits - position : length) : 0;
  return sign ? value | static_cast<T>(~fieldMask<T>(kept)) : value;
}
template <class T>
void insert(Warp& warp, const Instruction& i, Mask mask) {
  const T* a = warp.at<T>(i.a);
  const T* b = warp.at<T>(i.b);
  const u32* position = warp.at<u32>(i.c);
  const u32* length = warp.at<u32>((*i.slots)[0]);
  forLanes(warp.at<T>(i.d), mask, [=](int lane) {
    return insertField<T>(a[lane], b[lane], position[lane], length[lane]);
  });
}

u32 permute(u32 a, u32 b, u32 selector) {
  u64 bytes = u64{b} << 32 | a;
  u32 result = 0;
  for (int i = 0; i < 4; ++i) {
    u32 choice = selector >> (4 * i) & 15;
    u32 byte = bytes >> (8 * (choice & 7)) & 255;
    if (choice & 8) byte = byte & 128 ? 255 : 0;
    result |= byte << (8 * i);
  }
  return result;
}
u32 funnel(u32 low, u32 high, u32 by, bool left) {
  u64 both = u64{high} << 32 | low;
  return left ? static_cast<u32>(both << by >> 32) : static_cast<u32>(both >> by);
}
u32 funnelLeftWrap(u32 a, u32 b, u32 by) { return funnel(a, b, by & 31, true); }
u32 funnelLeftClamp(u32 a, u32 b, u32 by) { return by >= 32 ? a : funnel(a, b, by, true); }
u32 funnelRightWrap(u32 a, u32 b, u32 by) { return funnel(a, b, by & 31, false); }
u32 funnelRightClamp(u32 a, u32 b, u32 by) { return by >= 32 ? b : funnel(a, b, by, false); }
u32 lookUp(u32 a, u32 b, u32 c, u32 table) {
  u32 result = 0;
  for (u32 k = 0; k < 8; ++k) {
    if (table >> k & 1) result |= (k & 4 ? a : ~a) & (k & 2 ? b : ~b) & (k & 1 ? c : ~c);
  }
  return result;
}

// Predicates.
template <auto F>
void logic(Warp& warp, const Instruction& i, Mask mask) {
  setPredicate(warp, i.d, mask, F(warp.predicate(i.a), warp.predicate(i.b)));
}
void invert(Warp& warp, const Instruction& i, Mask mask) {
  setPredicate(warp, i.d, mask, ~warp.predicate(i.a));
}

template <class T>
void addWidth(OperationTable& table, const char* type, const char* unsigned_type, const char* one,
              const char* two, const char* shift) {
  auto row = [&](const char* name, const char* of, const char* operands, Handler handler) {
    table[std::string(name) + "." + of] = {operands, Kind::kInteger, handler};
  };
  using Signed = std::make_signed_t<T>;
  std::string signed_type = std::string("s") + (unsigned_type + 1);
  row("and", type, two, binary<T, bitAnd<T>>);
  row("or", type, two, binary<T, bitOr<T>>);
  row("xor", type, two, binary<T, bitXor<T>>);
  row("not", type, one, unary<T, bitNot<T>>);
  row("cnot", type, one, unary<T, logicalNot<T>>);
  row("shl", type, shift, binary<T, shiftLeft<T>, T, u32>);
  row("shr", type, shift, binary<T, shiftRight<T>, T, u32>);
  row("shr", unsigned_type, shift, binary<T, shiftRight<T>, T, u32>);
  row("shr", signed_type.c_str(), shift, binary<Signed, shiftRight<Signed>, Signed, u32>);
}

void addCounting(OperationTable& table) {
  const Kind kind = Kind::kInteger;
  table["popc.b32"] = {"ww", kind, unary<u32, countOnes32>};
  table["popc.b64"] = {"wd", kind, unary<u64, countOnes64, u32>};
  table["clz.b32"] = {"ww", kind, unary<u32, leadingZeros32>};
  table["clz.b64"] = {"wd", kind, unary<u64, leadingZeros64, u32>};
  table["brev.b32"] = {"ww", kind, unary<u32, reverse32>};
  table["brev.b64"] = {"dd", kind, unary<u64, reverse64>};
  table["bfind.u32"] = {"ww", kind, unary<u32, findHighU32>};
  table["bfind.s32"] = {"ww", kind, unary<int32_t, findHighS32, u32>};
  table["bfind.u64"] = {"wd", kind, unary<u64, findHighU64, u32>};
  table["bfind.s64"] = {"wd", kind, unary<int64_t, findHighS64, u32>};
  table["bfind.shiftamt.u32"] = {"ww", kind, unary<u32, shiftU32>};
  table["bfind.shiftamt.s32"] = {"ww", kind, unary<int32_t, shiftS32, u32>};
  table["bfind.shiftamt.u64"] = {"wd", kind, unary<u64, shiftU64, u32>};
  table["bfind.shiftamt.s64"] = {"wd", kind, unary<int64_t, shiftS64, u32>};
}

void addFields(OperationTable& table) {
  const Kind kind = Kind::kInteger;
  table["bfi.b32"] = {"wwwww", kind, insert<u32>};
  table["bfi.b64"] = {"dddww", kind, insert<u64>};
  table["bfe.u32"] = {"wwww", kind, ternary<u32, extractField<u32, false>>};
  table["bfe.s32"] = {"wwww", kind, ternary<u32, extractField<u32, true>>};
  table["bfe.u64"] = {"ddww", kind, ternary<u64, extractField<u64, false>, u64, u32, u32>};
  table["bfe.s64"] = {"ddww", kind, ternary<u64, extractField<u64, true>, u64, u32, u32>};
  table["prmt.b32"] = {"wwww", kind, ternary<u32, permute>};
  table["shf.l.wrap.b32"] = {"wwww", kind, ternary<u32, funnelLeftWrap>};
  table["shf.l.clamp.b32"] = {"wwww", kind, ternary<u32, funnelLeftClamp>};
  table["shf.r.wrap.b32"] = {"wwww", kind, ternary<u32, funnelRightWrap>};
  table["shf.r.clamp.b32"] = {"wwww", kind, ternary<u32, funnelRightClamp>};
  table["lop3.b32"] = {"wwwww", kind, quaternary<u32, lookUp>};
}

}  // namespace

void addBitOperations(OperationTable& table) {
  addWidth<u16>(table, "b16", "u16", "hh", "hhh", "hhw");
  addWidth<u32>(table, "b32", "u32", "ww", "www", "www");
  addWidth<u64>(table, "b64", "u64", "dd", "ddd", "ddw");
  addCounting(table);
  addFields(table);
  table["and.pred"] = {"ppp", Kind::kCompare, logic<bitAnd<Mask>>};
  table["or.pred"] = {"ppp", Kind::kCompare, logic<bitOr<Mask>>};
  table["xor.pred"] = {"ppp", Kind::kCompare, logic<bitXor<Mask>>};
  table["not.pred"] = {"pp", Kind::kCompare, invert};
}

}  // namespace softcuda
