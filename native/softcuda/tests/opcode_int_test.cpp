// Whole-number, bit and predicate instructions, one snippet each.
#include "snippet.h"

using namespace softcuda::testing;

namespace {

using s16 = int16_t;
using u16 = uint16_t;
using s32 = int32_t;
using u32 = uint32_t;
using s64 = int64_t;
using u64 = uint64_t;
using Wide = __int128;

// Names of the operands of type T.
template <class T>
std::string operand(int k) {
  const char* name = sizeof(T) == 2 ? "%h" : sizeof(T) == 4 ? "%r" : "%rd";
  return name + (k < 0 ? std::string() : std::to_string(k));
}
template <class T>
std::string resultName() {
  return sizeof(T) == 2 ? "h" : sizeof(T) == 4 ? "r" : "rd";
}
template <class T>
u64 cut(Wide value) {
  return static_cast<u64>(static_cast<std::make_unsigned_t<T>>(value));
}

template <class T>
Snippet two(const std::string& spelling, Wide (*f)(Wide, Wide)) {
  return each(spelling + " " + operand<T>(-1) + ", " + operand<T>(0) + ", " + operand<T>(1) + ";",
              resultName<T>(), [f](const Words& x) {
                return cut<T>(f(static_cast<T>(x[0]), static_cast<T>(x[1])));
              });
}

template <class T>
Snippet three(const std::string& spelling, Wide (*f)(Wide, Wide, Wide)) {
  return each(spelling + " " + operand<T>(-1) + ", " + operand<T>(0) + ", " + operand<T>(1) + ", " +
                  operand<T>(2) + ";",
              resultName<T>(), [f](const Words& x) {
                return cut<T>(f(static_cast<T>(x[0]), static_cast<T>(x[1]), static_cast<T>(x[2])));
              });
}

template <class T>
Wide shiftedDown(Wide product) {
  return product >> (8 * sizeof(T));
}

template <class T>
void addArithmetic(std::vector<Snippet>& all, const std::string& type) {
  all.push_back(two<T>("add." + type, [](Wide a, Wide b) { return a + b; }));
  all.push_back(two<T>("sub." + type, [](Wide a, Wide b) { return a - b; }));
  all.push_back(two<T>("min." + type, [](Wide a, Wide b) { return a < b ? a : b; }));
  all.push_back(two<T>("max." + type, [](Wide a, Wide b) { return a > b ? a : b; }));
  all.push_back(two<T>("mul.lo." + type, [](Wide a, Wide b) {
    return static_cast<Wide>(static_cast<unsigned __int128>(a) * static_cast<unsigned __int128>(b));
  }));
  all.push_back(three<T>("mad.lo." + type, [](Wide a, Wide b, Wide c) {
    return static_cast<Wide>(static_cast<unsigned __int128>(a) * static_cast<unsigned __int128>(b) +
                             static_cast<unsigned __int128>(c));
  }));
  all.push_back(
      three<T>("sad." + type, [](Wide a, Wide b, Wide c) { return (a < b ? b - a : a - b) + c; }));
  if (sizeof(T) < 8) {
    all.push_back(two<T>("mul.hi." + type, [](Wide a, Wide b) { return shiftedDown<T>(a * b); }));
    all.push_back(three<T>("mad.hi." + type,
                           [](Wide a, Wide b, Wide c) { return shiftedDown<T>(a * b) + c; }));
  }
  all.push_back(two<T>("div." + type, [](Wide a, Wide b) { return b == 0 ? Wide{-1} : a / b; }));
  all.push_back(two<T>("rem." + type, [](Wide a, Wide b) { return b == 0 ? a : a % b; }));
}

template <class T>
void addSigned(std::vector<Snippet>& all, const std::string& type) {
  auto one = [&](const std::string& name, u64 (*f)(T)) {
    all.push_back(each(name + "." + type + " " + operand<T>(-1) + ", " + operand<T>(0) + ";",
                       resultName<T>(), [f](const Words& x) { return f(static_cast<T>(x[0])); }));
  };
  one("neg", [](T a) { return cut<T>(-static_cast<Wide>(a)); });
  one("abs", [](T a) { return cut<T>(a < 0 ? -static_cast<Wide>(a) : a); });
}

template <class T, class W>
void addWide(std::vector<Snippet>& all, const std::string& type) {
  std::string from = operand<T>(0) + ", " + operand<T>(1);
  all.push_back(each("mul.wide." + type + " " + operand<W>(-1) + ", " + from + ";", resultName<W>(),
                     [](const Words& x) {
                       return cut<W>(static_cast<Wide>(static_cast<T>(x[0])) *
                                     static_cast<T>(x[1]));
                     }));
  all.push_back(
      each("mad.wide." + type + " " + operand<W>(-1) + ", " + from + ", " + operand<W>(2) + ";",
           resultName<W>(), [](const Words& x) {
             return cut<W>(static_cast<Wide>(static_cast<T>(x[0])) * static_cast<T>(x[1]) +
                           static_cast<W>(x[2]));
           }));
}

template <class T>
void addShifts(std::vector<Snippet>& all, int width) {
  std::string b = std::to_string(width), d = operand<T>(-1), a = operand<T>(0);
  using S = std::make_signed_t<T>;
  for (int by : {0, 1, 7, width - 1, width, 300}) {
    std::string end = " " + d + ", " + a + ", " + std::to_string(by) + ";";
    all.push_back(each("shl.b" + b + end, resultName<T>(), [by](const Words& x) {
      return by >= 64 ? 0 : cut<T>(static_cast<Wide>(static_cast<T>(x[0])) << by);
    }));
    all.push_back(each("shr.u" + b + end, resultName<T>(), [by](const Words& x) {
      return by >= 64 ? 0 : cut<T>(static_cast<Wide>(static_cast<T>(x[0])) >> by);
    }));
    all.push_back(each("shr.s" + b + end, resultName<T>(), [by](const Words& x) {
      return cut<T>(static_cast<Wide>(static_cast<S>(x[0])) >> (by >= 64 ? 64 : by));
    }));
  }
  all.push_back(
      each("shl.b" + b + " " + d + ", " + a + ", %r1;", resultName<T>(), [width](const Words& x) {
        u32 by = static_cast<u32>(x[1]);
        return by >= static_cast<u32>(width)
                   ? 0
                   : cut<T>(static_cast<Wide>(static_cast<T>(x[0])) << by);
      }));
}

template <class T>
void addLogic(std::vector<Snippet>& all, int width) {
  std::string b = "b" + std::to_string(width), d = operand<T>(-1), a = operand<T>(0);
  all.push_back(two<T>("and." + b, [](Wide x, Wide y) { return x & y; }));
  all.push_back(two<T>("or." + b, [](Wide x, Wide y) { return x | y; }));
  all.push_back(two<T>("xor." + b, [](Wide x, Wide y) { return x ^ y; }));
  all.push_back(each("not." + b + " " + d + ", " + a + ";", resultName<T>(),
                     [](const Words& x) { return cut<T>(~static_cast<Wide>(x[0])); }));
  all.push_back(each("cnot." + b + " " + d + ", " + a + ";", resultName<T>(),
                     [](const Words& x) { return static_cast<T>(x[0]) == 0 ? u64{1} : 0; }));
  all.push_back(each("mov." + b + " " + d + ", " + a + ";", resultName<T>(),
                     [](const Words& x) { return cut<T>(x[0]); }));
  all.push_back(each("selp." + b + " " + d + ", " + a + ", " + operand<T>(1) + ", %p2;",
                     resultName<T>(),
                     [](const Words& x) { return cut<T>(x[2] & 1 ? x[0] : x[1]); }));
}

int highest(u64 x) {
  for (int k = 63; k >= 0; --k) {
    if (x >> k & 1) return k;
  }
  return -1;
}

void addCounting(std::vector<Snippet>& all) {
  auto w = [&](const std::string& spelling, u64 (*f)(u32)) {
    all.push_back(each(spelling + " %r, %r0;", "r",
                       [f](const Words& x) { return f(static_cast<u32>(x[0])); }));
  };
  auto d = [&](const std::string& spelling, const std::string& result, u64 (*f)(u64)) {
    all.push_back(each(spelling + " %" + result + ", %rd0;", result,
                       [f](const Words& x) { return f(x[0]); }));
  };
  w("popc.b32", [](u32 x) { return static_cast<u64>(__builtin_popcount(x)); });
  d("popc.b64", "r", [](u64 x) { return static_cast<u64>(__builtin_popcountll(x)); });
  w("clz.b32", [](u32 x) { return static_cast<u64>(31 - highest(x)); });
  d("clz.b64", "r", [](u64 x) { return static_cast<u64>(63 - highest(x)); });
  w("brev.b32", [](u32 x) {
    u64 result = 0;
    for (int k = 0; k < 32; ++k) result |= static_cast<u64>(x >> k & 1) << (31 - k);
    return result;
  });
  d("brev.b64", "rd", [](u64 x) {
    u64 result = 0;
    for (int k = 0; k < 64; ++k) result |= (x >> k & 1) << (63 - k);
    return result;
  });
  w("bfind.u32", [](u32 x) { return cut<u32>(highest(x)); });
  w("bfind.s32", [](u32 x) { return cut<u32>(highest(static_cast<s32>(x) < 0 ? ~x : x)); });
  d("bfind.u64", "r", [](u64 x) { return cut<u32>(highest(x)); });
  d("bfind.s64", "r", [](u64 x) { return cut<u32>(highest(static_cast<s64>(x) < 0 ? ~x : x)); });
  w("bfind.shiftamt.u32", [](u32 x) { return cut<u32>(x == 0 ? -1 : 31 - highest(x)); });
  w("bfind.shiftamt.s32", [](u32 x) {
    u32 y = static_cast<s32>(x) < 0 ? ~x : x;
    return cut<u32>(y == 0 ? -1 : 31 - highest(y));
  });
}

u64 extract(u64 x, int width, u32 position, u32 length, bool is_signed) {
  position &= 255;
  length &= 255;
  u32 last = std::min<u32>(position + length - 1, width - 1);
  bool sign = is_signed && length != 0 && (x >> last & 1);
  u64 result = 0;
  for (u32 k = 0; k < static_cast<u32>(width); ++k) {
    bool bit =
        k < length && position + k < static_cast<u32>(width) ? x >> (position + k) & 1 : sign;
    result |= static_cast<u64>(bit) << k;
  }
  return result;
}

u64 insert(u64 a, u64 b, int width, u32 position, u32 length) {
  for (u32 k = 0; k < (length & 255) && (position & 255) + k < static_cast<u32>(width); ++k) {
    u64 bit = u64{1} << ((position & 255) + k);
    b = a >> k & 1 ? b | bit : b & ~bit;
  }
  return b;
}

void addFields(std::vector<Snippet>& all) {
  for (auto field : {std::make_pair(0, 5), {3, 8}, {20, 20}, {31, 1}, {40, 3}, {5, 0}, {0, 255}}) {
    u32 p = static_cast<u32>(field.first), n = static_cast<u32>(field.second);
    std::string end = ", " + std::to_string(p) + ", " + std::to_string(n) + ";";
    all.push_back(each("bfe.u32 %r, %r0" + end, "r", [=](const Words& x) {
      return extract(static_cast<u32>(x[0]), 32, p, n, false);
    }));
    all.push_back(each("bfe.s32 %r, %r0" + end, "r", [=](const Words& x) {
      return extract(static_cast<u32>(x[0]), 32, p, n, true);
    }));
    all.push_back(each("bfe.u64 %rd, %rd0" + end, "rd",
                       [=](const Words& x) { return extract(x[0], 64, p, n, false); }));
    all.push_back(each("bfe.s64 %rd, %rd0" + end, "rd",
                       [=](const Words& x) { return extract(x[0], 64, p, n, true); }));
    all.push_back(each("bfi.b32 %r, %r0, %r1" + end, "r", [=](const Words& x) {
      return insert(static_cast<u32>(x[0]), static_cast<u32>(x[1]), 32, p, n);
    }));
    all.push_back(each("bfi.b64 %rd, %rd0, %rd1" + end, "rd",
                       [=](const Words& x) { return insert(x[0], x[1], 64, p, n); }));
  }
  all.push_back(each("prmt.b32 %r, %r0, %r1, %r2;", "r", [](const Words& x) {
    u64 bytes = (x[1] & 0xffffffff) << 32 | (x[0] & 0xffffffff), result = 0;
    for (int k = 0; k < 4; ++k) {
      u64 select = x[2] >> (4 * k) & 15, byte = bytes >> (select % 8 * 8) & 255;
      result |= (select < 8 ? byte : byte >= 128 ? 255 : 0) << (8 * k);
    }
    return result;
  }));
  for (const char* mode : {"wrap", "clamp"}) {
    bool wrap = mode[0] == 'w';
    all.push_back(
        each(std::string("shf.l.") + mode + ".b32 %r, %r0, %r1, %r2;", "r", [wrap](const Words& x) {
          u32 by = wrap ? x[2] & 31 : std::min<u32>(static_cast<u32>(x[2]), 32);
          return cut<u32>(static_cast<Wide>((x[1] << 32 | (x[0] & 0xffffffff))) << by >> 32);
        }));
    all.push_back(
        each(std::string("shf.r.") + mode + ".b32 %r, %r0, %r1, %r2;", "r", [wrap](const Words& x) {
          u32 by = wrap ? x[2] & 31 : std::min<u32>(static_cast<u32>(x[2]), 32);
          return cut<u32>(static_cast<Wide>(x[1] << 32 | (x[0] & 0xffffffff)) >> by);
        }));
  }
  all.push_back(each("lop3.b32 %r, %r0, %r1, %r2, 0xE8;", "r", [](const Words& x) {
    return cut<u32>((x[0] & x[1]) | (x[1] & x[2]) | (x[0] & x[2]));
  }));
  all.push_back(each("dp4a.s32.s32 %r, %r0, %r1, %r2;", "r", [](const Words& x) {
    s64 sum = static_cast<s32>(x[2]);
    for (int k = 0; k < 32; k += 8)
      sum += static_cast<int8_t>(x[0] >> k) * static_cast<int8_t>(x[1] >> k);
    return cut<u32>(sum);
  }));
}

template <class T>
void addComparisons(std::vector<Snippet>& all, const std::string& type) {
  struct Comparison {
    const char* name;
    bool (*holds)(T, T);
  };
  const Comparison comparisons[] = {
      {"eq", [](T a, T b) { return a == b; }}, {"ne", [](T a, T b) { return a != b; }},
      {"lt", [](T a, T b) { return a < b; }},  {"le", [](T a, T b) { return a <= b; }},
      {"gt", [](T a, T b) { return a > b; }},  {"ge", [](T a, T b) { return a >= b; }}};
  for (const Comparison& c : comparisons) {
    std::string from = operand<T>(0) + ", " + operand<T>(1);
    auto holds = c.holds;
    all.push_back(each(std::string("setp.") + c.name + "." + type + " %p, " + from + ";", "p",
                       [holds](const Words& x) {
                         return u64{holds(static_cast<T>(x[0]), static_cast<T>(x[1]))};
                       }));
    all.push_back(
        each(std::string("setp.") + c.name + ".and." + type + " %p|%p7, " + from + ", !%p2;", "p",
             [holds](const Words& x) {
               return u64{holds(static_cast<T>(x[0]), static_cast<T>(x[1])) && (x[2] & 1) == 0};
             }));
    all.push_back(
        each(std::string("setp.") + c.name + ".or." + type + " %p7|%p, " + from + ", %p2;", "p",
             [holds](const Words& x) {
               return u64{!holds(static_cast<T>(x[0]), static_cast<T>(x[1])) || (x[2] & 1) != 0};
             }));
  }
}

void addPredicates(std::vector<Snippet>& all) {
  all.push_back(
      each("and.pred %p, %p0, %p1;", "p", [](const Words& x) { return x[0] & x[1] & 1; }));
  all.push_back(
      each("or.pred %p, %p0, %p1;", "p", [](const Words& x) { return (x[0] | x[1]) & 1; }));
  all.push_back(
      each("xor.pred %p, %p0, %p1;", "p", [](const Words& x) { return (x[0] ^ x[1]) & 1; }));
  all.push_back(each("not.pred %p, %p0;", "p", [](const Words& x) { return ~x[0] & 1; }));
  all.push_back(each("mov.pred %p, %p0;", "p", [](const Words& x) { return x[0] & 1; }));
  all.push_back(each("mov.pred %p, 1;", "p", [](const Words&) { return u64{1}; }));
  all.push_back(each("mov.b64 %rd, {%r0, %r1};", "rd",
                     [](const Words& x) { return x[1] << 32 | (x[0] & 0xffffffff); }));
  all.push_back(each("mov.b32 %r, {%h0, %h1};", "r",
                     [](const Words& x) { return (x[1] & 65535) << 16 | (x[0] & 65535); }));
  all.push_back(each("mov.b64 %rd, {%h0, %h1, %h2, %h3};", "rd", [](const Words& x) {
    return (x[3] & 65535) << 48 | (x[2] & 65535) << 32 | (x[1] & 65535) << 16 | (x[0] & 65535);
  }));
  all.push_back(each("mov.b64 {%r7, %r}, %rd0;", "r", [](const Words& x) { return x[0] >> 32; }));
  all.push_back(
      each("mov.b32 {_, %h}, %r0;", "h", [](const Words& x) { return x[0] >> 16 & 65535; }));
  all.push_back(each("mov.b32 {%h, _}, %r0;", "h", [](const Words& x) { return x[0] & 65535; }));
}

}  // namespace

int main() {
  std::vector<Snippet> all;
  addArithmetic<s16>(all, "s16");
  addArithmetic<u16>(all, "u16");
  addArithmetic<s32>(all, "s32");
  addArithmetic<u32>(all, "u32");
  addArithmetic<s64>(all, "s64");
  addArithmetic<u64>(all, "u64");
  addSigned<s16>(all, "s16");
  addSigned<s32>(all, "s32");
  addSigned<s64>(all, "s64");
  addWide<s16, s32>(all, "s16");
  addWide<u16, u32>(all, "u16");
  addWide<s32, s64>(all, "s32");
  addWide<u32, u64>(all, "u32");
  addShifts<u16>(all, 16);
  addShifts<u32>(all, 32);
  addShifts<u64>(all, 64);
  addLogic<u16>(all, 16);
  addLogic<u32>(all, 32);
  addLogic<u64>(all, 64);
  addCounting(all);
  addFields(all);
  addComparisons<s16>(all, "s16");
  addComparisons<u16>(all, "u16");
  addComparisons<s32>(all, "s32");
  addComparisons<u32>(all, "u32");
  addComparisons<s64>(all, "s64");
  addComparisons<u64>(all, "u64");
  addPredicates(all);
  runAll(all);
  return finish();
}
