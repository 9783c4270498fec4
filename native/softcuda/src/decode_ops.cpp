// Decoding of everything but memory and warp instructions.
#include "decode.h"

namespace softcuda {

const OperationTable& operationTable() {
  static const OperationTable* table = [] {
    auto* filled = new OperationTable();
    addIntegerOperations(*filled);
    addBitOperations(*filled);
    addFloatOperations(*filled);
    addSpecialOperations(*filled);
    addRoundedOperations(*filled);
    addHalfOperations(*filled);
    return filled;
  }();
  return *table;
}

const std::unordered_map<std::string, Decoder::Family>& Decoder::families() {
  static const std::unordered_map<std::string, Family> kFamilies = {
      {"bra", &Decoder::branch},
      {"ret", &Decoder::finishLanes},
      {"exit", &Decoder::finishLanes},
      {"trap", &Decoder::trap},
      {"call", &Decoder::call},
      {"mov", &Decoder::move},
      {"cvta", &Decoder::convertAddress},
      {"isspacep", &Decoder::testSpace},
      {"cvt", &Decoder::convert},
      {"setp", &Decoder::setPredicate},
      {"selp", &Decoder::select},
      {"ld", &Decoder::load},
      {"ldu", &Decoder::load},
      {"st", &Decoder::store},
      {"atom", &Decoder::atomic},
      {"red", &Decoder::atomic},
      {"cp", &Decoder::copyAsync},
      {"ldmatrix", &Decoder::loadMatrix},
      {"mma", &Decoder::mma},
      {"wmma", &Decoder::wmma},
      {"bar", &Decoder::barrier},
      {"barrier", &Decoder::barrier},
      {"membar", &Decoder::nothing},
      {"fence", &Decoder::nothing},
      {"prefetch", &Decoder::nothing},
      {"prefetchu", &Decoder::nothing},
      {"nanosleep", &Decoder::sleep},
      {"shfl", &Decoder::shuffle},
      {"vote", &Decoder::vote},
      {"match", &Decoder::match},
      {"redux", &Decoder::redux},
      {"activemask", &Decoder::activeMask}};
  return kFamilies;
}

namespace {

size_t bytesOfLetter(char letter) {
  return letter == 'p' ? 0 : letter == 'h' ? 2 : letter == 'w' ? 4 : 8;
}

}  // namespace

void Decoder::plain(const Statement& statement, const Operation& operation) {
  const std::string letters = operation.operands;
  if (statement.operands.size() != letters.size()) {
    fail(statement.opcode + " takes " + std::to_string(letters.size()) + " operands");
  }
  Instruction& instruction = emit(statement, operation.handler, operation.kind);
  instruction.fma = operation.fma;
  uint32_t slots[5] = {};
  for (size_t k = 0; k < letters.size(); ++k) {
    size_t bytes = bytesOfLetter(letters[k]);
    slots[k] =
        k == 0 ? destination(statement.operands[k], bytes) : source(statement.operands[k], bytes);
  }
  instruction.d = slots[0];
  instruction.a = slots[1];
  instruction.b = slots[2];
  instruction.c = slots[3];
  if (letters.size() == 5) keepSlots(instruction, {slots[4]});
}

void Decoder::branch(const Statement& statement, Modifiers& modifiers) {
  modifiers.take("uni");
  if (statement.operands.size() != 1) fail("bra takes a label");
  Instruction& instruction = emit(statement, noOperation(), Kind::kControl);
  instruction.flow = Flow::kBranch;
  branchTo(instruction, statement.operands[0].name);
}

// ret leaves an inlined function by a branch to behind it.
void Decoder::finishLanes(const Statement& statement, Modifiers& modifiers) {
  modifiers.take("uni");
  Instruction& instruction = emit(statement, noOperation(), Kind::kControl);
  if (return_labels_.empty() || statement.opcode.compare(0, 4, "exit") == 0) {
    instruction.flow = Flow::kExit;
  } else {
    instruction.flow = Flow::kBranch;
    branches_.push_back({program_->code.size() - 1, return_labels_.back()});
  }
}

void Decoder::trap(const Statement& statement, Modifiers&) {
  emit(statement, noOperation(), Kind::kControl).flow = Flow::kTrap;
}

void Decoder::nothing(const Statement& statement, Modifiers& modifiers) {
  bool fence = statement.opcode[0] == 'm' || statement.opcode[0] == 'f';
  bool device = fence && !modifiers.takeAny({"gl", "gpu", "sys"}).empty();
  modifiers.parts.clear();
  emit(statement, device ? deviceFence() : noOperation(), fence ? Kind::kBarrier : Kind::kMove);
}

// However long: what it says to the device is that others should go on.
void Decoder::sleep(const Statement& statement, Modifiers& modifiers) {
  if (!modifiers.take("u32") || statement.operands.size() != 1) fail("bad nanosleep");
  emit(statement, noOperation(), Kind::kMove).flow = Flow::kSleep;
  program_->sleeps = true;
}

// Functions are put in place of their calls. Arguments lie in the caller's local memory.
void Decoder::call(const Statement& statement, Modifiers& modifiers) {
  modifiers.take("uni");
  if (!statement.guard.empty()) fail("a call with a guard");
  if (statement.operands.empty()) fail("call takes a function");
  if (return_labels_.size() > 16) fail("calls too deep, or recursive");
  size_t at = 0;
  const std::vector<Operand>& operands = statement.operands;
  Operand none, results = operands[0].kind == Operand::kVector ? operands[at++] : none;
  if (at >= operands.size()) fail("call takes a function");
  const std::string name = operands[at++].name;
  const Function* callee = nullptr;
  for (const Function& function : file_.functions) {
    if (function.name == name && function.has_body && !function.entry) callee = &function;
  }
  if (callee == nullptr) fail("call of an unknown function " + name);
  Symbols bound;
  bindArguments(results, callee->results, bound);
  bindArguments(at < operands.size() ? operands[at] : none, callee->parameters, bound);
  auto scopes = std::move(scopes_);
  auto label_scopes = std::move(label_scopes_);
  scopes_.assign(1, scopes.front());
  scopes_.push_back(bound);
  label_scopes_.clear();
  return_labels_.push_back(newLabel());
  scope(callee->body);
  labels_[return_labels_.back()] = static_cast<uint32_t>(program_->code.size());
  return_labels_.pop_back();
  scopes.front() = scopes_.front();
  scopes_ = std::move(scopes);
  label_scopes_ = std::move(label_scopes);
  current_ = &statement;
}

void Decoder::bindArguments(const Operand& arguments, const std::vector<Declaration>& parameters,
                            Symbols& bound) {
  if (arguments.elements.size() != parameters.size()) fail("call with a wrong number of arguments");
  for (size_t k = 0; k < parameters.size(); ++k) {
    Symbol* symbol = find(arguments.elements[k].name);
    if (symbol == nullptr || symbol->kind != Symbol::kMemory)
      fail("an argument of call must be a .param variable");
    bound[parameters[k].name] = *symbol;
  }
}

void Decoder::move(const Statement& statement, Modifiers& modifiers) {
  std::string type = modifiers.takeType();
  if (type.empty() || statement.operands.size() != 2) fail("bad mov");
  const Operand &to = statement.operands[0], &from = statement.operands[1];
  size_t bytes = type == "pred" ? 0 : typeBytes(type);
  const bool unpacking = to.kind == Operand::kVector;
  const Operand& vector = unpacking ? to : from;
  if (vector.kind != Operand::kVector) {
    Instruction& instruction = emit(statement, moveHandler(bytes), Kind::kMove);
    instruction.a = source(from, bytes);
    instruction.d = destination(to, bytes);
    return;
  }
  size_t parts = vector.elements.size();
  Instruction& instruction = emit(statement, packHandler(bytes, parts, unpacking), Kind::kMove);
  std::vector<uint32_t> slots;
  for (const Operand& element : vector.elements) {
    bool sink = element.kind == Operand::kSink;
    slots.push_back(sink        ? 0
                    : unpacking ? destination(element, bytes / parts)
                                : source(element, bytes / parts));
  }
  if (unpacking) {
    instruction.a = source(from, bytes);
    instruction.written_slots = static_cast<uint8_t>(parts);
  } else {
    instruction.d = destination(to, bytes);
  }
  keepSlots(instruction, std::move(slots));
}

void Decoder::convertAddress(const Statement& statement, Modifiers& modifiers) {
  bool to = modifiers.take("to");
  Space space = modifiers.takeSpace();
  std::string type = modifiers.takeType();
  if (type != "u64" || statement.operands.size() != 2) fail("bad cvta");
  Instruction& instruction = emit(statement, windowHandler(space, to, 8), Kind::kMove);
  instruction.a = source(statement.operands[1], 8);
  instruction.d = destination(statement.operands[0], 8);
}

void Decoder::testSpace(const Statement& statement, Modifiers& modifiers) {
  Space space = modifiers.takeSpace();
  if (statement.operands.size() != 2) fail("bad isspacep");
  Instruction& instruction = emit(statement, spaceTestHandler(space), Kind::kCompare);
  instruction.a = source(statement.operands[1], 8);
  instruction.d = destination(statement.operands[0], 0);
}

namespace {

size_t widthOf(const std::string& type) {
  if (type == "bf16") return 2;
  return type == "bf16x2" || type == "f16x2" || type == "tf32" ? 4 : typeBytes(type);
}

}  // namespace

void Decoder::convert(const Statement& statement, Modifiers& modifiers) {
  std::string from = modifiers.takeLast(), to = modifiers.takeLast();
  std::string spelling = statement.opcode.substr(4);
  const std::vector<Operand>& operands = statement.operands;
  size_t to_bytes = widthOf(to), from_bytes = widthOf(from);
  if (to_bytes == 0 || from_bytes == 0 || operands.size() < 2) fail("bad cvt");
  bool saturate = modifiers.take("sat"), flush = modifiers.take("ftz"),
       relu = modifiers.take("relu");
  std::string rounding = modifiers.takeFirst();
  size_t source_bytes = registerBytes(operands[1]), result_bytes = registerBytes(operands[0]);
  if (source_bytes == 0) source_bytes = std::max<size_t>(2, from_bytes);
  if (source_bytes < from_bytes || result_bytes < to_bytes)
    fail("a register is too narrow for " + statement.opcode);
  Handler handler = source_bytes == from_bytes && result_bytes == to_bytes
                        ? frequentConversion(spelling)
                        : nullptr;
  int64_t packed = 0;
  if (handler == nullptr)
    handler = generalConversion(to, from, rounding, saturate, flush, relu, packed);
  Instruction& instruction = emit(statement, handler, Kind::kConvert);
  instruction.offset = packed;
  instruction.count = static_cast<uint8_t>(source_bytes);
  instruction.bytes = static_cast<uint8_t>(result_bytes);
  instruction.a = source(operands[1], source_bytes);
  if (operands.size() == 3) instruction.b = source(operands[2], source_bytes);
  instruction.d = destination(operands[0], result_bytes);
}

// setp.cmp{.bool}{.ftz}.type p{|q}, a, b{, {!}c}
void Decoder::setPredicate(const Statement& statement, Modifiers& modifiers) {
  std::string type = modifiers.takeType(), comparison = modifiers.takeFirst();
  modifiers.take("ftz");
  std::string join = modifiers.takeAny({"and", "or", "xor"});
  const std::vector<Operand>& operands = statement.operands;
  if (type.empty() || operands.size() != (join.empty() ? 3u : 4u)) fail("bad setp");
  Instruction& instruction = emit(statement, compareHandler(comparison, type), Kind::kCompare);
  const bool pair = operands[0].kind == Operand::kPair;
  instruction.d = destination(pair ? operands[0].elements[0] : operands[0], 0);
  if (pair && operands[0].elements[1].kind != Operand::kSink)
    instruction.d2 = destination(operands[0].elements[1], 0);
  instruction.a = source(operands[1], widthOf(type));
  instruction.b = source(operands[2], widthOf(type));
  instruction.offset = join == "and"   ? kJoinAnd
                       : join == "or"  ? kJoinOr
                       : join == "xor" ? kJoinXor
                                       : kJoinNone;
  if (!join.empty()) instruction.c = predicate(operands[3], &instruction.members);
}

void Decoder::select(const Statement& statement, Modifiers& modifiers) {
  std::string type = modifiers.takeType();
  if (type.empty() || statement.operands.size() != 4) fail("bad selp");
  size_t bytes = widthOf(type);
  Instruction& instruction = emit(statement, selectHandler(bytes), Kind::kCompare);
  instruction.d = destination(statement.operands[0], bytes);
  instruction.a = source(statement.operands[1], bytes);
  instruction.b = source(statement.operands[2], bytes);
  instruction.c = source(statement.operands[3], 0);
}

}  // namespace softcuda
