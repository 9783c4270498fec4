// Whole-number arithmetic. Sums and products wrap, so signed and unsigned share them.
#include <type_traits>

#include "integers.h"
#include "ops.h"

namespace softcuda {
namespace {

using s16 = int16_t;
using u16 = uint16_t;
using s32 = int32_t;
using u32 = uint32_t;
using s64 = int64_t;
using u64 = uint64_t;

// 16-bit values would be promoted to int, whose products may overflow.
template <class T>
using Wrapping = std::conditional_t<(sizeof(T) < 4), u32, std::make_unsigned_t<T>>;

template <class T>
T add(T a, T b) {
  return static_cast<T>(static_cast<Wrapping<T>>(a) + static_cast<Wrapping<T>>(b));
}
template <class T>
T sub(T a, T b) {
  return static_cast<T>(static_cast<Wrapping<T>>(a) - static_cast<Wrapping<T>>(b));
}
template <class T>
T mulLow(T a, T b) {
  return static_cast<T>(static_cast<Wrapping<T>>(a) * static_cast<Wrapping<T>>(b));
}
template <class T, class W>
T mulHigh(T a, T b) {
  return static_cast<T>((static_cast<W>(a) * static_cast<W>(b)) >> (sizeof(T) * 8));
}
template <class T, class W>
W mulWide(T a, T b) {
  return static_cast<W>(static_cast<Wrapping<W>>(static_cast<W>(a)) *
                        static_cast<Wrapping<W>>(static_cast<W>(b)));
}
template <class T>
T madLow(T a, T b, T c) {
  return add<T>(mulLow<T>(a, b), c);
}
template <class T, class W>
T madHigh(T a, T b, T c) {
  return add<T>(mulHigh<T, W>(a, b), c);
}
template <class T, class W>
W madWide(T a, T b, W c) {
  return add<W>(mulWide<T, W>(a, b), c);
}
// Division by zero is undefined in PTX; hardware gives all ones, and the remainder the dividend.
template <class T>
T divide(T a, T b) {
  if (b == 0) return static_cast<T>(-1);
  if (std::is_signed<T>::value && b == static_cast<T>(-1)) return sub<T>(0, a);
  return static_cast<T>(a / b);
}
template <class T>
T remainder(T a, T b) {
  if (b == 0) return a;
  if (std::is_signed<T>::value && b == static_cast<T>(-1)) return 0;
  return static_cast<T>(a % b);
}
template <class T>
T negate(T a) {
  return sub<T>(0, a);
}
template <class T>
T absolute(T a) {
  return a < 0 ? sub<T>(0, a) : a;
}
template <class T>
T sumOfDifferences(T a, T b, T c) {
  return add<T>(a < b ? sub<T>(b, a) : sub<T>(a, b), c);
}

template <class A, class B>
u32 dotBytes(u32 a, u32 b, u32 c) {
  for (int i = 0; i < 32; i += 8) {
    c += static_cast<u32>(static_cast<s32>(static_cast<A>(a >> i)) *
                          static_cast<s32>(static_cast<B>(b >> i)));
  }
  return c;
}

template <class T, class W>
void addType(OperationTable& table, const std::string& type, const char* one, const char* two,
             const char* three) {
  auto row = [&](const char* name, const char* operands, Handler handler) {
    table[std::string(name) + "." + type] = {operands, Kind::kInteger, handler};
  };
  row("add", two, binary<T, add<T>>);
  row("sub", two, binary<T, sub<T>>);
  row("mul.lo", two, binary<T, mulLow<T>>);
  row("mul.hi", two, binary<T, mulHigh<T, W>>);
  row("mad.lo", three, ternary<T, madLow<T>>);
  row("mad.hi", three, ternary<T, madHigh<T, W>>);
  row("sad", three, ternary<T, sumOfDifferences<T>>);
  row("div", two, binary<T, divide<T>>);
  row("rem", two, binary<T, remainder<T>>);
  row("min", two, binary<T, least<T>>);
  row("max", two, binary<T, most<T>>);
  if (std::is_signed<T>::value) {
    row("neg", one, unary<T, negate<T>>);
    row("abs", one, unary<T, absolute<T>>);
  }
}

template <class T, class W>
void addWide(OperationTable& table, const std::string& type, const char* two, const char* three) {
  table["mul.wide." + type] = {two, Kind::kInteger, binary<T, mulWide<T, W>, W>};
  table["mad.wide." + type] = {three, Kind::kInteger, ternary<T, madWide<T, W>, W>};
}

}  // namespace

void addIntegerOperations(OperationTable& table) {
  addType<s16, s32>(table, "s16", "hh", "hhh", "hhhh");
  addType<u16, u32>(table, "u16", "hh", "hhh", "hhhh");
  addType<s32, s64>(table, "s32", "ww", "www", "wwww");
  addType<u32, u64>(table, "u32", "ww", "www", "wwww");
  addType<s64, __int128>(table, "s64", "dd", "ddd", "dddd");
  addType<u64, unsigned __int128>(table, "u64", "dd", "ddd", "dddd");
  addWide<s16, s32>(table, "s16", "whh", "whhw");
  addWide<u16, u32>(table, "u16", "whh", "whhw");
  addWide<s32, s64>(table, "s32", "dww", "dwwd");
  addWide<u32, u64>(table, "u32", "dww", "dwwd");
  table["dp4a.s32.s32"] = {"wwww", Kind::kInteger, ternary<u32, dotBytes<int8_t, int8_t>>};
  table["dp4a.u32.u32"] = {"wwww", Kind::kInteger, ternary<u32, dotBytes<uint8_t, uint8_t>>};
  table["dp4a.s32.u32"] = {"wwww", Kind::kInteger, ternary<u32, dotBytes<int8_t, uint8_t>>};
  table["dp4a.u32.s32"] = {"wwww", Kind::kInteger, ternary<u32, dotBytes<uint8_t, int8_t>>};
}

}  // namespace softcuda
