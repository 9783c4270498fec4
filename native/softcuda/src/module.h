// PTX text -> a module: its kernels, ready to run, and its variables, placed in device memory.
#ifndef SOFTCUDA_MODULE_H
#define SOFTCUDA_MODULE_H

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "memory.h"

namespace softcuda {

// CUDA's numbers for what this part of the device can answer.
enum Code : int {
  kSuccess = 0,
  kInvalidValue = 1,
  kOutOfMemory = 2,
  kNoBinaryForGpu = 209,
  kInvalidPtx = 218,
  kUnsupportedPtxVersion = 222,
  kNotFound = 500,
  kIllegalAddress = 700,
  kOutOfResources = 701,
  kTimeout = 702,
  kMisalignedAddress = 716,
  kLaunchFailed = 719,
};

struct Parameter {
  std::string name;
  uint32_t offset = 0, bytes = 0, alignment = 1;
};

struct Program;  // decoded instructions, see program.h

struct Kernel {
  std::string name;
  std::vector<Parameter> parameters;
  uint32_t parameter_bytes = 0;
  uint32_t static_shared_bytes = 0;
  uint32_t local_bytes = 0;                  // a thread's depot
  uint32_t max_block_threads = 0;            // product of .maxntid; 0: not given
  uint32_t required_threads[3] = {0, 0, 0};  // .reqntid; 0: not given
  uint32_t register_hint = 0;  // .maxnreg; 0: unknown. Only ptxas knows the registers really used
  std::shared_ptr<const Program> program;
};

struct Variable {
  std::string name;
  DeviceAddress address = 0;
  size_t bytes = 0;
  bool constant = false;
};

// Owns the device memory of its variables: `memory` must outlive it.
struct Module {
  ~Module();
  const Kernel* kernel(const std::string& name) const;  // null: no such entry
  const Variable* variable(const std::string& name) const;

  Memory* memory = nullptr;
  std::vector<Kernel> kernels;
  std::vector<Variable> variables;
  int ptx_version = 0;             // 70 for .version 7.0
  int target = 0;                  // 80 for .target sm_80
  std::vector<std::string> lines;  // the text, for findings
};

struct CompileOptions {
  int capability = 80;   // of the device: 75, 80, 90, ...; a higher .target gives kNoBinaryForGpu
  int ptx_version = 90;  // newest the driver takes; a higher .version gives kUnsupportedPtxVersion
};

struct CompileResult {
  int code = kSuccess;
  std::string error_log;  // "line 12: ...", empty on success
  std::string info_log;
  std::shared_ptr<Module> module;  // null unless kSuccess
};

CompileResult compile(const std::string& ptx, Memory& memory, const CompileOptions& options = {});

// The instructions of a text that the interpreter does not know, with their lines; for the table
// test.
std::vector<std::string> unknownInstructions(const std::string& ptx);

}  // namespace softcuda

#endif
