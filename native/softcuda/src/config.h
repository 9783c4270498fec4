// What the SOFTCUDA_* environment variables ask for. README.md lists them.
#ifndef SOFTCUDA_CONFIG_H
#define SOFTCUDA_CONFIG_H

#include <cstdint>
#include <string>
#include <vector>

namespace softcuda {

// "cuMemAlloc_v2:3:2": the third call of cuMemAlloc_v2 returns 2; "...:3+:2": so does every later
// one.
struct FailRule {
  std::string function;
  uint64_t call = 1;
  bool and_later = false;
  int code = 0;
};

struct Config {
  int devices = 1;
  size_t memory_bytes = size_t{4} << 30;  // of each device
  int capability = 80;                    // 80 for 8.0
  int driver_version = 13000;             // 13000 for 13.0
  int multiprocessors = 2;                // told to the host; blocks run on `threads`
  uint64_t seed = 0;                      // 0: everything in the order it was asked for
  int level = 2;                          // CheckLevel
  unsigned threads = 2;
  std::string counters_path;  // empty: not written; "-": tables to standard error
  std::vector<FailRule> failures;
  std::string failures_path;  // SOFTCUDA_FAIL=@path: rules that a running program can change
  std::string error;          // what could not be understood; cuInit refuses then
};

const Config& config();  // read once, on first use
Config parseConfig();    // from the environment as it is now
// Appends what SOFTCUDA_FAIL could hold. Returns the rule that cannot be understood, or "".
std::string parseFailures(const std::string& text, std::vector<FailRule>& rules);
int newestPtx(int driver);  // 13000 -> 90: the PTX version that a driver of this age takes

}  // namespace softcuda

#endif
