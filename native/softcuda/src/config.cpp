#include "config.h"

#include <cstdlib>
#include <sstream>

namespace softcuda {
namespace {

// The whole text as a number from `least` to `most`, after which `suffix` may hold one letter.
bool number(const std::string& text, uint64_t least, uint64_t most, uint64_t& value,
            char* suffix = nullptr) {
  if (text.empty() || text[0] < '0' || text[0] > '9') return false;
  char* end = nullptr;
  value = std::strtoull(text.c_str(), &end, 10);
  if (suffix && *end) *suffix = *end++;
  return !*end && value >= least && value <= most;
}

bool parseFailure(const std::string& given, FailRule& rule) {
  std::stringstream parts(given);
  std::string call, code;
  uint64_t value = 0;
  std::getline(parts, rule.function, ':');
  std::getline(parts, call, ':');
  std::getline(parts, code);
  if (!call.empty() && call.back() == '+') {
    rule.and_later = true;
    call.pop_back();
  }
  if (!number(call, 1, UINT64_MAX, rule.call) || !number(code, 1, 999, value)) return false;
  rule.code = static_cast<int>(value);
  return true;
}

struct Reader {
  Config& config;

  void fail(const char* name, const std::string& text) {
    if (config.error.empty()) config.error = std::string(name) + " cannot be '" + text + "'";
  }

  template <class T>
  void count(const char* name, uint64_t least, uint64_t most, T& target) {
    const char* text = std::getenv(name);
    uint64_t value = 0;
    if (!text) return;
    if (!number(text, least, most, value)) return fail(name, text);
    target = static_cast<T>(value);
  }

  void memory() {
    const char* text = std::getenv("SOFTCUDA_MEM");
    uint64_t value = 0;
    char suffix = 'B';
    if (!text) return;
    if (!number(text, 1, uint64_t{1} << 40, value, &suffix)) return fail("SOFTCUDA_MEM", text);
    const int shift = suffix == 'B' ? 0 : suffix == 'K' ? 10 : suffix == 'M' ? 20 : 30;
    if (shift == 30 && suffix != 'G') return fail("SOFTCUDA_MEM", text);
    config.memory_bytes = value << shift;
    if (config.memory_bytes > size_t{16} << 30) fail("SOFTCUDA_MEM", text);
  }

  void capability() {
    const char* text = std::getenv("SOFTCUDA_CC");
    if (!text) return;
    const std::string given = text;
    const size_t dot = given.find('.');
    uint64_t major = 0, minor = 0;
    if (dot == std::string::npos || !number(given.substr(0, dot), 7, 99, major) ||
        !number(given.substr(dot + 1), 0, 9, minor))
      return fail("SOFTCUDA_CC", given);
    config.capability = static_cast<int>(major * 10 + minor);
  }

  void level() {
    const char* text = std::getenv("SOFTCUDA_CHECK");
    if (!text) return;
    const std::string given = text;
    const char* names[] = {"none", "bounds", "shadow", "races"};
    for (int level = 0; level < 4; level++)
      if (given == names[level] || given == std::to_string(level)) {
        config.level = level;
        return;
      }
    fail("SOFTCUDA_CHECK", given);
  }

  void failures() {
    const char* text = std::getenv("SOFTCUDA_FAIL");
    if (!text) return;
    if (text[0] == '@') {
      config.failures_path = text + 1;
      return;
    }
    const std::string bad = parseFailures(text, config.failures);
    if (!bad.empty()) fail("SOFTCUDA_FAIL", bad);
  }
};

}  // namespace

std::string parseFailures(const std::string& text, std::vector<FailRule>& rules) {
  std::stringstream parts(text.substr(0, text.find_last_not_of(" \n") + 1));
  for (std::string given; std::getline(parts, given, ',');) {
    FailRule rule;
    if (!parseFailure(given, rule)) return given;
    rules.push_back(rule);
  }
  return "";
}

Config parseConfig() {
  Config config;
  Reader reader{config};
  reader.count("SOFTCUDA_DEVICES", 0, 16, config.devices);
  reader.count("SOFTCUDA_DRIVER", 10000, 99999, config.driver_version);
  reader.count("SOFTCUDA_MULTIPROCESSORS", 1, 1024, config.multiprocessors);
  reader.count("SOFTCUDA_SEED", 0, UINT64_MAX, config.seed);
  reader.count("SOFTCUDA_THREADS", 1, 64, config.threads);
  reader.memory();
  reader.capability();
  reader.level();
  reader.failures();
  if (const char* path = std::getenv("SOFTCUDA_COUNTERS")) config.counters_path = path;
  return config;
}

const Config& config() {
  static const Config* only = new Config(parseConfig());
  return *only;
}

int newestPtx(int driver) {
  static constexpr int kTable[][2] = {
      {13000, 90}, {12090, 88}, {12080, 87}, {12070, 86}, {12050, 85}, {12040, 84},
      {12030, 83}, {12020, 82}, {12010, 81}, {12000, 80}, {11080, 78}, {11070, 77},
      {11060, 76}, {11050, 75}, {11040, 74}, {11030, 73}, {11020, 72}, {11010, 71},
      {11000, 70}, {10020, 65}, {10010, 64}, {10000, 63}};
  for (const auto& row : kTable)
    if (driver >= row[0]) return row[1];
  return 63;
}

}  // namespace softcuda
