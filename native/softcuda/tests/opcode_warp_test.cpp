// Instructions in which lanes see each other, calls, and block-wide reductions.
#include "snippet.h"

using namespace softcuda::testing;

namespace {

using u32 = uint32_t;
using u64 = uint64_t;
using All = std::vector<Words>;

u64 low(const Words& x) { return x[0] & 0xffffffff; }

void addShuffles(std::vector<Snippet>& all) {
  auto shuffle = [&](const std::string& operands, int (*source)(int)) {
    all.push_back(
        {"shfl.sync." + operands + ", 0xffffffff;", "r", [source](const All& x, int lane) {
           return low(x[source(lane) < 0 ? lane : source(lane)]);
         }});
    std::string paired = operands;
    paired.replace(paired.find("%r,"), 3, "%r|%p7,");
    all.push_back({"shfl.sync." + paired + ", 0xffffffff; selp.u32 %r, 1, 0, %p7;", "r",
                   [source](const All&, int lane) { return u64{source(lane) >= 0}; }});
  };
  shuffle("up.b32 %r, %r0, 3, 0", [](int lane) { return lane >= 3 ? lane - 3 : -1; });
  shuffle("down.b32 %r, %r0, 5, 31", [](int lane) { return lane + 5 <= 31 ? lane + 5 : -1; });
  shuffle("bfly.b32 %r, %r0, 16, 31", [](int lane) { return lane ^ 16; });
  shuffle("idx.b32 %r, %r0, 7, 31", [](int) { return 7; });
  shuffle("down.b32 %r, %r0, 2, 0x181f",
          [](int lane) { return lane % 8 + 2 < 8 ? lane + 2 : -1; });  // width 8
  shuffle("up.b32 %r, %r0, 1, 0x1c00",
          [](int lane) { return lane % 4 >= 1 ? lane - 1 : -1; });  // width 4
  shuffle("idx.b32 %r, %r0, 2, 0x1c1f", [](int lane) { return lane / 4 * 4 + 2; });
}

void addVotes(std::vector<Snippet>& all) {
  auto ballot = [](const All& x) {
    u64 votes = 0;
    for (int lane = 0; lane < 32; ++lane) votes |= (x[lane][0] & 1) << lane;
    return votes;
  };
  all.push_back({"vote.sync.ballot.b32 %r, %p0, 0xffffffff;", "r",
                 [=](const All& x, int) { return ballot(x); }});
  all.push_back({"vote.sync.ballot.b32 %r, !%p0, -1;", "r",
                 [=](const All& x, int) { return ~ballot(x) & 0xffffffff; }});
  all.push_back({"vote.sync.any.pred %p, %p0, -1;", "p",
                 [=](const All& x, int) { return u64{ballot(x) != 0}; }});
  all.push_back({"vote.sync.all.pred %p, %p0, -1;", "p",
                 [=](const All& x, int) { return u64{ballot(x) == 0xffffffff}; }});
  all.push_back({"vote.sync.uni.pred %p, %p0, -1;", "p", [=](const All& x, int) {
                   return u64{ballot(x) == 0xffffffff || ballot(x) == 0};
                 }});
  all.push_back({"activemask.b32 %r;", "r", [](const All&, int) { return u64{0xffffffff}; }});
  all.push_back(
      {"and.b32 %r7, %r0, 3; match.any.sync.b32 %r, %r7, -1;", "r", [](const All& x, int lane) {
         u64 same = 0;
         for (int k = 0; k < 32; ++k) same |= u64{(x[k][0] & 3) == (x[lane][0] & 3)} << k;
         return same;
       }});
  all.push_back(
      {"mov.u64 %rd7, 5; match.all.sync.b64 %r|%p, %rd7, -1; selp.u32 %r7, 7, 8, %p; sub.s32 %r, "
       "%r, %r7;",
       "r", [](const All&, int) { return u64{0xffffffff - 7}; }});
  // Inside a branch: the lanes there are all that the mask names.
  all.push_back({"mov.u32 %r, 0; @!%odd bra E; vote.sync.ballot.b32 %r, 1, 0xaaaaaaaa; E:", "r",
                 [](const All&, int lane) { return u64{lane % 2 == 1 ? 0xaaaaaaaau : 0u}; }});
  all.push_back(
      {"bar.warp.sync 0xffffffff; mov.u32 %r, 1;", "r", [](const All&, int) { return u64{1}; }});
}

void addReductions(std::vector<Snippet>& all) {
  struct Row {
    const char* name;
    u32 (*f)(u32, u32);
  };
  static const Row kRows[] = {
      {"add.u32", [](u32 a, u32 b) { return a + b; }},
      {"add.s32", [](u32 a, u32 b) { return a + b; }},
      {"min.u32", [](u32 a, u32 b) { return std::min(a, b); }},
      {"max.u32", [](u32 a, u32 b) { return std::max(a, b); }},
      {"min.s32", [](u32 a, u32 b) { return static_cast<int>(a) < static_cast<int>(b) ? a : b; }},
      {"max.s32", [](u32 a, u32 b) { return static_cast<int>(a) > static_cast<int>(b) ? a : b; }},
      {"and.b32", [](u32 a, u32 b) { return a & b; }},
      {"or.b32", [](u32 a, u32 b) { return a | b; }},
      {"xor.b32", [](u32 a, u32 b) { return a ^ b; }}};
  for (const Row& row : kRows) {
    auto f = row.f;
    all.push_back({std::string("redux.sync.") + row.name + " %r, %r0, 0xffffffff;", "r",
                   [f](const All& x, int) {
                     u32 result = static_cast<u32>(x[0][0]);
                     for (int k = 1; k < 32; ++k) result = f(result, static_cast<u32>(x[k][0]));
                     return u64{result};
                   }});
  }
  auto count = [](const All& x) {
    u64 sum = 0;
    for (const Words& words : x) sum += words[0] & 1;
    return sum;
  };
  all.push_back({"bar.red.popc.u32 %r, 0, %p0;", "r", [=](const All& x, int) { return count(x); }});
  all.push_back(
      {"bar.red.popc.u32 %r, 0, !%p0;", "r", [=](const All& x, int) { return 32 - count(x); }});
  all.push_back({"bar.red.and.pred %p, 0, %p0;", "p",
                 [=](const All& x, int) { return u64{count(x) == 32}; }});
  all.push_back({"barrier.red.or.pred %p, 1, 32, %p0;", "p",
                 [=](const All& x, int) { return u64{count(x) != 0}; }});
  all.push_back({"barrier.sync 0; barrier.cta.sync.aligned 1, 32; bar.sync 2; mov.u32 %r, 4;", "r",
                 [](const All&, int) { return u64{4}; }});
}

// Each lane's row of a matrix lies in its 32 bytes of shared memory; ldmatrix takes the first 16.
void addMatrices(std::vector<Snippet>& all) {
  const std::string fill =
      "mov.u32 %r7, space; mad.lo.s32 %r7, %r8, 32, %r7; st.shared.u64 [%r7], %rd0; "
      "st.shared.u64 [%r7+8], %rd1; bar.sync 0; ";
  auto element = [](const All& x, int row, int column) {
    return x[row][column / 4] >> (column % 4 * 16) & 65535;
  };
  for (int m = 0; m < 4; ++m) {
    std::string registers[] = {"%r3", "%r4", "%r5", "%r6"};
    registers[m] = "%r";
    std::string list = "{" + registers[0] + ", " + registers[1] + ", " + registers[2] + ", " +
                       registers[3] + "}, [%r7];";
    all.push_back({fill + "ldmatrix.sync.aligned.m8n8.x4.shared.b16 " + list, "r",
                   [=](const All& x, int lane) {
                     int row = 8 * m + lane / 4, column = lane % 4 * 2;
                     return element(x, row, column) | element(x, row, column + 1) << 16;
                   }});
    all.push_back({fill + "ldmatrix.sync.aligned.m8n8.x4.trans.shared.b16 " + list, "r",
                   [=](const All& x, int lane) {
                     int row = 8 * m + lane % 4 * 2, column = lane / 4;
                     return element(x, row, column) | element(x, row + 1, column) << 16;
                   }});
  }
  all.push_back({fill + "ldmatrix.sync.aligned.m8n8.x1.shared.b16 {%r}, [%r7];", "r",
                 [=](const All& x, int lane) {
                   return element(x, lane / 4, lane % 4 * 2) |
                          element(x, lane / 4, lane % 4 * 2 + 1) << 16;
                 }});
}

// Tensor instructions on whole numbers, so that any order of adding gives the same.
float small(u64 x, int shift) { return static_cast<float>(static_cast<int>(x >> shift & 7) - 3); }

void addMma(std::vector<Snippet>& all) {
  auto convert = [](const std::string& type) {
    std::string text;
    for (int k = 0; k < 8;
         ++k) {  // %f4, %f5: bits 3 k of input 0, and 3 k + 24 as the pair's other half
      std::string n = std::to_string(k);
      text += "shr.u64 %rd7, %rd0, " + std::to_string(3 * k) +
              "; and.b64 %rd7, %rd7, 7; cvt.rn.f32.u64 %f4, %rd7; "
              "add.f32 %f4, %f4, 0fC0400000; shr.u64 %rd7, %rd0, " +
              std::to_string(3 * k + 24) +
              "; and.b64 %rd7, %rd7, 7; cvt.rn.f32.u64 %f5, %rd7; add.f32 %f5, %f5, 0fC0400000; ";
      if (type == "tf32") {
        text += "cvt.rna.tf32.f32 %m" + n + ", %f4; ";
      } else {
        text += "cvt.rn." + type + "x2.f32 %m" + n + ", %f5, %f4; ";
      }
    }
    return text;
  };
  for (const std::string type : {"bf16", "f16", "tf32"}) {
    const bool tf32 = type == "tf32";
    for (int k : {8, tf32 ? 4 : 16}) {
      int a_count = tf32 ? k / 2 : k / 4, b_count = a_count / 2;
      std::string a, b;
      for (int r = 0; r < a_count; ++r) a += (r == 0 ? "" : ", ") + ("%m" + std::to_string(r));
      for (int r = 0; r < b_count; ++r) b += (r == 0 ? "" : ", ") + ("%m" + std::to_string(4 + r));
      std::string spelling = "mma.sync.aligned.m16n8k" + std::to_string(k) + ".row.col.f32." +
                             type + "." + type + ".f32 ";
      for (int result = 0; result < 4; ++result) {
        std::string d[] = {"%f4", "%f5", "%f6", "%f7"};
        d[result] = "%f";
        std::string text = "{ .reg .b32 %m<8>; " + convert(type) + spelling + "{" + d[0] + ", " +
                           d[1] + ", " + d[2] + ", " + d[3] + "}, {" + a + "}, {" + b +
                           "}, {0f3F800000, 0f40000000, 0f40400000, 0f40800000}; }";
        all.push_back({text, "f", [=](const All& x, int lane) {
                         int row = lane / 4 + result / 2 * 8, column = lane % 4 * 2 + result % 2;
                         float sum = 1.0f + result;
                         for (int p = 0; p < k; ++p) {
                           int half = tf32 ? 0 : p % 2, in = tf32 ? p % 4 : p / 2 % 4,
                               upper = tf32 ? p / 4 : p / 8;
                           int ra = row / 8 + 2 * upper, rb = 4 + upper;
                           sum += small(x[row % 8 * 4 + in][0], 3 * ra + 24 * half) *
                                  small(x[column * 4 + in][0], 3 * rb + 24 * half);
                         }
                         return bits(sum);
                       }});
      }
    }
  }
}

// Fragments have no defined layout: load, multiply, store, and look at the matrix.
void testWmma() {
  const char* text = R"(.version 7.0
.target sm_80
.address_size 64
.visible .entry w(.param .u64 a, .param .u64 b, .param .u64 c) {
.reg .b64 %rd<4>; .reg .b32 %a<4>; .reg .b32 %b<4>; .reg .f32 %c<8>; .reg .f32 %d<8>;
ld.param.u64 %rd1, [a]; ld.param.u64 %rd2, [b]; ld.param.u64 %rd3, [c];
wmma.load.a.sync.aligned.row.m16n16k8.global.tf32 {%a0, %a1, %a2, %a3}, [%rd1], 8;
wmma.load.b.sync.aligned.col.m16n16k8.global.tf32 {%b0, %b1, %b2, %b3}, [%rd2], 8;
wmma.load.c.sync.aligned.row.m16n16k8.global.f32 {%c0, %c1, %c2, %c3, %c4, %c5, %c6, %c7}, [%rd3], 16;
wmma.mma.sync.aligned.row.col.m16n16k8.f32.tf32.tf32.f32 {%d0, %d1, %d2, %d3, %d4, %d5, %d6, %d7}, {%a0, %a1, %a2, %a3},
 {%b0, %b1, %b2, %b3}, {%c0, %c1, %c2, %c3, %c4, %c5, %c6, %c7};
wmma.store.d.sync.aligned.row.m16n16k8.global.f32 [%rd3], {%d0, %d1, %d2, %d3, %d4, %d5, %d6, %d7}, 16;
ret; })";
  softcuda::Memory memory;
  auto module = compileOrDie(text, memory);
  std::vector<float> a(128), b(128), c(256);
  for (int i = 0; i < 128; ++i)
    a[i] = static_cast<float>(i * 7 % 11), b[i] = static_cast<float>(i * 5 % 13);
  for (int i = 0; i < 256; ++i) c[i] = static_cast<float>(i % 17);
  Buffer<float> da(memory, a), db(memory, b), dc(memory, c);
  softcuda::Counters counters;
  auto launch = launchOf(module, "w", {1}, {32}, arguments(da.address, db.address, dc.address));
  CHECK(run(launch, counters) == softcuda::kSuccess);
  CHECK(counters.tensor_fma == 16 * 16 * 8);
  auto d = dc.get();
  for (int row = 0; row < 16; ++row) {
    for (int column = 0; column < 16; ++column) {
      float sum = c[row * 16 + column];
      for (int k = 0; k < 8; ++k) sum += a[row * 8 + k] * b[column * 8 + k];
      CHECK(d[row * 16 + column] == sum);
    }
  }
}

void testCall() {
  const char* text = R"(.version 7.0
.target sm_75
.address_size 64
.func (.param .b32 back) square(.param .b32 x, .param .align 8 .b8 pair[8]) {
.reg .f32 %f<4>; .reg .pred %p;
ld.param.f32 %f1, [x]; ld.param.f32 %f2, [pair+4];
setp.lt.f32 %p, %f1, 0f00000000;
@%p bra NEGATIVE;
fma.rn.f32 %f3, %f1, %f1, %f2;
st.param.f32 [back], %f3;
ret;
NEGATIVE: st.param.f32 [back], 0f00000000;
ret; }
.visible .entry c(.param .u64 x) {
.reg .b64 %rd<3>; .reg .f32 %f<3>; .reg .b32 %r<2>;
ld.param.u64 %rd1, [x]; mov.u32 %r1, %tid.x; mul.wide.u32 %rd2, %r1, 4; add.s64 %rd1, %rd1, %rd2;
ld.global.f32 %f1, [%rd1];
{ .param .b32 p0; st.param.f32 [p0], %f1; .param .align 8 .b8 p1[8]; st.param.f32 [p1+4], 0f3F800000; .param .b32 r0;
call.uni (r0), square, (p0, p1);
ld.param.f32 %f2, [r0]; }
st.global.f32 [%rd1], %f2;
ret; })";
  softcuda::Memory memory;
  auto module = compileOrDie(text, memory);
  std::vector<float> x(32);
  for (int i = 0; i < 32; ++i) x[i] = static_cast<float>(i - 10);
  Buffer<float> dx(memory, x);
  softcuda::Counters counters;
  CHECK(run(launchOf(module, "c", {1}, {32}, arguments(dx.address)), counters) ==
        softcuda::kSuccess);
  auto y = dx.get();
  for (int i = 0; i < 32; ++i) CHECK(y[i] == (x[i] < 0 ? 0 : x[i] * x[i] + 1));
}

}  // namespace

int main() {
  std::vector<Snippet> all;
  addShuffles(all);
  addVotes(all);
  addReductions(all);
  addMatrices(all);
  addMma(all);
  runAll(all);
  testWmma();
  testCall();
  return finish();
}
