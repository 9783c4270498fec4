// Operands: constants, special registers, registers and addresses become slots of the register
// file.
#include <cstring>

#include "decode.h"

namespace softcuda {
namespace {

uint64_t alignUp(uint64_t value, uint64_t alignment) {
  return (value + alignment - 1) / alignment * alignment;
}

const std::map<std::string, Special>& specialNames() {
  static const std::map<std::string, Special> kNames = {
      {"%tid.x", Special::kTidX},
      {"%tid.y", Special::kTidY},
      {"%tid.z", Special::kTidZ},
      {"%ntid.x", Special::kNtidX},
      {"%ntid.y", Special::kNtidY},
      {"%ntid.z", Special::kNtidZ},
      {"%ctaid.x", Special::kCtaX},
      {"%ctaid.y", Special::kCtaY},
      {"%ctaid.z", Special::kCtaZ},
      {"%nctaid.x", Special::kNctaX},
      {"%nctaid.y", Special::kNctaY},
      {"%nctaid.z", Special::kNctaZ},
      {"%laneid", Special::kLane},
      {"%warpid", Special::kWarp},
      {"%nwarpid", Special::kNwarp},
      {"%lanemask_eq", Special::kLaneEq},
      {"%lanemask_lt", Special::kLaneLt},
      {"%lanemask_le", Special::kLaneLe},
      {"%lanemask_gt", Special::kLaneGt},
      {"%lanemask_ge", Special::kLaneGe},
      {"%dynamic_smem_size", Special::kDynamicShared},
      {"%total_smem_size", Special::kTotalShared},
      {"%clock", Special::kZero},
      {"%clock_hi", Special::kZero},
      {"%smid", Special::kZero},
      {"%nsmid", Special::kZero},
      {"%gridid", Special::kZero}};
  return kNames;
}

}  // namespace

// Numbers for now; layOutSlots() makes places of them.
uint32_t Decoder::allocate(size_t bytes) {
  fixed_.push_back({next_slot_, bytes});
  next_slot_ += 256;
  return fixed_.back().slot;
}

uint32_t Decoder::allocateRegister(size_t bytes) {
  registers_.push_back({next_slot_, bytes});
  next_slot_ += 256;
  return registers_.back().slot;
}

uint32_t Decoder::constant(uint64_t bits, size_t bytes) {
  if (bytes != 0 && bytes < 8) bits &= (uint64_t{1} << (8 * bytes)) - 1;
  if (bytes == 0) bits = bits != 0 ? kAllLanes : 0;
  uint32_t& slot = constants_[{bits, bytes}];
  if (slot == 0) slot = allocate(bytes);
  return slot;
}

uint32_t Decoder::dynamicShared(uint64_t offset, size_t bytes) {
  for (const Dynamic& dynamic : dynamics_) {
    if (dynamic.offset == offset && dynamic.bytes == bytes) return dynamic.slot;
  }
  dynamics_.push_back({allocate(bytes), offset, bytes});
  return dynamics_.back().slot;
}

uint32_t Decoder::special(const std::string& name, size_t bytes) {
  if (bytes == 8 && (name == "%clock64" || name == "%globaltimer" || name == "%gridid"))
    return constant(0, 8);
  auto it = specialNames().find(name);
  if (it == specialNames().end()) fail("unknown name " + name);
  if (bytes != 4) fail(name + " has 32 bits");
  uint32_t& slot = specials_[name];
  if (slot == 0) {
    slot = allocate(4);
    program_->specials.push_back({it->second, slot});
  }
  return slot;
}

uint32_t Decoder::source(const Operand& operand, size_t bytes) {
  switch (operand.kind) {
    case Operand::kInteger:
      return constant(static_cast<uint64_t>(operand.integer), bytes);
    case Operand::kFloat32:
      if (bytes != 4)
        fail("a 32-bit floating-point constant where " + std::to_string(8 * bytes) +
             " bits belong");
      return constant(operand.bits, 4);
    case Operand::kFloat64: {
      if (bytes == 8) return constant(operand.bits, 8);
      double value;
      std::memcpy(&value, &operand.bits, sizeof value);
      float narrow = static_cast<float>(value);
      uint32_t bits;
      std::memcpy(&bits, &narrow, sizeof bits);
      return constant(bits, 4);
    }
    case Operand::kName:
      break;
    default:
      fail("an operand of " + current_->opcode + " has the wrong form");
  }
  Symbol* symbol = find(operand.name);
  if (symbol == nullptr) return special(operand.name, bytes);
  if (symbol->kind == Symbol::kRegister) return destination(operand, bytes);
  if (bytes != 4 && bytes != 8) fail("an address needs 32 or 64 bits");
  uint64_t offset = static_cast<uint64_t>(operand.integer);
  return symbol->dynamic ? dynamicShared(offset, bytes) : constant(symbol->address + offset, bytes);
}

uint32_t Decoder::destination(const Operand& operand, size_t bytes) {
  if (operand.kind == Operand::kSink) return allocateRegister(bytes);
  if (operand.kind != Operand::kName)
    fail("an operand of " + current_->opcode + " must be a register");
  Symbol* symbol = find(operand.name);
  if (symbol == nullptr || symbol->kind != Symbol::kRegister)
    fail(operand.name + " is no register");
  if (symbol->bytes != bytes) {
    fail("register " + operand.name + " has " + std::to_string(8 * symbol->bytes) + " bits where " +
         current_->opcode + " takes " + std::to_string(8 * bytes));
  }
  if (symbol->slot == 0) symbol->slot = allocateRegister(bytes);
  return symbol->slot;
}

size_t Decoder::registerBytes(const Operand& operand) {
  if (operand.kind != Operand::kName) return 0;
  Symbol* symbol = find(operand.name);
  return symbol == nullptr || symbol->kind != Symbol::kRegister ? 0 : symbol->bytes;
}

// `negated`: slot of a mask to combine with by exclusive or.
uint32_t Decoder::predicate(const Operand& operand, uint32_t* negated) {
  *negated = operand.kind == Operand::kNegated ? always_ : 0;
  if (operand.kind != Operand::kNegated) return source(operand, 0);
  Operand plain;
  plain.kind = Operand::kName;
  plain.name = operand.name;
  return source(plain, 0);
}

Decoder::AddressOperand Decoder::address(const Operand& operand, Space space) {
  if (operand.kind != Operand::kAddress) fail("an address in [ ] is missing");
  AddressOperand at = {0, true, operand.integer, space, false};
  if (!operand.has_base) {
    at.slot = constant(0, 8);
    return at;
  }
  Symbol* symbol = find(operand.name);
  if (symbol == nullptr) fail("unknown name " + operand.name);
  Operand base;
  base.kind = Operand::kName;
  base.name = operand.name;
  if (symbol->kind == Symbol::kRegister) {
    at.wide = symbol->bytes == 8;
    at.slot = source(base, at.wide ? 8 : 4);
    return at;
  }
  at.parameter = symbol->kind == Symbol::kParameter;
  if (at.parameter) at.offset += static_cast<int64_t>(symbol->address);
  at.slot = at.parameter ? constant(0, 8) : source(base, 8);
  if (space == Space::kParam || space == Space::kGeneric) at.space = symbol->space;
  return at;
}

void Decoder::finish() {
  uint64_t dynamic_start = alignUp(kernel_.static_shared_bytes, 16);
  if (!dynamics_.empty()) kernel_.static_shared_bytes = static_cast<uint32_t>(dynamic_start);
  for (const auto& branch : branches_) program_->code[branch.first].target = labels_[branch.second];
  layOutSlots();
  fillImage(dynamic_start);
  program_->local_bytes = static_cast<uint32_t>(alignUp(local_bytes_, 16));
  kernel_.local_bytes = program_->local_bytes;
}

// Constants and special registers first, one after the other; then registers, in places they share.
void Decoder::layOutSlots() {
  std::unordered_map<uint32_t, uint32_t> moved;
  uint32_t end = 0;
  for (const RegisterSlot& fixed : fixed_) {
    moved[fixed.slot] = end;
    end += static_cast<uint32_t>(fixed.bytes == 0 ? 64 : kLanes * fixed.bytes);
  }
  next_slot_ = compactSlots(*program_, registers_, always_, moved, end);
  for (auto& entry : constants_) entry.second = moved[entry.second];
  for (auto& special : program_->specials) special.second = moved[special.second];
  for (Dynamic& dynamic : dynamics_) dynamic.slot = moved[dynamic.slot];
  always_ = moved[always_];
}

void Decoder::fillImage(uint64_t dynamic_start) {
  std::vector<uint8_t>& image = program_->image;
  image.assign(alignUp(next_slot_, 64), 0);
  auto fill = [&](uint32_t slot, uint64_t bits, size_t bytes) {
    int lanes = bytes == 0 ? 1 : kLanes;
    size_t width = bytes == 0 ? sizeof(Mask) : bytes;
    for (int lane = 0; lane < lanes; ++lane)
      std::memcpy(image.data() + slot + lane * width, &bits, width);
  };
  for (const auto& entry : constants_) fill(entry.second, entry.first.first, entry.first.second);
  for (const Dynamic& dynamic : dynamics_)
    fill(dynamic.slot, dynamic_start + dynamic.offset, dynamic.bytes);
  fill(always_, kAllLanes, 0);
}

}  // namespace softcuda
