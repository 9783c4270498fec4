// Counters of accesses whose cost is known: sectors by stride, bank conflicts by stride and width,
// divergence.
#include "testing.h"

using namespace softcuda;
using namespace softcuda::testing;

namespace {

Counters measure(const std::string& body) {
  Memory memory;
  auto module = compileOrDie(
      ".version 7.0\n.target sm_80\n.address_size 64\n.visible .entry k(.param .u64 a) {\n.reg "
      ".pred %p;\n"
      ".reg .b32 %r<8>;\n.reg .b64 %d<8>;\n.shared .align 16 .b8 space[16384];\nld.param.u64 %d1, "
      "[a];\n"
      "mov.u32 %r1, %tid.x;\nmov.u32 %r4, space;\n" +
          body + "\nret;\n}\n",
      memory);
  Buffer<uint32_t> a(memory, std::vector<uint32_t>(4096, 1));
  Launch launch = launchOf(module, "k", {1}, {32}, arguments(a.address));
  launch.level = kBounds;
  Counters counters;
  CHECK(run(launch, counters) == kSuccess);
  CHECK(counters.warps == 1 && counters.blocks == 1);
  return counters;
}

// One global load of 4 bytes a lane, `stride` bytes apart.
void testSectors(int stride, uint64_t sectors, uint64_t least) {
  Counters c = measure("mul.wide.u32 %d2, %r1, " + std::to_string(stride) +
                       ";\nadd.s64 %d2, %d2, %d1;\nld.global.u32 %r2, [%d2];");
  CHECK(c.global_load.requests == 1 && c.global_load.bytes == 128);
  CHECK(c.global_load.sectors == sectors && c.global_load.least_sectors == least);
}

// One shared store, `stride` bytes apart.
void testBanks(int stride, const std::string& store, uint64_t wavefronts, uint64_t conflicts) {
  Counters c = measure("mad.lo.s32 %r3, %r1, " + std::to_string(stride) +
                       ", %r4;\nmov.u64 %d3, 0;\n" + store);
  CHECK(c.shared_store.requests == 1 && c.shared_store.wavefronts == wavefronts &&
        c.shared_store.conflicts() == conflicts);
}

void testDivergence() {
  Counters c = measure(
      "setp.lt.u32 %p, %r1, 8;\n@%p bra L;\nadd.s32 %r2, %r1, 1;\nL: add.s32 %r2, %r1, 2;\nbra.uni "
      "E;\nE:");
  CHECK(c.divergent_branches == 1 && c.partial == 1);
  CHECK(c.warp_instructions[static_cast<size_t>(Kind::kInteger)] == 2);
  CHECK(c.lane_instructions[static_cast<size_t>(Kind::kInteger)] == 24 + 32);
}

}  // namespace

int main() {
  testSectors(4, 4, 4);
  testSectors(8, 8, 4);
  testSectors(32, 32, 4);
  testSectors(128, 32, 4);
  testSectors(0, 1, 1);
  testBanks(4, "st.shared.u32 [%r3], %r1;", 1, 0);
  testBanks(8, "st.shared.u32 [%r3], %r1;", 2, 1);
  testBanks(132, "st.shared.u32 [%r3], %r1;", 1, 0);
  testBanks(128, "st.shared.u32 [%r3], %r1;", 32, 31);
  testBanks(8, "st.shared.u64 [%r3], %d3;", 2, 0);
  testBanks(16, "st.shared.v2.u64 [%r3], {%d3, %d3};", 4, 0);
  testBanks(128, "st.shared.v2.u64 [%r3], {%d3, %d3};", 32, 28);
  testDivergence();
  return finish();
}
