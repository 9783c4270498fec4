// Findings: what a check found, as text on standard error and as JSON lines appended to the file
// SOFTCUDA_REPORT names.
#ifndef SOFTCUDA_REPORT_H
#define SOFTCUDA_REPORT_H

#include <cstdint>
#include <mutex>
#include <string>
#include <vector>

namespace softcuda {

struct Dim3 {
  uint32_t x = 1, y = 1, z = 1;
  uint64_t count() const { return uint64_t{x} * y * z; }
};

struct Finding {
  std::string check;    // "out-of-bounds", "shared-race", "leak", ... (README.md lists them)
  std::string message;  // one sentence with the numbers
  std::string kernel;   // empty where no kernel ran, as for a leak
  Dim3 block{0, 0, 0};  // block index
  int warp = -1, lane = -1;
  int ptx_line = 0;    // in the module's text; 0: none
  std::string ptx;     // that line's text
  std::string source;  // from .loc: file and line, where there is one
  int source_line = 0;
  uint64_t address = 0;  // device address or shared-memory offset; 0: none
  uint64_t bytes = 0;
  uint64_t times = 1;  // how often in the launch; only the first place is described
};

std::string toText(const Finding& finding);
std::string toJson(const Finding& finding);      // one line, no newline
std::string quoteJson(const std::string& text);  // with the quotes

// The process's findings. Thread-safe.
class Report {
 public:
  static Report& global();

  void add(const Finding& finding);
  std::vector<Finding> findings() const;
  size_t count() const;
  void clear();  // forgets; what is in the file stays
  // Overrides SOFTCUDA_REPORT ("" = no file) and whether text goes to standard error.
  void configure(const std::string& path, bool text);

 private:
  Report();
  mutable std::mutex mutex_;
  std::vector<Finding> findings_;
  std::string path_;
  bool text_ = true;
};

}  // namespace softcuda

#endif
