// One instruction (or a few) run on 32 lanes of chosen inputs and compared with the host.
//
// A snippet finds its inputs, four 64-bit words a lane, in %rd0..3, their lower halves in %r0..3
// and %f0..3, quarters in %h0..3, the words as %fd0..3, and the lowest bits of inputs 0..3 in
// %p0..3. Its result goes to %h, %r, %rd, %f, %fd or %p. All of them hold kBefore's bits (false) at
// first. Each snippet of one instruction runs twice, the second time for odd lanes only: the others
// must keep what they had.
#ifndef SOFTCUDA_TESTS_SNIPPET_H
#define SOFTCUDA_TESTS_SNIPPET_H

#include <array>
#include <cmath>
#include <functional>

#include "testing.h"

namespace softcuda::testing {

using Words = std::array<uint64_t, 4>;
constexpr uint64_t kBefore = 0x1111222233334444u;

inline float f32(uint64_t bits) {
  uint32_t narrow = static_cast<uint32_t>(bits);
  float value;
  std::memcpy(&value, &narrow, sizeof value);
  return value;
}
inline double f64(uint64_t bits) {
  double value;
  std::memcpy(&value, &bits, sizeof value);
  return value;
}
inline uint64_t bits(float value) {
  uint32_t narrow;
  std::memcpy(&narrow, &value, sizeof narrow);
  return narrow;
}
inline uint64_t bits(double value) {
  uint64_t result;
  std::memcpy(&result, &value, sizeof result);
  return result;
}

// Of a lane, or of a lane among all.
using Expect = std::function<uint64_t(const Words&)>;
using ExpectAll = std::function<uint64_t(const std::vector<Words>&, int)>;

struct Snippet {
  std::string text;    // "add.s32 %r, %r0, %r1;"
  std::string result;  // "r": which register holds it; "f" and "fd": any NaN equals any other
  ExpectAll expect;
};

inline Snippet each(const std::string& text, const std::string& result, Expect expect) {
  return {text, result,
          [expect](const std::vector<Words>& all, int lane) { return expect(all[lane]); }};
}

inline std::string frame(const std::string& text, const std::string& result) {
  std::string store = result == "p"    ? "selp.u64 %rd9, 1, 0, %p;"
                      : result == "h"  ? "cvt.u64.u16 %rd9, %h;"
                      : result == "r"  ? "cvt.u64.u32 %rd9, %r;"
                      : result == "f"  ? "mov.b32 %r9, %f; cvt.u64.u32 %rd9, %r9;"
                      : result == "fd" ? "mov.b64 %rd9, %fd;"
                                       : "mov.b64 %rd9, %rd;";
  std::string inputs;
  for (char k = '0'; k < '4'; ++k) {
    std::string n(1, k);
    inputs += "ld.global.u64 %rd" + n + ", [%rd8+" + std::to_string(8 * (k - '0')) +
              "];\ncvt.u32.u64 %r" + n + ", %rd" + n + ";\nmov.b32 %f" + n + ", %r" + n +
              ";\nmov.b64 %fd" + n + ", %rd" + n + ";\ncvt.u16.u64 %h" + n + ", %rd" + n +
              ";\nand.b32 %r9, %r" + n + ", 1;\nsetp.ne.u32 %p" + n + ", %r9, 0;\n";
  }
  return ".version 7.0\n.target sm_80\n.address_size 64\n.extern .shared .align 16 .b8 dynamic[];\n"
         ".const .align 4 .f32 table[4] = {0f3F800000, 0f40000000, 0f40400000, 0f40800000};\n"
         ".visible .entry t(.param .u64 in, .param .u64 out) {\n.reg .pred %p<8>, %p, %odd;\n.reg "
         ".b16 %h<8>, %h;\n"
         ".reg .b32 %r<10>, %r;\n.reg .b64 %rd<12>, %rd;\n.reg .f32 %f<8>, %f;\n.reg .f64 %fd<8>, "
         "%fd;\n"
         ".shared .align 16 .b8 space[4096];\n"
         "ld.param.u64 %rd8, [in];\nld.param.u64 %rd10, [out];\nmov.u32 %r8, %tid.x;\nmul.wide.u32 "
         "%rd11, %r8, 32;\n"
         "add.s64 %rd8, %rd8, %rd11;\nmul.wide.u32 %rd11, %r8, 8;\nadd.s64 %rd10, %rd10, %rd11;\n" +
         inputs +
         "and.b32 %r9, %r8, 1;\nsetp.eq.u32 %odd, %r9, 1;\nmov.pred %p, 0;\nmov.u64 %rd, "
         "0x1111222233334444;\n"
         "mov.b64 %fd, %rd;\nmov.u32 %r, 0x33334444;\nmov.b32 %f, %r;\nmov.u16 %h, 0x4444;\n" +
         text + "\n" + store + "\nst.global.u64 [%rd10], %rd9;\nret;\n}\n";
}

inline uint64_t before(const std::string& result) {
  if (result == "p") return 0;
  return result == "h"                    ? kBefore & 0xffff
         : result == "r" || result == "f" ? kBefore & 0xffffffff
                                          : kBefore;
}

inline bool same(const std::string& result, uint64_t a, uint64_t b) {
  if (a == b) return true;
  if (result == "f") return std::isnan(f32(a)) && std::isnan(f32(b));
  return result == "fd" && std::isnan(f64(a)) && std::isnan(f64(b));
}

inline void runSnippet(const Snippet& snippet, const std::vector<Words>& in, bool odd_only) {
  std::string text = odd_only ? "@%odd " + snippet.text : snippet.text;
  Memory memory;
  CompileResult compiled = compile(frame(text, snippet.result), memory);
  if (compiled.module == nullptr) {
    std::fprintf(stderr, "%s: %s\n", text.c_str(), compiled.error_log.c_str());
    ++failures;
    return;
  }
  Buffer<Words> from(memory, in);
  Buffer<uint64_t> to(memory, 32);
  Launch launch = launchOf(compiled.module, "t", {1}, {32}, arguments(from.address, to.address));
  launch.dynamic_shared_bytes = 512;
  Counters counters;
  int code = run(launch, counters);
  auto out = to.get();
  for (int lane = 0; lane < 32; ++lane) {
    uint64_t expected =
        odd_only && lane % 2 == 0 ? before(snippet.result) : snippet.expect(in, lane);
    if (code == kSuccess && same(snippet.result, out[lane], expected)) continue;
    std::fprintf(
        stderr, "%s: code %d, lane %d: %llx %llx %llx gives %llx, not %llx\n", text.c_str(), code,
        lane, static_cast<unsigned long long>(in[lane][0]),
        static_cast<unsigned long long>(in[lane][1]), static_cast<unsigned long long>(in[lane][2]),
        static_cast<unsigned long long>(out[lane]), static_cast<unsigned long long>(expected));
    ++failures;
    return;
  }
}

// Random bits, small numbers, and floating-point numbers from everywhere with zeros, infinities and
// NaNs.
inline std::vector<std::vector<Words>> inputSets() {
  static const uint64_t kSpecial[] = {0x00000000, 0x80000000, 0x3f800000, 0xbf800000,
                                      0x7f800000, 0xff800000, 0x7fc00000, 0x00000001,
                                      0x7f7fffff, 0x4b800001, 0x3f000000, 0x3fc00000};
  std::vector<std::vector<Words>> sets(3, std::vector<Words>(32));
  uint64_t state = 12345;
  auto random = [&state] {
    state = state * 6364136223846793005u + 1442695040888963407u;
    return state ^ state >> 29;
  };
  for (int lane = 0; lane < 32; ++lane) {
    for (int k = 0; k < 4; ++k) {
      sets[0][lane][k] = random();
      sets[1][lane][k] = static_cast<uint64_t>(static_cast<int64_t>(random() >> 20 & 63) - 20);
      float value = std::ldexp(static_cast<float>(static_cast<int32_t>(random() >> 32)),
                               static_cast<int>(random() >> 58) - 63);
      sets[2][lane][k] = random() >> 62 == 0 ? kSpecial[(random() >> 40) % 12] : bits(value);
    }
  }
  return sets;
}

inline void runAll(const std::vector<Snippet>& snippets) {
  auto sets = inputSets();
  for (const Snippet& snippet : snippets) {
    for (const auto& set : sets) runSnippet(snippet, set, false);
    bool single = snippet.text.find(';') == snippet.text.size() - 1;
    if (single && snippet.text.find(".sync") == std::string::npos &&
        snippet.text.find(".red") == std::string::npos &&
        snippet.text.find("activemask") == std::string::npos)
      runSnippet(snippet, sets[0], true);
  }
  for (const Finding& finding : Report::global().findings()) {
    std::fprintf(stderr, "%s\n", toText(finding).c_str());
    ++failures;
  }
  Report::global().clear();
}

}  // namespace softcuda::testing

#endif
