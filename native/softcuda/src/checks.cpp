#include "program.h"
#include "shared.h"
#include "warp.h"

namespace softcuda {
namespace {

std::string trim(const std::string& text) {
  size_t first = text.find_first_not_of(" \t\r");
  return first == std::string::npos
             ? ""
             : text.substr(first, text.find_last_not_of(" \t\r") - first + 1);
}

Finding describe(const Warp& warp, const Instruction& instruction, int lane) {
  const Worker& worker = *warp.worker;
  Finding finding;
  finding.kernel = worker.program->kernel;
  finding.block = warp.block->index;
  finding.warp = warp.index;
  finding.lane = lane;
  finding.ptx_line = static_cast<int>(instruction.line);
  const std::vector<std::string>& lines = worker.launch->module->lines;
  if (instruction.line >= 1 && instruction.line <= lines.size())
    finding.ptx = trim(lines[instruction.line - 1]);
  if (instruction.source_line != 0 &&
      instruction.source_file < worker.program->source_files.size()) {
    finding.source = worker.program->source_files[instruction.source_file];
    finding.source_line = static_cast<int>(instruction.source_line);
  }
  return finding;
}

}  // namespace

void report(Warp& warp, const Instruction& instruction, int lane, const std::string& check,
            const std::string& message, uint64_t address, uint64_t bytes) {
  Shared& common = *warp.worker->common;
  std::lock_guard<std::mutex> lock(common.mutex);
  auto key = std::make_pair(instruction.line, check);
  auto it = common.findings.find(key);
  uint64_t times = 1;
  if (it != common.findings.end()) {
    times = ++it->second.finding.times;
    if (it->second.block <= warp.block->linear) return;
  }
  Finding finding = describe(warp, instruction, lane);
  finding.check = check;
  finding.message = message;
  finding.address = address;
  finding.bytes = bytes;
  finding.times = times;
  common.findings[key] = {finding, warp.block->linear};
}

}  // namespace softcuda
