#include "counters.h"

#include <cstdio>

namespace softcuda {
namespace {

constexpr size_t kKinds = static_cast<size_t>(Kind::kCount);

const char* const kNames[kKinds] = {
    "integer",  "float32", "float64",    "half",        "special",    "convert",     "compare",
    "move",     "control", "globalLoad", "globalStore", "sharedLoad", "sharedStore", "local",
    "constant", "atomic",  "warp",       "barrier",     "async",      "tensor"};

void add(Traffic& to, const Traffic& from) {
  to.requests += from.requests;
  to.bytes += from.bytes;
  to.sectors += from.sectors;
  to.least_sectors += from.least_sectors;
}

void add(BankUse& to, const BankUse& from) {
  to.requests += from.requests;
  to.wavefronts += from.wavefronts;
  to.least_wavefronts += from.least_wavefronts;
}

std::string number(uint64_t value) { return std::to_string(value); }

std::string row(const char* label, uint64_t value) {
  char text[96];
  std::snprintf(text, sizeof text, "  %-24s %16llu\n", label,
                static_cast<unsigned long long>(value));
  return text;
}

std::string trafficRow(const char* label, const Traffic& t) {
  if (t.requests == 0) return "";
  char text[192];
  std::snprintf(
      text, sizeof text, "  %-24s %16llu requests %14llu bytes %12llu sectors (least %llu)\n",
      label, static_cast<unsigned long long>(t.requests), static_cast<unsigned long long>(t.bytes),
      static_cast<unsigned long long>(t.sectors), static_cast<unsigned long long>(t.least_sectors));
  return text;
}

std::string bankRow(const char* label, const BankUse& b) {
  if (b.requests == 0) return "";
  char text[192];
  std::snprintf(text, sizeof text,
                "  %-24s %16llu requests %14llu wavefronts, %llu of them conflicts\n", label,
                static_cast<unsigned long long>(b.requests),
                static_cast<unsigned long long>(b.wavefronts),
                static_cast<unsigned long long>(b.conflicts()));
  return text;
}

std::string trafficJson(const char* label, const Traffic& t) {
  return std::string(",\"") + label + "\":{\"requests\":" + number(t.requests) +
         ",\"bytes\":" + number(t.bytes) + ",\"sectors\":" + number(t.sectors) +
         ",\"leastSectors\":" + number(t.least_sectors) + "}";
}

std::string bankJson(const char* label, const BankUse& b) {
  return std::string(",\"") + label + "\":{\"requests\":" + number(b.requests) +
         ",\"wavefronts\":" + number(b.wavefronts) + ",\"conflicts\":" + number(b.conflicts()) +
         "}";
}

}  // namespace

const char* name(Kind kind) { return kNames[static_cast<size_t>(kind)]; }

uint64_t Counters::warpTotal() const {
  uint64_t sum = 0;
  for (uint64_t count : warp_instructions) sum += count;
  return sum;
}

uint64_t Counters::laneTotal() const {
  uint64_t sum = 0;
  for (uint64_t count : lane_instructions) sum += count;
  return sum;
}

Counters& Counters::operator+=(const Counters& other) {
  for (size_t i = 0; i < kKinds; ++i) {
    warp_instructions[i] += other.warp_instructions[i];
    lane_instructions[i] += other.lane_instructions[i];
  }
  fma += other.fma;
  tensor_fma += other.tensor_fma;
  add(global_load, other.global_load);
  add(global_store, other.global_store);
  add(global_async, other.global_async);
  add(global_atomic, other.global_atomic);
  add(shared_load, other.shared_load);
  add(shared_store, other.shared_store);
  barriers += other.barriers;
  divergent_branches += other.divergent_branches;
  partial += other.partial;
  blocks += other.blocks;
  warps += other.warps;
  return *this;
}

std::string toTable(const Counters& c) {
  std::string table = row("blocks", c.blocks) + row("warps", c.warps) +
                      row("warp instructions", c.warpTotal()) +
                      row("lane instructions", c.laneTotal());
  for (size_t i = 0; i < kKinds; ++i) {
    if (c.warp_instructions[i] != 0)
      table += row((std::string("  ") + kNames[i]).c_str(), c.warp_instructions[i]);
  }
  table += row("fma", c.fma) + row("tensor fma", c.tensor_fma);
  table += trafficRow("global loads", c.global_load) + trafficRow("global stores", c.global_store);
  table += trafficRow("asynchronous copies", c.global_async) +
           trafficRow("global atomics", c.global_atomic);
  table += bankRow("shared loads", c.shared_load) + bankRow("shared stores", c.shared_store);
  table += row("barriers", c.barriers) + row("divergent branches", c.divergent_branches);
  return table + row("partial instructions", c.partial);
}

std::string toJson(const Counters& c) {
  std::string json = "{\"blocks\":" + number(c.blocks) + ",\"warps\":" + number(c.warps) +
                     ",\"warpInstructions\":" + number(c.warpTotal()) +
                     ",\"laneInstructions\":" + number(c.laneTotal()) + ",\"kinds\":{";
  for (size_t i = 0; i < kKinds; ++i) {
    json += std::string(i == 0 ? "\"" : ",\"") + kNames[i] + "\":" + number(c.warp_instructions[i]);
  }
  json += "},\"fma\":" + number(c.fma) + ",\"tensorFma\":" + number(c.tensor_fma);
  json += trafficJson("globalLoads", c.global_load) + trafficJson("globalStores", c.global_store);
  json +=
      trafficJson("asyncCopies", c.global_async) + trafficJson("globalAtomics", c.global_atomic);
  json += bankJson("sharedLoads", c.shared_load) + bankJson("sharedStores", c.shared_store);
  json += ",\"barriers\":" + number(c.barriers) +
          ",\"divergentBranches\":" + number(c.divergent_branches);
  return json + ",\"partial\":" + number(c.partial) + "}";
}

}  // namespace softcuda
