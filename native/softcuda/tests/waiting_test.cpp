// Blocks that wait for each other: they run side by side as long as they sleep meanwhile, as many
// as the device has room for; one that waits for a block that does not fit beside it is found.
#include "testing.h"

using namespace softcuda;
using namespace softcuda::testing;

namespace {

constexpr uint32_t kThreads = 64;

// Blocks in teams of `size`. Each has a number, leaves a word for the others of its team, waits
// until all of it have done so, and writes what it finds: out[number][thread] is the word of the
// team's block thread % size. A word is 10 times the number, plus 1.
//
// counters: blocks that have begun; blocks of each team that have left their word.
std::string team(const std::string& number, const std::string& fence, const std::string& pause) {
  return ".version 7.0\n.target sm_80\n.address_size 64\n.visible .entry team(.param .u64 "
         "counters, "
         ".param .u64 words, .param .u64 out, .param .u32 size) {\n.reg .pred %p<4>;\n.reg .b32 "
         "%r<16>;\n.reg .b64 %rd<16>;\n.shared .align 4 .u32 kept;\n"
         "ld.param.u64 %rd1, [counters];\nld.param.u64 %rd2, [words];\nld.param.u64 %rd3, "
         "[out];\nld.param.u32 %r1, [size];\nmov.u32 %r2, %tid.x;\nsetp.ne.u32 %p1, %r2, 0;\n"
         "@%p1 bra NUMBERED;\n" +
         number +
         "\nst.shared.u32 [kept], %r3;\nNUMBERED:\nbar.sync 0;\nld.shared.u32 %r3, [kept];\n"
         "div.u32 %r4, %r3, %r1;\nmad.wide.u32 %rd4, %r4, 4, %rd1;\n@%p1 bra READY;\n"
         "mul.wide.u32 %rd5, %r3, 4;\nadd.s64 %rd5, %rd5, %rd2;\nmad.lo.s32 %r5, %r3, 10, 1;\n"
         "st.global.u32 [%rd5], %r5;\n" +
         fence +
         "\natom.global.add.u32 %r6, [%rd4+4], 1;\nWAIT:\nld.volatile.global.u32 %r6, "
         "[%rd4+4];\nsetp.ge.u32 %p2, %r6, %r1;\n@%p2 bra READY;\n" +
         pause + "\nbra.uni WAIT;\nREADY:\n" + fence +
         "\nbar.sync 0;\nrem.u32 %r7, %r2, %r1;\nmad.lo.s32 %r7, %r4, %r1, %r7;\n"
         "mul.wide.u32 %rd6, %r7, 4;\nadd.s64 %rd6, %rd6, %rd2;\nld.global.u32 %r8, [%rd6];\n"
         "mad.lo.s32 %r9, %r3, 64, %r2;\nmul.wide.u32 %rd7, %r9, 4;\nadd.s64 %rd7, %rd7, %rd3;\n"
         "st.global.u32 [%rd7], %r8;\nret;\n}\n";
}

const char* const kTicket = "atom.global.add.u32 %r3, [%rd1], 1;";
const char* const kIndex = "mov.u32 %r3, %ctaid.x;";
const char* const kFence = "membar.gl;";
const char* const kSleep = "nanosleep.u32 64; // here";

struct Teams {
  std::string ptx;
  uint32_t teams = 5, size = 4, resident = 4;
  int level = kRaces;
  uint64_t seed = 0;
  unsigned threads = 2;
};

// Right results are looked for where the launch succeeds.
int runTeams(const Teams& t, Counters& counters) {
  Memory memory;
  auto module = compileOrDie(t.ptx, memory);
  const uint32_t blocks = t.teams * t.size;
  Buffer<uint32_t> arrived(memory, std::vector<uint32_t>(t.teams + 1, 0));
  Buffer<uint32_t> words(memory, blocks), out(memory, size_t{blocks} * kThreads);
  Launch launch = launchOf(module, "team", {blocks}, {kThreads},
                           arguments(arrived.address, words.address, out.address, t.size));
  launch.level = t.level;
  launch.seed = t.seed;
  launch.threads = t.threads;
  launch.resident_blocks = t.resident;
  const int code = run(launch, counters);
  if (code != kSuccess) return code;
  const auto found = out.get();
  for (uint32_t i = 0; i < blocks * kThreads; ++i) {
    const uint32_t first = i / kThreads / t.size * t.size;
    CHECK(found[i] == 10 * (first + i % kThreads % t.size) + 1);
  }
  return code;
}

void expect(const Teams& t, int code, const char* check) {
  Counters counters;
  CHECK(runTeams(t, counters) == code);
  const auto findings = Report::global().findings();
  CHECK(findings.size() == (check == nullptr ? 0u : 1u));
  for (const Finding& finding : findings) {
    const bool right = check != nullptr && finding.check == check;
    CHECK(right);
    if (!right) std::fprintf(stderr, "%s\n", toText(finding).c_str());
  }
  Report::global().clear();
}

void testTeams() {
  for (int level : {kNoChecks, kBounds, kShadow, kRaces}) {
    for (uint64_t seed : {0, 1, 2}) {
      Teams t{team(kTicket, kFence, kSleep)};
      t.level = level;
      t.seed = seed;
      expect(t, kSuccess, nullptr);
      t.resident = 64;
      expect(t, kSuccess, nullptr);
      t.size = 1;  // nobody to wait for
      expect(t, kSuccess, nullptr);
      t.size = 31;
      expect(t, kSuccess, nullptr);
    }
  }
}

// Those that are under way wait for one that must wait for them to leave.
void testDeadlock() {
  Teams t{team(kTicket, kFence, kSleep)};
  t.resident = 3;
  expect(t, kLaunchFailed, "block-deadlock");
  t.level = kNoChecks;
  expect(t, kLaunchFailed, "block-deadlock");
  // Blocks begin in any order: with numbers by the order of the grid the first are of all teams.
  Teams by_index{team(kIndex, kFence, kSleep)};
  by_index.seed = 1;
  expect(by_index, kLaunchFailed, "block-deadlock");
  by_index.resident = 20;
  expect(by_index, kSuccess, nullptr);
}

void testDeadlockIsDescribed() {
  Teams t{team(kTicket, kFence, kSleep)};
  t.resident = 2;
  Counters counters;
  CHECK(runTeams(t, counters) == kLaunchFailed);
  const auto findings = Report::global().findings();
  CHECK(findings.size() == 1 && findings[0].kernel == "team" && findings[0].warp == 0 &&
        findings[0].lane == 0);
  CHECK(findings.size() == 1 && findings[0].ptx.find("// here") != std::string::npos);
  CHECK(findings.size() == 1 &&
        findings[0].message ==
            "2 blocks sleep and wait for what none of them does; 2 are on the device at once");
  Report::global().clear();
}

void testMissingFenceIsARace() {
  Teams t{team(kTicket, "", kSleep)};
  Counters counters;
  CHECK(runTeams(t, counters) == kSuccess);
  bool found = false;
  for (const Finding& finding : Report::global().findings())
    found |= finding.check == "global-race";
  CHECK(found);
  Report::global().clear();
}

// Without a word to the device that it waits, a block keeps its multiprocessor to itself here.
void testWakefulWaiting() {
  Memory memory;
  auto module = compileOrDie(team(kTicket, kFence, ""), memory);
  Buffer<uint32_t> arrived(memory, std::vector<uint32_t>(2, 0)), words(memory, 2),
      out(memory, 2 * kThreads);
  Launch launch = launchOf(module, "team", {2}, {kThreads},
                           arguments(arrived.address, words.address, out.address, 2u));
  launch.instruction_limit = 100000;
  Counters counters;
  CHECK(run(launch, counters) == kTimeout);
  Report::global().clear();
}

// The same on any number of threads, with the same seed.
void testCounters() {
  Counters one, two;
  Teams t{team(kTicket, kFence, kSleep)};
  t.teams = 200;
  t.level = kBounds;
  t.seed = 3;
  t.threads = 1;
  CHECK(runTeams(t, one) == kSuccess);
  t.threads = 4;
  CHECK(runTeams(t, two) == kSuccess);
  CHECK(one.blocks == 800 && two.blocks == 800 && one.warps == 1600);
  CHECK(one.warp_instructions[static_cast<size_t>(Kind::kGlobalLoad)] ==
        two.warp_instructions[static_cast<size_t>(Kind::kGlobalLoad)]);
  CHECK(one.global_load.sectors == two.global_load.sectors);
}

// Within a block: thread `waiter` waits for thread 33, of another warp or of its own.
std::string pair(const std::string& waiter) {
  return ".version 7.0\n.target sm_75\n.address_size 64\n.visible .entry pair(.param .u64 a) "
         "{\n.reg "
         ".pred %p<4>;\n.reg .b32 %r<8>;\n.reg .b64 %rd<4>;\nld.param.u64 %rd1, [a];\nmov.u32 %r1, "
         "%tid.x;\nsetp.ne.u32 %p1, %r1, " +
         waiter +
         ";\n@%p1 bra OTHERS;\nWAIT:\nld.volatile.global.u32 %r2, [%rd1];\nsetp.ne.u32 %p2, %r2, "
         "0;\n@!%p2 nanosleep.u32 20;\n@!%p2 bra WAIT;\nst.global.u32 [%rd1+4], %r2;\nbra.uni "
         "END;\nOTHERS:\nsetp.eq.u32 %p3, %r1, 33;\n@%p3 atom.global.exch.b32 %r3, [%rd1], "
         "7;\nEND:\nbar.sync 0;\nret;\n}\n";
}

void testWithinABlock() {
  for (const char* waiter : {"0", "31", "32", "40", "63"}) {
    for (uint64_t seed : {0, 1, 2}) {
      Memory memory;
      auto module = compileOrDie(pair(waiter), memory);
      Buffer<uint32_t> a(memory, std::vector<uint32_t>(2, 0));
      Launch launch = launchOf(module, "pair", {1}, {64}, arguments(a.address));
      launch.seed = seed;
      launch.resident_blocks = 1;
      launch.instruction_limit = 1000000;
      Counters counters;
      CHECK(run(launch, counters) == kSuccess);
      CHECK(a.get() == (std::vector<uint32_t>{7, 7}));
      CHECK(Report::global().count() == 0);
      Report::global().clear();
    }
  }
}

// Every lane of `pair` waits for itself.
void testNobodyElse() {
  Memory memory;
  auto module = compileOrDie(pair("33"), memory);
  Buffer<uint32_t> a(memory, std::vector<uint32_t>(2, 0));
  Counters counters;
  CHECK(run(launchOf(module, "pair", {1}, {64}, arguments(a.address)), counters) == kLaunchFailed);
  const auto findings = Report::global().findings();
  CHECK(findings.size() == 1 && findings[0].check == "block-deadlock" && findings[0].warp == 1 &&
        findings[0].lane == 1);
  Report::global().clear();
}

}  // namespace

int main() {
  Report::global().configure("", false);
  testTeams();
  testDeadlock();
  testDeadlockIsDescribed();
  testMissingFenceIsARace();
  testWakefulWaiting();
  testCounters();
  testWithinABlock();
  testNobodyElse();
  return finish();
}
