#include "report.h"

#include <cstdio>
#include <cstdlib>

namespace softcuda {
namespace {

std::string hex(uint64_t value) {
  char text[32];
  std::snprintf(text, sizeof text, "0x%llx", static_cast<unsigned long long>(value));
  return text;
}

std::string blockText(const Dim3& block, const char* separator) {
  return std::to_string(block.x) + separator + std::to_string(block.y) + separator +
         std::to_string(block.z);
}

}  // namespace

std::string quoteJson(const std::string& text) {
  std::string result = "\"";
  for (unsigned char c : text) {
    if (c == '"' || c == '\\') {
      result += '\\';
      result += static_cast<char>(c);
    } else if (c < 0x20) {
      char escaped[8];
      std::snprintf(escaped, sizeof escaped, "\\u%04x", c);
      result += escaped;
    } else {
      result += static_cast<char>(c);
    }
  }
  return result + "\"";
}

std::string toText(const Finding& finding) {
  std::string text = "softcuda: " + finding.check + ": " + finding.message;
  if (!finding.kernel.empty()) {
    text += "\n  in " + finding.kernel + ", block (" + blockText(finding.block, ", ") + ")";
    if (finding.warp >= 0) text += ", warp " + std::to_string(finding.warp);
    if (finding.lane >= 0) text += ", lane " + std::to_string(finding.lane);
  }
  if (finding.ptx_line > 0) {
    text += "\n  PTX line " + std::to_string(finding.ptx_line) + ": " + finding.ptx;
  }
  if (finding.source_line > 0) {
    text += "\n  at " + finding.source + ":" + std::to_string(finding.source_line);
  }
  if (finding.times > 1) text += "\n  " + std::to_string(finding.times) + " times in this launch";
  return text;
}

std::string toJson(const Finding& finding) {
  std::string json =
      "{\"check\":" + quoteJson(finding.check) + ",\"message\":" + quoteJson(finding.message);
  if (!finding.kernel.empty()) {
    json += ",\"kernel\":" + quoteJson(finding.kernel) + ",\"block\":[" +
            blockText(finding.block, ",") + "]";
  }
  if (finding.warp >= 0) json += ",\"warp\":" + std::to_string(finding.warp);
  if (finding.lane >= 0) json += ",\"lane\":" + std::to_string(finding.lane);
  if (finding.ptx_line > 0) {
    json +=
        ",\"ptxLine\":" + std::to_string(finding.ptx_line) + ",\"ptx\":" + quoteJson(finding.ptx);
  }
  if (finding.source_line > 0) {
    json += ",\"source\":" + quoteJson(finding.source) +
            ",\"sourceLine\":" + std::to_string(finding.source_line);
  }
  if (finding.address != 0) json += ",\"address\":" + quoteJson(hex(finding.address));
  if (finding.bytes != 0) json += ",\"bytes\":" + std::to_string(finding.bytes);
  return json + ",\"times\":" + std::to_string(finding.times) + "}";
}

Report::Report() {
  const char* path = std::getenv("SOFTCUDA_REPORT");
  if (path != nullptr) path_ = path;
}

// Never destroyed: leaks are reported while the process ends.
Report& Report::global() {
  static Report* report = new Report();
  return *report;
}

void Report::add(const Finding& finding) {
  std::lock_guard<std::mutex> lock(mutex_);
  findings_.push_back(finding);
  if (text_) std::fprintf(stderr, "%s\n", toText(finding).c_str());
  if (path_.empty()) return;
  std::FILE* file = std::fopen(path_.c_str(), "a");
  if (file == nullptr) {
    std::fprintf(stderr, "softcuda: cannot append to SOFTCUDA_REPORT file %s\n", path_.c_str());
    return;
  }
  std::fprintf(file, "%s\n", toJson(finding).c_str());
  std::fclose(file);
}

std::vector<Finding> Report::findings() const {
  std::lock_guard<std::mutex> lock(mutex_);
  return findings_;
}

size_t Report::count() const {
  std::lock_guard<std::mutex> lock(mutex_);
  return findings_.size();
}

void Report::clear() {
  std::lock_guard<std::mutex> lock(mutex_);
  findings_.clear();
}

void Report::configure(const std::string& path, bool text) {
  std::lock_guard<std::mutex> lock(mutex_);
  path_ = path;
  text_ = text;
}

}  // namespace softcuda
