#include "module.h"

#include <algorithm>
#include <cstring>
#include <set>

#include "decode.h"
#include "ptx.h"

namespace softcuda {
namespace {

uint32_t alignUp(uint32_t value, uint32_t alignment) {
  return (value + alignment - 1) / alignment * alignment;
}

std::vector<std::string> splitLines(const std::string& text) {
  std::vector<std::string> lines;
  size_t start = 0;
  for (size_t end = text.find('\n'); end != std::string::npos; end = text.find('\n', start)) {
    lines.push_back(text.substr(start, end - start));
    start = end + 1;
  }
  lines.push_back(text.substr(start));
  return lines;
}

uint64_t initialBits(const Operand& value, const std::string& type, int line) {
  if (value.kind == Operand::kInteger) return static_cast<uint64_t>(value.integer);
  if (value.kind == Operand::kFloat32) return value.bits;
  if (value.kind != Operand::kFloat64)
    throw PtxError(line, "an address as initial value is not supported");
  if (type == "f64") return value.bits;
  double wide;
  std::memcpy(&wide, &value.bits, sizeof wide);
  float narrow = static_cast<float>(wide);
  uint32_t bits;
  std::memcpy(&bits, &narrow, sizeof bits);
  return bits;
}

// A variable without initial value is zero.
Variable placeVariable(const Declaration& declaration, Memory& memory) {
  Variable variable;
  variable.name = declaration.name;
  variable.constant = declaration.space == "const";
  size_t element = typeBytes(declaration.type);
  variable.bytes = element * declaration.vector * declaration.count;
  variable.address =
      memory.allocate(std::max<size_t>(variable.bytes, 1), "variable " + declaration.name, true);
  if (variable.address == 0) throw std::bad_alloc();
  uint8_t* host = memory.host(variable.address);
  std::memset(host, 0, variable.bytes);
  memory.markWritten(variable.address, variable.bytes);
  size_t at = 0;
  for (const Operand& value : declaration.initial) {
    if (at + element > variable.bytes) throw PtxError(declaration.line, "too many initial values");
    uint64_t bits = initialBits(value, declaration.type, declaration.line);
    std::memcpy(host + at, &bits, element);
    at += element;
  }
  return variable;
}

void layOutParameters(const Function& entry, Kernel& kernel) {
  for (const Declaration& declaration : entry.parameters) {
    Parameter parameter;
    parameter.name = declaration.name;
    uint32_t element = static_cast<uint32_t>(typeBytes(declaration.type)) * declaration.vector;
    parameter.bytes = element * static_cast<uint32_t>(declaration.count);
    parameter.alignment = std::max(declaration.alignment, element);
    parameter.offset = alignUp(kernel.parameter_bytes, parameter.alignment);
    kernel.parameter_bytes = parameter.offset + parameter.bytes;
    kernel.parameters.push_back(parameter);
  }
}

Kernel makeKernel(const PtxFile& file, const Function& entry, const Symbols& globals) {
  Kernel kernel;
  kernel.name = entry.name;
  kernel.max_block_threads = entry.max_threads;
  std::copy(entry.required_threads, entry.required_threads + 3, kernel.required_threads);
  kernel.register_hint = entry.max_registers;
  layOutParameters(entry, kernel);
  kernel.program = Decoder(file, entry, globals, kernel).run();
  return kernel;
}

int checkTarget(const PtxFile& file, const CompileOptions& options, CompileResult& result) {
  if (file.version > options.ptx_version) {
    result.error_log = ".version " + std::to_string(file.version / 10) + "." +
                       std::to_string(file.version % 10) + " is newer than this driver's " +
                       std::to_string(options.ptx_version / 10) + "." +
                       std::to_string(options.ptx_version % 10);
    return kUnsupportedPtxVersion;
  }
  if (file.target > options.capability) {
    result.error_log = ".target sm_" + std::to_string(file.target) +
                       " is beyond this device's sm_" + std::to_string(options.capability);
    return kNoBinaryForGpu;
  }
  return kSuccess;
}

Symbols placeVariables(const PtxFile& file, Module& module) {
  Symbols globals;
  for (const Declaration& declaration : file.variables) {
    if (declaration.space != "global" && declaration.space != "const") continue;
    module.variables.push_back(placeVariable(declaration, *module.memory));
    Symbol symbol;
    symbol.kind = Symbol::kMemory;
    symbol.space = declaration.space == "const" ? Space::kConst : Space::kGlobal;
    symbol.address = module.variables.back().address;
    globals[declaration.name] = symbol;
  }
  return globals;
}

void build(const PtxFile& file, Module& module) {
  Symbols globals = placeVariables(file, module);
  for (const Function& function : file.functions) {
    if (function.entry && function.has_body)
      module.kernels.push_back(makeKernel(file, function, globals));
  }
}

}  // namespace

Module::~Module() {
  if (memory == nullptr) return;
  for (const Variable& variable : variables) memory->release(variable.address);
}

const Kernel* Module::kernel(const std::string& name) const {
  for (const Kernel& kernel : kernels) {
    if (kernel.name == name) return &kernel;
  }
  return nullptr;
}

const Variable* Module::variable(const std::string& name) const {
  for (const Variable& variable : variables) {
    if (variable.name == name) return &variable;
  }
  return nullptr;
}

CompileResult compile(const std::string& ptx, Memory& memory, const CompileOptions& options) {
  CompileResult result;
  auto module = std::make_shared<Module>();
  module->memory = &memory;
  try {
    PtxFile file = parsePtx(ptx);
    result.code = checkTarget(file, options, result);
    if (result.code != kSuccess) return result;
    module->ptx_version = file.version;
    module->target = file.target;
    module->lines = splitLines(ptx);
    build(file, *module);
  } catch (const PtxError& error) {
    result.code = kInvalidPtx;
    result.error_log = error.what();
    return result;
  } catch (const std::bad_alloc&) {
    result.code = kOutOfMemory;
    return result;
  } catch (const std::exception& error) {
    result.code = kInvalidPtx;
    result.error_log = std::string("malformed text: ") + error.what();
    return result;
  }
  result.info_log =
      std::to_string(module->kernels.size()) + " kernels decoded by the software device";
  result.module = std::move(module);
  return result;
}

std::vector<std::string> unknownInstructions(const std::string& ptx) {
  std::vector<std::string> unknown;
  Memory memory(size_t{1} << 30, size_t{1} << 30);
  try {
    PtxFile file = parsePtx(ptx);
    Module module;
    module.memory = &memory;
    Symbols globals = placeVariables(file, module);
    for (const Function& function : file.functions) {
      if (!function.entry || !function.has_body) continue;
      Kernel kernel;
      layOutParameters(function, kernel);
      Decoder(file, function, globals, kernel).survey(unknown);
    }
  } catch (const std::exception& error) {
    unknown.push_back(error.what());
  }
  return unknown;
}

}  // namespace softcuda
