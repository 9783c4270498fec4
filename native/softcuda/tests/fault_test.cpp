// Planted faults: each check must find its own, with the right code, kernel, place and PTX line,
// and stay silent about the twin without the fault.
#include <algorithm>

#include "testing.h"

using namespace softcuda;
using namespace softcuda::testing;

namespace {

struct Fault {
  const char* name;
  const char* body;   // the line with the fault ends in "// here"
  const char* check;  // the finding; null for a clean twin
  int code;
  Dim3 block = {64, 1, 1};
  Dim3 grid = {1, 1, 1};
};

// %rd1: 64 floats of input, all written. %rd2: 64 words of output. %rd3: 16 words never written.
// %r1: thread, %r2: four times that, %rd4: the same, %r3: lane. `tile`: 64 floats of shared memory.
std::string wrap(const std::string& body) {
  return ".version 7.0\n.target sm_80\n.address_size 64\n.visible .entry planted(.param .u64 a, "
         ".param .u64 b, .param .u64 c) {\n"
         ".reg .pred %p<4>;\n.reg .b32 %r<16>;\n.reg .f32 %f<8>;\n.reg .b64 %rd<12>;\n.shared "
         ".align 16 .f32 tile[64];\n"
         "ld.param.u64 %rd1, [a];\nld.param.u64 %rd2, [b];\nld.param.u64 %rd3, [c];\nmov.u32 %r1, "
         "%tid.x;\nshl.b32 %r2, %r1, 2;\n"
         "cvt.u64.u32 %rd4, %r2;\nand.b32 %r3, %r1, 31;\nmov.u32 %r4, tile;\nadd.s32 %r4, %r4, "
         "%r2;\nadd.s64 %rd5, %rd1, %rd4;\n"
         "add.s64 %rd6, %rd2, %rd4;\nadd.s64 %rd7, %rd3, %rd4;\n" +
         body + "\nret;\n}\n";
}

const Fault kFaults[] = {
    {"read past the end", "ld.global.f32 %f1, [%rd5+4]; // here", "out-of-bounds", kIllegalAddress},
    {"read in bounds", "ld.global.f32 %f1, [%rd5];", nullptr, kSuccess},
    {"write before the start", "st.global.f32 [%rd6+-4], 0f00000000; // here", "out-of-bounds",
     kIllegalAddress},
    {"write in bounds", "st.global.f32 [%rd6], 0f00000000;", nullptr, kSuccess},
    {"null pointer", "mov.u64 %rd9, 0;\nld.global.u32 %r5, [%rd9]; // here", "out-of-bounds",
     kIllegalAddress},
    {"shared past the end", "st.shared.f32 [%r4+4], 0f00000000; // here", "out-of-bounds",
     kIllegalAddress},
    {"local past the end",
     ".local .align 4 .b8 depot[16];\nmov.u64 %rd9, depot;\nadd.s64 %rd9, %rd9, "
     "%rd4;\nst.local.u32 [%rd9], %r1; // here",
     "out-of-bounds", kIllegalAddress},
    {"atomic past the end", "atom.global.add.u32 %r5, [%rd6+4], 1; // here", "out-of-bounds",
     kIllegalAddress},
    {"misaligned vector", "ld.global.v4.f32 {%f1, %f2, %f3, %f4}, [%rd1+4]; // here", "misaligned",
     kMisalignedAddress},
    {"aligned vector", "ld.global.v4.f32 {%f1, %f2, %f3, %f4}, [%rd1+16];", nullptr, kSuccess},
    {"misaligned shared",
     "st.shared.u32 [%r4+2], %r1; // here",
     "misaligned",
     kMisalignedAddress,
     {32, 1, 1}},
    {"never written", "setp.lt.u32 %p1, %r1, 16;\n@%p1 ld.global.f32 %f1, [%rd7]; // here",
     "uninitialised", kSuccess},
    {"written by the kernel",
     "setp.lt.u32 %p1, %r1, 16;\n@%p1 st.global.u32 [%rd7], 1;\n@%p1 ld.global.f32 %f1, [%rd7];",
     nullptr, kSuccess},
    {"shared never written", "ld.shared.f32 %f1, [%r4]; // here", "uninitialised", kSuccess},
    {"shared written", "st.shared.u32 [%r4], %r1;\nld.shared.f32 %f1, [%r4];", nullptr, kSuccess},
    // 63 - thread is another warp's.
    {"read after write, no barrier",
     "st.shared.u32 [%r4], %r1;\nsub.s32 %r5, 252, %r2;\nmov.u32 %r6, tile;\nadd.s32 %r5, %r5, "
     "%r6;\n"
     "ld.shared.u32 %r7, [%r5]; // here",
     "", kSuccess},
    {"read after write, barrier",
     "st.shared.u32 [%r4], %r1;\nsub.s32 %r5, 252, %r2;\nmov.u32 %r6, tile;\nadd.s32 %r5, %r5, "
     "%r6;\n"
     "bar.sync 0;\nld.shared.u32 %r7, [%r5];",
     nullptr, kSuccess},
    {"write after read, no barrier",
     "st.shared.u32 [%r4], %r1;\nsub.s32 %r5, 252, %r2;\nmov.u32 %r6, tile;\nadd.s32 %r5, %r5, "
     "%r6;\n"
     "bar.sync 0;\nld.shared.u32 %r7, [%r5];\nst.shared.u32 [%r4], %r7; // here",
     "shared-race", kSuccess},
    {"write after read, barrier",
     "st.shared.u32 [%r4], %r1;\nsub.s32 %r5, 252, %r2;\nmov.u32 %r6, tile;\nadd.s32 %r5, %r5, "
     "%r6;\n"
     "bar.sync 0;\nld.shared.u32 %r7, [%r5];\nbar.sync 0;\nst.shared.u32 [%r4], %r7;",
     nullptr, kSuccess},
    {"two warps write one place", "mov.u32 %r5, tile;\nst.shared.u32 [%r5], %r1; // here",
     "shared-race", kSuccess},
    {"one warp, no .sync",
     "st.shared.u32 [%r4], %r1;\nxor.b32 %r5, %r2, 4;\nmov.u32 %r6, tile;\nadd.s32 %r5, %r5, %r6;\n"
     "ld.shared.u32 %r7, [%r5]; // here",
     "shared-race",
     kSuccess,
     {32, 1, 1}},
    {"one warp, .sync",
     "st.shared.u32 [%r4], %r1;\nxor.b32 %r5, %r2, 4;\nmov.u32 %r6, tile;\nadd.s32 %r5, %r5, %r6;\n"
     "bar.warp.sync -1;\nld.shared.u32 %r7, [%r5];",
     nullptr,
     kSuccess,
     {32, 1, 1}},
    {"bytes of one word",
     "mov.u32 %r5, tile;\nadd.s32 %r5, %r5, %r1;\nst.shared.u8 [%r5], %r1;\nld.shared.u8 %r6, "
     "[%r5];\n"
     "st.shared.u8 [%r5], %r6;",
     nullptr, kSuccess},
    {"shared atomics",
     "mov.u32 %r5, tile;\nsetp.eq.u32 %p1, %r1, 0;\n@%p1 st.shared.u32 [%r5], 0;\nbar.sync 0;\n"
     "atom.shared.add.u32 %r6, [%r5], 1;\nbar.sync 0;\nld.shared.u32 %r7, [%r5];",
     nullptr, kSuccess},
    {"shuffle in a branch",
     "setp.lt.u32 %p1, %r3, 16;\n@%p1 bra L;\nbra.uni E;\nL: shfl.sync.bfly.b32 %r5, %r1, 1, 31, "
     "-1; // here\nE: bar.warp.sync -1;",
     "warp-divergence", kSuccess},
    {"shuffle among those there",
     "setp.lt.u32 %p1, %r3, 16;\n@%p1 bra L;\nbra.uni E;\nL: shfl.sync.bfly.b32 %r5, %r1, 1, 31, "
     "0xffff;\nE:",
     nullptr, kSuccess},
    {"shuffle from outside",
     "setp.lt.u32 %p1, %r3, 16;\n@%p1 bra L;\nbra.uni E;\n"
     "L: shfl.sync.bfly.b32 %r5, %r1, 16, 31, 0xffff; // here\nE:",
     "shuffle-inactive", kSuccess},
    {"shuffle in half a warp",
     "shfl.sync.down.b32 %r5, %r1, 16, 31, -1; // here",
     "shuffle-inactive",
     kSuccess,
     {16, 1, 1}},
    {"lane not in its own mask", "shfl.sync.idx.b32 %r5, %r1, 0, 31, 0xffff; // here",
     "warp-divergence", kSuccess},
    {"barrier in a branch",
     "setp.lt.u32 %p1, %r3, 16;\n@%p1 bra L;\nbar.sync 0;\nbra.uni E;\nL: bar.sync 0; // here\nE:",
     "barrier-divergence", kSuccess},
    {"barrier one warp never reaches",
     "setp.lt.u32 %p1, %r1, 32;\n@%p1 bra L;\nbar.sync 1;\nbra.uni E;\nL: bar.sync 2; // here\nE:",
     "barrier-deadlock", kLaunchFailed},
    {"barrier after others have ended", "setp.lt.u32 %p1, %r1, 7;\n@%p1 ret;\nbar.sync 0;", nullptr,
     kSuccess},
    {"no wait for cp.async",
     "cp.async.ca.shared.global [%r4], [%rd5], 4;\ncp.async.commit_group;\n"
     "ld.shared.f32 %f1, [%r4]; // here",
     "async-wait", kSuccess},
    {"wait one group too few",
     "cp.async.ca.shared.global [%r4], [%rd5], 4;\ncp.async.commit_group;\ncp.async.wait_group 1;\n"
     "ld.shared.f32 %f1, [%r4]; // here",
     "async-wait", kSuccess},
    {"wait for cp.async",
     "cp.async.ca.shared.global [%r4], [%rd5], 4;\ncp.async.commit_group;\ncp.async.wait_group 0;\n"
     "ld.shared.f32 %f1, [%r4];",
     nullptr, kSuccess},
    {"cp.async, wait but no barrier",
     "cp.async.ca.shared.global [%r4], [%rd5], 4;\ncp.async.wait_all;\nxor.b32 %r5, %r2, 4;\n"
     "mov.u32 %r6, tile;\nadd.s32 %r5, %r5, %r6;\nld.shared.f32 %f1, [%r5]; // here",
     "shared-race", kSuccess},
    {"cp.async past the end", "cp.async.ca.shared.global [%r4], [%rd5+4], 4; // here",
     "out-of-bounds", kIllegalAddress},
    {"blocks write one place",
     "st.global.u32 [%rd6], %r1; // here",
     "global-race",
     kSuccess,
     {64, 1, 1},
     {2, 1, 1}},
    {"blocks read what one writes",
     "mov.u32 %r5, %ctaid.x;\nsetp.eq.u32 %p1, %r5, 0;\n@%p1 st.global.u32 [%rd6], 1;\n"
     "setp.eq.u32 %p1, %r5, 1;\n@%p1 ld.global.u32 %r6, [%rd6]; // here",
     "global-race",
     kSuccess,
     {64, 1, 1},
     {2, 1, 1}},
    {"read after a fence",
     "mov.u32 %r5, %ctaid.x;\nsetp.eq.u32 %p1, %r5, 0;\n@%p1 st.global.u32 [%rd6], 1;\nmembar.gl;\n"
     "setp.eq.u32 %p1, %r5, 1;\n@%p1 ld.global.u32 %r6, [%rd6];",
     nullptr,
     kSuccess,
     {64, 1, 1},
     {2, 1, 1}},
    {"blocks add atomically",
     "red.global.add.u32 [%rd1], 1;",
     nullptr,
     kSuccess,
     {64, 1, 1},
     {2, 1, 1}},
    {"blocks apart",
     "mov.u32 %r5, %ctaid.x;\nmad.lo.s32 %r5, %r5, 128, %r2;\ncvt.u64.u32 %rd9, %r5;\nadd.s64 "
     "%rd9, %rd9, %rd2;\n"
     "st.global.u32 [%rd9], %r1;",
     nullptr,
     kSuccess,
     {32, 1, 1},
     {2, 1, 1}},
    {"trap", "trap; // here", "trap", kLaunchFailed},
    {"endless loop", "L: bra.uni L;", "timeout", kTimeout},
};

int lineOf(const std::string& text, const std::string& what) {
  size_t at = text.find(what);
  return at == std::string::npos
             ? 0
             : 1 + static_cast<int>(std::count(text.begin(), text.begin() + at, '\n'));
}

// One of the findings must be of the right kind, at the right place: a missing barrier is seen from
// both sides.
void checkFinding(const Fault& fault, const std::string& text) {
  bool found = false;
  for (const Finding& finding : Report::global().findings()) {
    CHECK(finding.kernel == "planted");
    // A read that races is found as such or, in another order of warps, as one of memory not yet
    // written.
    bool either = fault.check[0] == 0;
    bool kind = either ? finding.check == "shared-race" || finding.check == "uninitialised"
                       : finding.check == fault.check;
    bool anywhere = finding.check == "timeout" || finding.check == "barrier-deadlock" ||
                    finding.check == "global-race";
    bool here = finding.ptx_line == lineOf(text, "// here") &&
                finding.ptx.find("// here") != std::string::npos && finding.lane >= 0 &&
                finding.warp >= 0;
    found |= kind && (anywhere || here);
  }
  CHECK(found);
}

void runFault(const Fault& fault, uint64_t seed) {
  Memory memory;
  std::string text = wrap(fault.body);
  auto module = compileOrDie(text, memory);
  Buffer<float> a(memory, std::vector<float>(64, 1.0f));
  Buffer<uint32_t> b(memory, std::vector<uint32_t>(64, 0)), c(memory, 16);
  Launch launch = launchOf(module, "planted", fault.grid, fault.block,
                           arguments(a.address, b.address, c.address));
  launch.seed = seed;
  launch.instruction_limit = 10000;
  Counters counters;
  int before = failures;
  int code = run(launch, counters);
  CHECK(code == fault.code);
  if (fault.check == nullptr) {
    CHECK(Report::global().count() == 0);
  } else {
    checkFinding(fault, text);
  }
  if (failures != before) {
    std::fprintf(stderr, "in \"%s\", seed %d, code %d\n", fault.name, static_cast<int>(seed), code);
    for (const Finding& finding : Report::global().findings())
      std::fprintf(stderr, "%s\n", toText(finding).c_str());
  }
  Report::global().clear();
}

void testUseAfterFree() {
  Memory memory;
  auto module = compileOrDie(wrap("ld.global.f32 %f1, [%rd5];"), memory);
  DeviceAddress gone = memory.allocate(256, "short-lived");
  CHECK(memory.release(gone));
  CHECK(!memory.release(gone));
  CHECK(memory.find(gone, 4).fault == MemoryFault::kFreed);
  Counters counters;
  Launch launch = launchOf(module, "planted", {1}, {32}, arguments(gone, gone, gone));
  CHECK(run(launch, counters) == kIllegalAddress);
  auto findings = Report::global().findings();
  CHECK(findings.size() == 1 && findings[0].check == "use-after-free");
  CHECK(findings.size() == 1 && findings[0].message.find("short-lived") != std::string::npos);
  Report::global().clear();
}

void testGeometry() {
  Memory memory;
  auto module = compileOrDie(
      ".version 7.0\n.target sm_75\n.address_size 64\n.visible .entry g() .maxntid 64,1,1 { ret; "
      "}\n",
      memory);
  auto code = [&](Dim3 grid, Dim3 block, uint32_t shared = 0, size_t parameters = 0) {
    Launch launch = launchOf(module, "g", grid, block, {});
    launch.dynamic_shared_bytes = shared;
    launch.parameters.resize(parameters);
    Counters counters;
    return run(launch, counters);
  };
  CHECK(code({1}, {64}) == kSuccess);
  CHECK(code({1}, {65}) == kOutOfResources);
  CHECK(code({1}, {0}) == kInvalidValue);
  CHECK(code({0}, {1}) == kInvalidValue);
  CHECK(code({1, 65536}, {1}) == kInvalidValue);
  CHECK(code({1}, {1, 1, 65}) == kInvalidValue);
  CHECK(code({1}, {1}, 200000) == kInvalidValue);
  CHECK(code({1}, {1}, 0, 4) == kInvalidValue);
}

void testMemory() {
  Memory memory(1 << 20, 1 << 22);
  DeviceAddress a = memory.allocate(100, "a"), b = memory.allocate(100, "b");
  CHECK(a % 256 == 0 && b % 256 == 0 && b >= a + 100 + 4096);
  CHECK(memory.allocate(1 << 20, "too much") == 0);
  CHECK(memory.allocate(0, "nothing") == 0);
  CHECK(memory.used() == 200 && memory.live().size() == 2);
  CHECK(memory.find(a, 100).fault == MemoryFault::kNone &&
        memory.find(a, 101).fault == MemoryFault::kOutOfBounds);
  CHECK(memory.find(a + 2, 4, 4).fault == MemoryFault::kMisaligned);
  CHECK(*memory.host(a) == Memory::kPoison && !memory.isWritten(a, 1));
  memory.markWritten(a, 10);
  memory.copyWritten(b, a, 20);
  CHECK(memory.firstUnwritten(b, 20) == 10);
  CHECK(!memory.release(a + 1) && memory.release(a));
  // The address space is finite: what was freed first comes back first, unwritten.
  bool back = false;
  DeviceAddress first = 0;
  for (int k = 0; k < 100; ++k) {
    DeviceAddress c = memory.allocate(1 << 18, "c");
    CHECK(c != 0 && !memory.isWritten(c, 1));
    back |= c == first;
    if (first == 0) first = c;
    CHECK(memory.release(c));
  }
  CHECK(back);
}

void testCompileErrors() {
  Memory memory;
  auto code = [&](const std::string& text, CompileOptions options = {}) {
    return compile(text, memory, options).code;
  };
  const std::string head = ".version 7.0\n.target sm_80\n.address_size 64\n";
  CHECK(code(head) == kSuccess);
  CHECK(code(head, {75, 90}) == kNoBinaryForGpu);
  CHECK(code(head, {80, 63}) == kUnsupportedPtxVersion);
  CHECK(code("nonsense") == kInvalidPtx);
  CHECK(code(head + ".visible .entry k() { ret }") == kInvalidPtx);
  CHECK(code(head + ".visible .entry k() { frobnicate.u32 %r1; ret; }") == kInvalidPtx);
  CHECK(code(head + ".visible .entry k() { bra NOWHERE; }") == kInvalidPtx);
  CHECK(
      code(head + ".visible .entry k() { .reg .b32 %r; .reg .b64 %d; add.s32 %r, %r, %d; ret; }") ==
      kInvalidPtx);
  CompileResult result = compile(head + "\n.visible .entry k() {\nadd.s32;\n}", memory);
  CHECK(result.error_log.find("line 6") != std::string::npos);
}

void testSourceLines() {
  Memory memory;
  auto module = compileOrDie(
      ".version 7.0\n.target sm_75\n.address_size 64\n.file 1 \"kernels.cu\"\n.visible .entry k() "
      "{\n.reg .b64 %d;\n"
      ".loc 1 42 3\nmov.u64 %d, 0;\n.loc 1 43 5, function_name $L__info_string0, inlined_at 1 50 "
      "9\n"
      "st.global.u32 [%d], 1;\nret;\n}\n",
      memory);
  Counters counters;
  CHECK(run(launchOf(module, "k", {1}, {1}, {}), counters) == kIllegalAddress);
  auto findings = Report::global().findings();
  CHECK(findings.size() == 1 && findings[0].source == "kernels.cu" &&
        findings[0].source_line == 43);
  CHECK(findings.size() == 1 &&
        toJson(findings[0]).find("\"source\":\"kernels.cu\",\"sourceLine\":43") !=
            std::string::npos);
  Report::global().clear();
}

}  // namespace

int main() {
  Report::global().configure("", false);
  for (const Fault& fault : kFaults) {
    for (uint64_t seed : {0, 1, 2}) runFault(fault, seed);
  }
  testUseAfterFree();
  testGeometry();
  testMemory();
  testCompileErrors();
  testSourceLines();
  return finish();
}
