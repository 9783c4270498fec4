#include "decode.h"

#include <algorithm>
#include <cstring>

namespace softcuda {
namespace {

std::vector<std::string> split(const std::string& text) {
  std::vector<std::string> parts;
  size_t start = 0;
  for (size_t dot = text.find('.'); dot != std::string::npos; dot = text.find('.', start)) {
    parts.push_back(text.substr(start, dot - start));
    start = dot + 1;
  }
  parts.push_back(text.substr(start));
  return parts;
}

uint64_t alignUp(uint64_t value, uint64_t alignment) {
  return (value + alignment - 1) / alignment * alignment;
}

}  // namespace

Decoder::Modifiers::Modifiers(const std::string& opcode) : parts(split(opcode)) {
  parts.erase(parts.begin());
}

bool Decoder::Modifiers::take(const char* name) {
  auto it = std::find(parts.begin(), parts.end(), name);
  if (it == parts.end()) return false;
  parts.erase(it);
  return true;
}

std::string Decoder::Modifiers::takeAny(std::initializer_list<const char*> names) {
  for (const char* name : names) {
    if (take(name)) return name;
  }
  return "";
}

std::string Decoder::Modifiers::takeFirst() {
  if (parts.empty()) return "";
  std::string part = parts.front();
  parts.erase(parts.begin());
  return part;
}

std::string Decoder::Modifiers::takeLast() {
  if (parts.empty()) return "";
  std::string part = parts.back();
  parts.pop_back();
  return part;
}

std::string Decoder::Modifiers::takeType() {
  if (parts.empty() || (typeBytes(parts.back()) == 0 && parts.back() != "pred" &&
                        parts.back() != "bf16" && parts.back() != "bf16x2")) {
    return "";
  }
  return takeLast();
}

Space Decoder::Modifiers::takeSpace() {
  std::string name = takeAny({"global", "shared::cta", "shared", "local", "const", "param"});
  if (name == "global") return Space::kGlobal;
  if (name == "shared" || name == "shared::cta") return Space::kShared;
  if (name == "local") return Space::kLocal;
  if (name == "const") return Space::kConst;
  return name == "param" ? Space::kParam : Space::kGeneric;
}

Decoder::Decoder(const PtxFile& file, const Function& entry, const Symbols& globals, Kernel& kernel)
    : file_(file), entry_(entry), globals_(globals), kernel_(kernel) {
  allocate(8);  // slot 0 is nobody's: "no operand" and zeros
  always_ = allocate(0);
}

void Decoder::fail(const std::string& what) const {
  throw PtxError(current_ != nullptr ? current_->line : entry_.line, what);
}

std::shared_ptr<Program> Decoder::run() {
  program_->kernel = kernel_.name;
  program_->source_files = file_.source_files;
  program_->parameter_bytes = kernel_.parameter_bytes;
  scopes_.emplace_back();
  for (const Parameter& parameter : kernel_.parameters) {
    Symbol symbol;
    symbol.kind = Symbol::kParameter;
    symbol.space = Space::kParam;
    symbol.address = parameter.offset;
    scopes_.back()[parameter.name] = symbol;
  }
  scope(entry_.body);
  Statement end;
  end.opcode = "ret";
  end.line = entry_.line;
  instruction(end);
  finish();
  return program_;
}

void Decoder::scope(const Scope& scope) {
  scopes_.emplace_back();
  label_scopes_.emplace_back();
  for (const Statement& statement : scope.statements) {
    if (statement.kind == Statement::kLabel) label_scopes_.back()[statement.opcode] = newLabel();
  }
  for (const Declaration& declaration : scope.declarations) declare(declaration);
  for (const Statement& statement : scope.statements) this->statement(statement);
  scopes_.pop_back();
  label_scopes_.pop_back();
}

uint32_t Decoder::newLabel() {
  labels_.push_back(0);
  return static_cast<uint32_t>(labels_.size() - 1);
}

void Decoder::statement(const Statement& statement) {
  current_ = &statement;
  if (statement.kind == Statement::kBlock) {
    scope(*statement.block);
  } else if (statement.kind == Statement::kLabel) {
    labels_[label_scopes_.back()[statement.opcode]] = static_cast<uint32_t>(program_->code.size());
  } else if (unknown_ == nullptr) {
    instruction(statement);
  } else {
    try {
      instruction(statement);
    } catch (const PtxError& error) {
      unknown_->push_back(statement.opcode + " (" + error.what() + ")");
    }
  }
}

void Decoder::instruction(const Statement& statement) {
  current_ = &statement;
  auto plain_operation = operationTable().find(statement.opcode);
  if (plain_operation != operationTable().end()) return plain(statement, plain_operation->second);
  auto family = families().find(statement.opcode.substr(0, statement.opcode.find('.')));
  if (family == families().end()) fail("unknown instruction " + statement.opcode);
  Modifiers modifiers(statement.opcode);
  (this->*family->second)(statement, modifiers);
  if (!modifiers.parts.empty())
    fail("unknown modifier ." + modifiers.parts[0] + " in " + statement.opcode);
}

void Decoder::declare(const Declaration& declaration) {
  if (declaration.space == "reg") {
    declareRegisters(declaration);
  } else if (declaration.space == "shared") {
    declareMemory(declaration, Space::kShared);
  } else if (declaration.space == "local" || declaration.space == "param") {
    declareMemory(declaration, Space::kLocal);
  } else {
    throw PtxError(declaration.line, "." + declaration.space + " variable inside a function");
  }
}

void Decoder::declareRegisters(const Declaration& declaration) {
  Symbol symbol;
  symbol.bytes = declaration.type == "pred" ? 0 : std::max<size_t>(2, typeBytes(declaration.type));
  if (declaration.range == 0) scopes_.back()[declaration.name] = symbol;
  for (uint32_t k = 0; k < declaration.range; ++k)
    scopes_.back()[declaration.name + std::to_string(k)] = symbol;
}

void Decoder::declareMemory(const Declaration& declaration, Space space) {
  Symbol symbol;
  symbol.kind = Symbol::kMemory;
  symbol.space = space;
  uint64_t element = typeBytes(declaration.type) * declaration.vector;
  uint64_t alignment = std::max<uint64_t>({declaration.alignment, element, 1});
  uint32_t& end = space == Space::kShared ? kernel_.static_shared_bytes : local_bytes_;
  symbol.dynamic = declaration.external && space == Space::kShared;
  if (!symbol.dynamic) {
    symbol.address = alignUp(end, alignment);
    uint64_t bytes = element * declaration.count;
    if (symbol.address + bytes > (space == Space::kShared ? 1u << 20 : 1u << 19)) {
      throw PtxError(declaration.line, "too much " + declaration.space + " memory");
    }
    end = static_cast<uint32_t>(symbol.address + bytes);
  }
  scopes_.back()[declaration.name] = symbol;
}

Symbol* Decoder::find(const std::string& name) {
  for (auto it = scopes_.rbegin(); it != scopes_.rend(); ++it) {
    auto symbol = it->find(name);
    if (symbol != it->end()) return &symbol->second;
  }
  auto global = globals_.find(name);
  if (global != globals_.end()) {
    scopes_.front()[name] = global->second;
    return &scopes_.front()[name];
  }
  for (const Declaration& declaration : file_.variables) {
    if (declaration.name != name || declaration.space != "shared") continue;
    std::swap(scopes_.front(), scopes_.back());
    declareMemory(declaration, Space::kShared);
    std::swap(scopes_.front(), scopes_.back());
    return &scopes_.front()[name];
  }
  return nullptr;
}

Instruction& Decoder::emit(const Statement& statement, Handler handler, Kind kind) {
  if (handler == nullptr) fail("unknown instruction " + statement.opcode);
  Instruction instruction;
  instruction.handler = handler;
  instruction.kind = kind;
  instruction.line = static_cast<uint32_t>(statement.line);
  instruction.source_file = static_cast<uint32_t>(statement.source_file);
  instruction.source_line = static_cast<uint32_t>(statement.source_line);
  instruction.guard = always_;
  if (!statement.guard.empty()) {
    Operand guard;
    guard.kind = Operand::kName;
    guard.name = statement.guard;
    instruction.guard = source(guard, 0);
    instruction.guard_flip = statement.guard_negated ? kAllLanes : 0;
  }
  program_->code.push_back(instruction);
  return program_->code.back();
}

void Decoder::keepSlots(Instruction& instruction, std::vector<uint32_t> slots) {
  program_->slot_lists.push_back(std::make_unique<std::vector<uint32_t>>(std::move(slots)));
  instruction.slots = program_->slot_lists.back().get();
}

void Decoder::branchTo(Instruction& instruction, const std::string& label) {
  for (auto it = label_scopes_.rbegin(); it != label_scopes_.rend(); ++it) {
    auto found = it->find(label);
    if (found == it->end()) continue;
    branches_.push_back({static_cast<size_t>(&instruction - program_->code.data()), found->second});
    return;
  }
  fail("unknown label " + label);
}

}  // namespace softcuda
