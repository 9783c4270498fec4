// Loads, stores, atomics, address arithmetic and asynchronous copies, one snippet each.
#include "snippet.h"

using namespace softcuda::testing;

namespace {

using u32 = uint32_t;
using u64 = uint64_t;

// A lane's 32 bytes of input start at [%rd8]; `space` is 4 KiB of shared memory, %r7 and %rd7 the
// lane's 32 bytes there.
const char* const kShared =
    "mov.u32 %r7, space; mov.u32 %r6, %tid.x; mad.lo.s32 %r7, %r6, 32, %r7; cvt.u64.u32 %rd7, "
    "%r7; ";

u64 byteAt(const Words& x, int k) { return x[k / 8] >> (k % 8 * 8) & 255; }

void addLoads(std::vector<Snippet>& all) {
  all.push_back(
      each("ld.global.u8 %h, [%rd8+3];", "h", [](const Words& x) { return byteAt(x, 3); }));
  all.push_back(each("ld.global.s8 %h, [%rd8+3];", "h", [](const Words& x) {
    return static_cast<u64>(static_cast<uint16_t>(static_cast<int8_t>(byteAt(x, 3))));
  }));
  all.push_back(
      each("ld.global.u8 %r, [%rd8+5];", "r", [](const Words& x) { return byteAt(x, 5); }));
  all.push_back(each("ld.global.s16 %r, [%rd8+2];", "r", [](const Words& x) {
    return static_cast<u64>(static_cast<u32>(static_cast<int16_t>(x[0] >> 16)));
  }));
  all.push_back(each("ld.global.nc.u16 %h, [%rd8+2];", "h",
                     [](const Words& x) { return x[0] >> 16 & 65535; }));
  all.push_back(
      each("ld.global.nc.f32 %f, [%rd8+4];", "f", [](const Words& x) { return x[0] >> 32; }));
  all.push_back(each("ld.global.cg.u32 %r, [%rd8+8];", "r",
                     [](const Words& x) { return x[1] & 0xffffffff; }));
  all.push_back(
      each("ld.volatile.global.u64 %rd, [%rd8+8];", "rd", [](const Words& x) { return x[1]; }));
  all.push_back(each("ld.global.f64 %fd, [%rd8+24];", "fd", [](const Words& x) { return x[3]; }));
  all.push_back(each("ld.global.v2.u32 {%r7, %r}, [%rd8+8];", "r",
                     [](const Words& x) { return x[1] >> 32; }));
  all.push_back(each("ld.global.v4.f32 {%f4, %f5, %f6, %f}, [%rd8+16];", "f",
                     [](const Words& x) { return x[3] >> 32; }));
  all.push_back(
      each("ld.global.v2.u64 {%rd, %rd7}, [%rd8];", "rd", [](const Words& x) { return x[0]; }));
  all.push_back(each("ld.global.v4.u16 {%h4, %h, %h5, %h6}, [%rd8];", "h",
                     [](const Words& x) { return x[0] >> 16 & 65535; }));
  all.push_back(each("ld.u32 %r, [%rd8+4];", "r", [](const Words& x) { return x[0] >> 32; }));
  all.push_back(each("ld.const.f32 %f, [table+8];", "f", [](const Words&) { return bits(3.0f); }));
  all.push_back(
      each("mov.u64 %rd7, table; and.b64 %rd6, %rd0, 3; shl.b64 %rd6, %rd6, 2; add.s64 %rd7, %rd7, "
           "%rd6; "
           "ld.const.f32 %f, [%rd7];",
           "f", [](const Words& x) { return bits(1.0f + (x[0] & 3)); }));
  all.push_back(
      each("ld.param.u32 %r7, [in+4]; ld.param.u64 %rd7, [in]; shr.u64 %rd7, %rd7, 32; cvt.u32.u64 "
           "%r6, %rd7; "
           "sub.s32 %r, %r7, %r6;",
           "r", [](const Words&) { return u64{0}; }));
}

void addStores(std::vector<Snippet>& all) {
  auto shared = [&](const std::string& text, const std::string& result, Expect expect) {
    all.push_back(each(kShared + text, result, expect));
  };
  shared("st.shared.u64 [%r7], %rd0; st.shared.u8 [%r7+1], %h1; ld.shared.u64 %rd, [%r7];", "rd",
         [](const Words& x) { return (x[0] & ~u64{0xff00}) | (x[1] & 255) << 8; });
  shared("st.shared.u64 [%rd7], %rd0; st.shared.u16 [%rd7+6], %h1; ld.shared.u64 %rd, [%rd7];",
         "rd", [](const Words& x) { return (x[0] & 0xffffffffffff) | x[1] << 48; });
  shared("st.shared.v4.u32 [%r7+16], {%r0, %r1, %r2, %r3}; ld.shared.v2.u32 {%r5, %r}, [%r7+24];",
         "r", [](const Words& x) { return x[3] & 0xffffffff; });
  shared("st.shared.v2.f32 [%r7], {%f0, %f1}; ld.shared.f32 %f, [%r7+4];", "f",
         [](const Words& x) { return x[1] & 0xffffffff; });
  shared("st.shared.u32 [%r7], 17; ld.shared.u32 %r, [%r7];", "r",
         [](const Words&) { return u64{17}; });
  // Through a generic address, and back.
  shared(
      "cvta.shared.u64 %rd6, %rd7; st.u32 [%rd6], %r0; cvta.to.shared.u64 %rd5, %rd6; "
      "ld.shared.u32 %r, [%rd5];",
      "r", [](const Words& x) { return x[0] & 0xffffffff; });
  shared("cvta.shared.u64 %rd6, %rd7; isspacep.shared %p, %rd6;", "p",
         [](const Words&) { return u64{1}; });
  shared("isspacep.global %p, %rd8;", "p", [](const Words&) { return u64{1}; });
  shared("cvta.to.global.u64 %rd6, %rd8; sub.s64 %rd, %rd6, %rd8;", "rd",
         [](const Words&) { return u64{0}; });
  // Lanes of one instruction in two spaces.
  shared(
      "st.shared.u32 [%r7], %r1; cvta.shared.u64 %rd6, %rd7; selp.b64 %rd6, %rd6, %rd8, %odd; "
      "ld.u32 %r, [%rd6]; "
      "selp.u32 %r5, 1, 0, %odd; selp.b32 %r4, %r1, %r0, %odd; sub.s32 %r, %r, %r4;",
      "r", [](const Words&) { return u64{0}; });
  shared(
      "mov.u32 %r5, dynamic; add.s32 %r5, %r5, %r6; st.shared.u8 [%r5], %r0; ld.shared.u8 %r, "
      "[%r5];",
      "r", [](const Words& x) { return x[0] & 255; });
  all.push_back(
      each("{ .local .align 8 .b8 depot[16]; .reg .b64 %SP; mov.u64 %SP, depot; cvta.local.u64 "
           "%SP, %SP; "
           "st.u32 [%SP+4], %r0; ld.local.u32 %r, [depot+4]; }",
           "r", [](const Words& x) { return x[0] & 0xffffffff; }));
}

void addAtomics(std::vector<Snippet>& all) {
  struct Row {
    const char* name;
    u64 (*f)(u64, u64);
    bool wide;
  };
  static const Row kRows[] = {
      {"add.u32", [](u64 a, u64 b) { return (a + b) & 0xffffffff; }, false},
      {"add.u64", [](u64 a, u64 b) { return a + b; }, true},
      {"min.u32", [](u64 a, u64 b) { return std::min(a, b); }, false},
      {"max.u32", [](u64 a, u64 b) { return std::max(a, b); }, false},
      {"min.s32",
       [](u64 a, u64 b) {
         return static_cast<u64>(
             static_cast<u32>(std::min(static_cast<int>(a), static_cast<int>(b))));
       },
       false},
      {"max.s32",
       [](u64 a, u64 b) {
         return static_cast<u64>(
             static_cast<u32>(std::max(static_cast<int>(a), static_cast<int>(b))));
       },
       false},
      {"min.u64", [](u64 a, u64 b) { return std::min(a, b); }, true},
      {"max.u64", [](u64 a, u64 b) { return std::max(a, b); }, true},
      {"max.s64",
       [](u64 a, u64 b) {
         return static_cast<u64>(std::max(static_cast<int64_t>(a), static_cast<int64_t>(b)));
       },
       true},
      {"and.b32", [](u64 a, u64 b) { return a & b; }, false},
      {"or.b32", [](u64 a, u64 b) { return a | b; }, false},
      {"xor.b64", [](u64 a, u64 b) { return a ^ b; }, true},
      {"exch.b32", [](u64, u64 b) { return b; }, false},
      {"exch.b64", [](u64, u64 b) { return b; }, true},
      {"inc.u32", [](u64 a, u64 b) { return a >= b ? 0 : a + 1; }, false},
      {"dec.u32", [](u64 a, u64 b) { return a == 0 || a > b ? b : a - 1; }, false}};
  for (const Row& row : kRows) {
    auto f = row.f;
    u64 mask = row.wide ? ~u64{0} : 0xffffffff;
    std::string r = row.wide ? "%rd" : "%r",
                end = "], " + r + "1; ld.shared." + (row.wide ? "u64 " : "u32 ") + r + ", [%r7];";
    all.push_back(each(std::string(kShared) + "st.shared.u64 [%r7], %rd0; atom.shared." + row.name +
                           " " + r + "5, [%r7" + end,
                       row.wide ? "rd" : "r",
                       [=](const Words& x) { return f(x[0] & mask, x[1] & mask) & mask; }));
    all.push_back(each(std::string(kShared) + "st.shared.u64 [%r7], %rd0; atom.shared.cta." +
                           row.name + " " + r + ", [%r7], " + r + "1;",
                       row.wide ? "rd" : "r", [=](const Words& x) { return x[0] & mask; }));
  }
  all.push_back(each(
      std::string(kShared) + "st.shared.u32 [%r7], %r0; atom.shared.cas.b32 %r5, [%r7], 5, %r1; "
                             "ld.shared.u32 %r, [%r7];",
      "r", [](const Words& x) { return ((x[0] & 0xffffffff) == 5 ? x[1] : x[0]) & 0xffffffff; }));
  all.push_back(
      each(std::string(kShared) +
               "st.shared.f32 [%r7], %f0; red.shared.add.f32 [%r7], %f1; ld.shared.f32 %f, [%r7];",
           "f", [](const Words& x) { return bits(f32(x[0]) + f32(x[1])); }));
  all.push_back(
      each("st.global.f64 [%rd10], %fd0; atom.global.gpu.add.f64 %fd7, [%rd10], %fd1; "
           "ld.global.f64 %fd, [%rd10];",
           "fd", [](const Words& x) { return bits(f64(x[0]) + f64(x[1])); }));
}

// All lanes on one place: the sum, and what the last lane finds.
void addContended(std::vector<Snippet>& all) {
  all.push_back(
      {"mov.u32 %r7, space; setp.eq.u32 %p4, %r8, 0; @%p4 st.shared.u32 [%r7], 0; bar.sync 0; "
       "red.shared.add.u32 [%r7], %r0; bar.sync 0; ld.shared.u32 %r, [%r7];",
       "r", [](const std::vector<Words>& all, int) {
         u64 sum = 0;
         for (const Words& x : all) sum += x[0];
         return sum & 0xffffffff;
       }});
}

void addAsync(std::vector<Snippet>& all) {
  for (const char* form : {"cp.async.ca.shared.global [%r7], [%rd8], 16;",
                           "cp.async.cg.shared.global.L2::128B [%r7], [%rd8], 16;",
                           "cp.async.ca.shared.global [%r7], [%rd8], 8; cp.async.ca.shared.global "
                           "[%r7+8], [%rd8+8], 4, 4; "
                           "cp.async.ca.shared.global [%r7+12], [%rd8+12], 4;"}) {
    all.push_back(
        each(std::string(kShared) + form +
                 " cp.async.commit_group; cp.async.wait_group 0; ld.shared.u64 %rd, [%r7+8];",
             "rd", [](const Words& x) { return x[1]; }));
  }
  all.push_back(each(std::string(kShared) + "cp.async.ca.shared.global [%r7], [%rd8], 16, 4; "
                                            "cp.async.wait_all; ld.shared.u64 %rd, [%r7];",
                     "rd", [](const Words& x) { return x[0] & 0xffffffff; }));
  // Two groups in flight; only the older one has to have arrived.
  all.push_back(each(std::string(kShared) +
                         "cp.async.ca.shared.global [%r7], [%rd8], 8; cp.async.commit_group; "
                         "cp.async.ca.shared.global [%r7+8], [%rd8+8], 8; cp.async.commit_group; "
                         "cp.async.wait_group 1; "
                         "ld.shared.u64 %rd, [%r7]; cp.async.wait_group 0;",
                     "rd", [](const Words& x) { return x[0]; }));
}

void addControl(std::vector<Snippet>& all) {
  all.push_back(
      each("@%p0 bra L; mov.u32 %r, 1; bra.uni E; L: mov.u32 %r, 2; E: add.s32 %r, %r, 10;", "r",
           [](const Words& x) { return u64{x[0] & 1 ? 12u : 11u}; }));
  all.push_back(
      each("mov.u32 %r, 0; and.b32 %r7, %r0, 31; L: setp.ge.u32 %p4, %r, %r7; @%p4 bra E; add.s32 "
           "%r, %r, 1; "
           "bra.uni L; E: add.s32 %r, %r, 100;",
           "r", [](const Words& x) { return 100 + (x[0] & 31); }));
  all.push_back(each("{ .reg.b32 %r<3>; mov.u32 %r1, 5; mov.u32 %r2, 6; } mov.u32 %r, %r1;", "r",
                     [](const Words& x) { return x[1] & 0xffffffff; }));
  all.push_back(each("membar.gl; fence.acq_rel.gpu; nanosleep.u32 5; mov.u32 %r, 3;", "r",
                     [](const Words&) { return u64{3}; }));
  all.push_back(
      {"mov.u32 %r, %laneid; mov.u32 %r7, %ntid.x; mad.lo.s32 %r, %r7, 100, %r; mov.u32 %r7, "
       "%lanemask_lt; "
       "xor.b32 %r, %r, %r7;",
       "r", [](const std::vector<Words>&, int lane) {
         return static_cast<u64>((3200u + lane) ^ ((1u << lane) - 1));
       }});
}

}  // namespace

int main() {
  std::vector<Snippet> all;
  addLoads(all);
  addStores(all);
  addAtomics(all);
  addContended(all);
  addAsync(all);
  addControl(all);
  runAll(all);
  return finish();
}
