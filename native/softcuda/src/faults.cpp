// Faults on demand: which call of which function fails, and how.
#include <cstdio>
#include <fstream>
#include <iterator>
#include <map>

#include "api.h"
#include "config.h"

namespace softcuda {
namespace {

struct Faults {
  std::vector<FailRule> rules = config().failures;
  std::map<std::string, uint64_t> calls;  // counted from the moment the rules were read
  std::string text;                       // of the file

  // A file's rules may change between any two calls.
  void readAgain() {
    std::ifstream file(config().failures_path);
    const std::string now{std::istreambuf_iterator<char>(file), {}};
    if (now == text) return;
    text = now;
    rules.clear();
    calls.clear();
    const std::string bad = parseFailures(text, rules);
    if (!bad.empty()) std::fprintf(stderr, "softcuda: not a rule: '%s'\n", bad.c_str());
  }
};

}  // namespace

int injected(const char* name) {
  static auto* faults = new Faults;
  if (!config().failures_path.empty()) faults->readAgain();
  if (faults->rules.empty()) return kSuccess;
  const uint64_t call = ++faults->calls[name];
  for (const FailRule& rule : faults->rules) {
    if (rule.function != name || !(rule.and_later ? call >= rule.call : call == rule.call))
      continue;
    std::shared_ptr<Context> context;
    if (isSticky(rule.code) && currentContext(context) == kSuccess) context->error = rule.code;
    return rule.code;
  }
  return kSuccess;
}

}  // namespace softcuda
