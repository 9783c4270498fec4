// Decoding of loads, stores, atomics, asynchronous copies and tensor instructions.
#include <algorithm>

#include "decode.h"

namespace softcuda {
namespace {

// Caching, ordering and scope change nothing here: one block's warps take turns, as blocks do that
// sleep, and all see the same memory.
void takeHints(std::vector<std::string>& parts) {
  static const char* const kHints[] = {
      "ca",      "cg",   "cs",      "lu",      "cv",      "wb",  "wt",  "nc",  "volatile",
      "relaxed", "weak", "acquire", "release", "acq_rel", "cta", "gpu", "sys", "noftz"};
  auto hint = [](const std::string& part) {
    if (part.compare(0, 4, "L1::") == 0 || part.compare(0, 4, "L2::") == 0) return true;
    return std::any_of(std::begin(kHints), std::end(kHints),
                       [&](const char* name) { return part == name; });
  };
  parts.erase(std::remove_if(parts.begin(), parts.end(), hint), parts.end());
}

size_t elementBytes(const std::string& type) {
  if (type == "bf16") return 2;
  return type == "bf16x2" ? 4 : typeBytes(type);
}

}  // namespace

Kind Decoder::memoryKind(Space space, bool load) const {
  switch (space) {
    case Space::kShared:
      return load ? Kind::kSharedLoad : Kind::kSharedStore;
    case Space::kLocal:
      return Kind::kLocal;
    case Space::kConst:
      return Kind::kConstant;
    case Space::kParam:
      return Kind::kMove;
    default:
      return load ? Kind::kGlobalLoad : Kind::kGlobalStore;
  }
}

void Decoder::place(Instruction& instruction, const AddressOperand& at, Direction direction,
                    uint32_t bytes, int count) {
  instruction.wide_address = at.wide;
  instruction.offset = at.offset;
  instruction.space = at.space;
  instruction.direction = direction;
  instruction.bytes = static_cast<uint8_t>(bytes * static_cast<uint32_t>(count));
  instruction.count = static_cast<uint8_t>(count);
  instruction.pattern = program_->patterns++;
}

void Decoder::load(const Statement& statement, Modifiers& modifiers) {
  std::string type = modifiers.takeType();
  takeHints(modifiers.parts);
  int count = modifiers.take("v4") ? 4 : modifiers.take("v2") ? 2 : 1;
  const AddressOperand at = address(statement.operands.at(1), modifiers.takeSpace());
  const Operand& to = statement.operands[0];
  if (type.empty() || (count > 1) != (to.kind == Operand::kVector)) fail("bad ld");
  std::vector<Operand> elements = count > 1 ? to.elements : std::vector<Operand>{to};
  if (static_cast<int>(elements.size()) != count) fail("a vector of another length belongs here");
  size_t width = 0;
  for (const Operand& element : elements) width = std::max(width, registerBytes(element));
  Handler handler = at.parameter ? parameterHandler(type, width) : loadHandler(type, width);
  Instruction& instruction = emit(statement, handler, memoryKind(at.space, true));
  place(instruction, at, Direction::kLoad, static_cast<uint32_t>(elementBytes(type)), count);
  instruction.a = at.slot;
  std::vector<uint32_t> slots;
  for (const Operand& element : elements) {
    slots.push_back(element.kind == Operand::kSink && count > 1 ? 0 : destination(element, width));
  }
  instruction.d = slots[0];
  if (count == 1) return;
  keepSlots(instruction, std::move(slots));
  instruction.written_slots = static_cast<uint8_t>(count);
}

// Operand a is the address, b the value.
void Decoder::store(const Statement& statement, Modifiers& modifiers) {
  std::string type = modifiers.takeType();
  takeHints(modifiers.parts);
  int count = modifiers.take("v4") ? 4 : modifiers.take("v2") ? 2 : 1;
  const AddressOperand at = address(statement.operands.at(0), modifiers.takeSpace());
  const Operand& from = statement.operands.at(1);
  if (type.empty() || at.parameter || (count > 1) != (from.kind == Operand::kVector))
    fail("bad st");
  std::vector<Operand> elements = count > 1 ? from.elements : std::vector<Operand>{from};
  if (static_cast<int>(elements.size()) != count) fail("a vector of another length belongs here");
  size_t bytes = elementBytes(type), width = 0;
  for (const Operand& element : elements) width = std::max(width, registerBytes(element));
  if (width == 0) width = std::max<size_t>(bytes, 2);
  if (width < bytes) fail("a register is too narrow for " + statement.opcode);
  Instruction& instruction =
      emit(statement, storeHandler(bytes, width), memoryKind(at.space, false));
  place(instruction, at, Direction::kStore, static_cast<uint32_t>(bytes), count);
  instruction.a = at.slot;
  std::vector<uint32_t> slots;
  for (const Operand& element : elements) slots.push_back(source(element, width));
  instruction.b = slots[0];
  if (count > 1) keepSlots(instruction, std::move(slots));
}

// atom.op.type d, [a], b{, c};   red.op.type [a], b;
void Decoder::atomic(const Statement& statement, Modifiers& modifiers) {
  std::string type = modifiers.takeType();
  bool returns = statement.opcode[0] == 'a';
  bool half = type.find("16") != std::string::npos && type != "b16";
  takeHints(modifiers.parts);
  Space space = modifiers.takeSpace();
  std::string operation = modifiers.takeFirst() + (half ? ".noftz" : "");
  const std::vector<Operand>& operands = statement.operands;
  size_t first = returns ? 1 : 0;
  if (operands.size() < first + 2) fail("bad " + statement.opcode);
  const AddressOperand at = address(operands[first], space);
  size_t bytes = elementBytes(type);
  Instruction& instruction = emit(statement, atomicHandler(operation, type), Kind::kAtomic);
  place(instruction, at, Direction::kAtomic, static_cast<uint32_t>(bytes), 1);
  instruction.a = at.slot;
  instruction.b = source(operands[first + 1], bytes);
  if (operands.size() > first + 2) instruction.c = source(operands[first + 2], bytes);
  if (returns && operands[0].kind != Operand::kSink)
    instruction.d = destination(operands[0], bytes);
}

// cp.async.{ca,cg}.shared.global [d], [s], bytes{, source bytes};  cp.async.commit_group;
// wait_group n;  wait_all
void Decoder::copyAsync(const Statement& statement, Modifiers& modifiers) {
  if (!modifiers.take("async")) fail("unknown instruction " + statement.opcode);
  const std::vector<Operand>& operands = statement.operands;
  if (modifiers.take("commit_group")) {
    emit(statement, copyCommitHandler(), Kind::kAsync);
  } else if (modifiers.take("wait_all")) {
    emit(statement, copyWaitHandler(true), Kind::kAsync);
  } else if (modifiers.take("wait_group")) {
    emit(statement, copyWaitHandler(false), Kind::kAsync).offset = operands.at(0).integer;
  } else {
    takeHints(modifiers.parts);
    bool spaces = !modifiers.takeAny({"shared", "shared::cta"}).empty() && modifiers.take("global");
    if (!spaces) fail("unknown instruction " + statement.opcode);
    const AddressOperand to = address(operands.at(0), Space::kShared);
    const AddressOperand from = address(operands.at(1), Space::kGlobal);
    int64_t bytes = operands.at(2).integer;
    if (!from.wide || (bytes != 4 && bytes != 8 && bytes != 16)) fail("bad cp.async");
    Instruction& instruction = emit(statement, copyAsyncHandler(), Kind::kAsync);
    place(instruction, from, Direction::kAsync, static_cast<uint32_t>(bytes), 1);
    ++program_->patterns;  // a second one, for the destination
    instruction.wide_address = to.wide;
    instruction.target = static_cast<uint32_t>(to.offset);
    instruction.a = to.slot;
    instruction.b = from.slot;
    instruction.c =
        operands.size() > 3 ? source(operands[3], 4) : constant(static_cast<uint64_t>(bytes), 4);
  }
}

void Decoder::loadMatrix(const Statement& statement, Modifiers& modifiers) {
  bool known = modifiers.take("sync") & modifiers.take("aligned") & modifiers.take("m8n8") &
               modifiers.take("b16");
  bool transposed = modifiers.take("trans");
  size_t count = modifiers.take("x4") ? 4 : modifiers.take("x2") ? 2 : modifiers.take("x1") ? 1 : 0;
  if (!known || statement.operands.size() != 2 || statement.operands[0].elements.size() != count)
    fail("bad ldmatrix");
  const AddressOperand at = address(statement.operands[1], modifiers.takeSpace());
  Instruction& instruction = emit(statement, loadMatrixHandler(transposed), Kind::kTensor);
  place(instruction, at, Direction::kLoad, 16, 1);
  instruction.a = at.slot;
  std::vector<uint32_t> slots;
  for (const Operand& element : statement.operands[0].elements)
    slots.push_back(destination(element, 4));
  keepSlots(instruction, std::move(slots));
  instruction.flow = Flow::kWarpSync;
  instruction.members = constant(kAllLanes, 4);
}

void Decoder::mma(const Statement& statement, Modifiers& modifiers) {
  bool known = modifiers.take("sync") & modifiers.take("aligned") & modifiers.take("row") &
               modifiers.take("col");
  std::string shape = modifiers.takeFirst(), types = modifiers.takeFirst();
  while (!modifiers.parts.empty()) types += "." + modifiers.takeFirst();
  if (!known || statement.operands.size() != 4) fail("unknown instruction " + statement.opcode);
  Instruction& instruction = emit(statement, mmaHandler(shape, types), Kind::kTensor);
  int k = std::atoi(shape.c_str() + shape.find('k') + 1);
  instruction.tensor_fma = static_cast<uint32_t>(16 * 8 * k);
  const size_t a_registers =
      static_cast<size_t>(types.find("tf32") != std::string::npos ? k / 2 : k / 4);
  const size_t sizes[] = {4, a_registers, a_registers / 2, 4};
  std::vector<uint32_t> slots;
  for (size_t operand = 0; operand < 4; ++operand) {
    const std::vector<Operand>& elements = statement.operands[operand].elements;
    if (elements.size() != sizes[operand]) fail("a fragment of another size belongs here");
    for (const Operand& element : elements) {
      slots.push_back(operand == 0 ? destination(element, 4) : source(element, 4));
    }
  }
  keepSlots(instruction, std::move(slots));
  instruction.written_slots = 4;
  instruction.flow = Flow::kWarpSync;
  instruction.members = constant(kAllLanes, 4);
}

void Decoder::wmmaMemory(const Statement& statement, const std::string& part,
                         const std::string& shape, bool row, Space space) {
  const bool stores = part == "store";
  const std::vector<Operand>& operands = statement.operands;
  if (operands.size() != 3) fail("bad wmma");
  const AddressOperand at = address(operands[stores ? 0 : 1], space);
  const Operand& fragment = operands[stores ? 1 : 0];
  size_t size = part == "a" || part == "b" ? 4 : 8;
  if (fragment.elements.size() != size || !at.wide) fail("bad wmma");
  Instruction& instruction =
      emit(statement, stores ? wmmaStoreHandler(shape, row) : wmmaLoadHandler(part[0], shape, row),
           Kind::kTensor);
  place(instruction, at, stores ? Direction::kStore : Direction::kLoad, 4, 1);
  instruction.a = at.slot;
  instruction.b = source(operands[2], 4);
  std::vector<uint32_t> slots;
  for (const Operand& element : fragment.elements) {
    slots.push_back(stores ? source(element, 4) : destination(element, 4));
  }
  keepSlots(instruction, std::move(slots));
  instruction.written_slots = static_cast<uint8_t>(stores ? 0 : size);
  instruction.flow = Flow::kWarpSync;
  instruction.members = constant(kAllLanes, 4);
}

// wmma.load.{a,b,c}, wmma.store.d, wmma.mma for m16n16k8 tf32
void Decoder::wmma(const Statement& statement, Modifiers& modifiers) {
  std::string action = modifiers.takeFirst();
  bool known = modifiers.take("sync") & modifiers.take("aligned") & modifiers.take("m16n16k8");
  if (!known) fail("unknown instruction " + statement.opcode);
  if (action != "mma") {
    std::string part = modifiers.takeFirst();
    bool row = modifiers.takeAny({"row", "col"}) == "row";
    Space space = modifiers.takeSpace();
    modifiers.takeAny({"tf32", "f32"});
    return wmmaMemory(statement, action == "store" ? action : part, "m16n16k8", row, space);
  }
  std::string layouts = modifiers.takeFirst() + modifiers.takeFirst();
  bool types = modifiers.take("tf32") & modifiers.take("tf32") & modifiers.take("f32") &
               modifiers.take("f32");
  if (!types ||
      (layouts != "rowrow" && layouts != "rowcol" && layouts != "colrow" && layouts != "colcol")) {
    fail("unknown instruction " + statement.opcode);
  }
  Instruction& instruction = emit(statement, wmmaHandler("m16n16k8"), Kind::kTensor);
  instruction.tensor_fma = 16 * 16 * 8;
  std::vector<uint32_t> slots;
  for (size_t operand = 0; operand < statement.operands.size(); ++operand) {
    for (const Operand& element : statement.operands[operand].elements) {
      slots.push_back(operand == 0 ? destination(element, 4) : source(element, 4));
    }
  }
  if (slots.size() != 24) fail("bad wmma");
  keepSlots(instruction, std::move(slots));
  instruction.written_slots = 8;
  instruction.flow = Flow::kWarpSync;
  instruction.members = constant(kAllLanes, 4);
}

}  // namespace softcuda
