// From the syntax tree of an entry to its program: names become slots and addresses, spellings
// become handlers.
#ifndef SOFTCUDA_DECODE_H
#define SOFTCUDA_DECODE_H

#include <map>
#include <memory>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "module.h"
#include "ops.h"
#include "program.h"
#include "ptx.h"

namespace softcuda {

struct Symbol {
  enum Kind { kRegister, kMemory, kParameter } kind = kRegister;
  size_t bytes = 0;   // of a register; 0: a predicate
  uint32_t slot = 0;  // 0: not used yet
  Space space = Space::kGlobal;
  uint64_t address = 0;  // or the offset of a parameter
  bool dynamic = false;  // extern shared memory: starts where static memory ends
};
struct RegisterSlot {
  uint32_t slot;
  size_t bytes;  // 0: a predicate
};
using Symbols = std::unordered_map<std::string, Symbol>;

class Decoder {
 public:
  // `globals`: variables of the module, with their addresses.
  Decoder(const PtxFile& file, const Function& entry, const Symbols& globals, Kernel& kernel);
  std::shared_ptr<Program> run();
  // Instead of failing at the first instruction that is not understood, lists them all.
  void survey(std::vector<std::string>& unknown) {
    unknown_ = &unknown;
    run();
  }

 private:
  struct Modifiers;
  struct AddressOperand {
    uint32_t slot;
    bool wide;
    int64_t offset;
    Space space;
    bool parameter;
  };
  using Family = void (Decoder::*)(const Statement&, Modifiers&);

  // decode.cpp: scopes, symbols, slots.
  void scope(const Scope& scope);
  void statement(const Statement& statement);
  void instruction(const Statement& statement);
  void declare(const Declaration& declaration);
  void declareRegisters(const Declaration& declaration);
  void declareMemory(const Declaration& declaration, Space space);
  Symbol* find(const std::string& name);
  uint32_t allocate(size_t bytes);
  uint32_t allocateRegister(size_t bytes);
  uint32_t constant(uint64_t bits, size_t bytes);
  uint32_t dynamicShared(uint64_t offset, size_t bytes);
  uint32_t special(const std::string& name, size_t bytes);
  uint32_t source(const Operand& operand, size_t bytes);
  uint32_t destination(const Operand& operand, size_t bytes);
  size_t registerBytes(const Operand& operand);  // of a named register; 0 for anything else
  uint32_t predicate(const Operand& operand, uint32_t* negated);
  AddressOperand address(const Operand& operand, Space space);
  Instruction& emit(const Statement& statement, Handler handler, Kind kind);
  void keepSlots(Instruction& instruction, std::vector<uint32_t> slots);
  void branchTo(Instruction& instruction, const std::string& label);
  uint32_t newLabel();
  void finish();
  void layOutSlots();
  void fillImage(uint64_t dynamic_start);
  [[noreturn]] void fail(const std::string& what) const;

  // decode_ops.cpp: families of instructions.
  static const std::unordered_map<std::string, Family>& families();
  void plain(const Statement& statement, const Operation& operation);
  void branch(const Statement&, Modifiers&);
  void finishLanes(const Statement&, Modifiers&);
  void trap(const Statement&, Modifiers&);
  void call(const Statement&, Modifiers&);
  void bindArguments(const Operand& arguments, const std::vector<Declaration>& parameters,
                     Symbols& bound);
  void move(const Statement&, Modifiers&);
  void convertAddress(const Statement&, Modifiers&);
  void testSpace(const Statement&, Modifiers&);
  void convert(const Statement&, Modifiers&);
  void setPredicate(const Statement&, Modifiers&);
  void select(const Statement&, Modifiers&);
  void nothing(const Statement&, Modifiers&);
  void sleep(const Statement&, Modifiers&);

  // decode_memory.cpp.
  void load(const Statement&, Modifiers&);
  void store(const Statement&, Modifiers&);
  void atomic(const Statement&, Modifiers&);
  void copyAsync(const Statement&, Modifiers&);
  void loadMatrix(const Statement&, Modifiers&);
  void mma(const Statement&, Modifiers&);
  void wmma(const Statement&, Modifiers&);
  void wmmaMemory(const Statement&, const std::string& part, const std::string& shape, bool row,
                  Space space);
  void place(Instruction& instruction, const AddressOperand& at, Direction direction,
             uint32_t bytes, int count);
  Kind memoryKind(Space space, bool load) const;

  // decode_warp.cpp.
  void barrier(const Statement&, Modifiers&);
  void shuffle(const Statement&, Modifiers&);
  void vote(const Statement&, Modifiers&);
  void match(const Statement&, Modifiers&);
  void redux(const Statement&, Modifiers&);
  void activeMask(const Statement&, Modifiers&);
  void synchronise(Instruction& instruction, const Operand& members);

  const PtxFile& file_;
  const Function& entry_;
  const Symbols& globals_;
  Kernel& kernel_;
  std::shared_ptr<Program> program_ = std::make_shared<Program>();
  const Statement* current_ = nullptr;
  std::vector<std::string>* unknown_ = nullptr;

  std::vector<Symbols> scopes_;
  std::vector<std::unordered_map<std::string, uint32_t>> label_scopes_;
  std::vector<uint32_t> labels_;                       // label number -> place
  std::vector<std::pair<size_t, uint32_t>> branches_;  // instruction, label number
  std::vector<uint32_t> return_labels_;                // of the calls being inlined
  std::map<std::pair<uint64_t, size_t>, uint32_t> constants_;
  std::map<std::string, uint32_t> specials_;
  struct Dynamic {
    uint32_t slot;
    uint64_t offset;
    size_t bytes;
  };
  std::vector<Dynamic> dynamics_;
  std::vector<RegisterSlot> registers_, fixed_;  // fixed: constants, special registers
  uint32_t next_slot_ = 0;
  uint32_t always_ = 0;                            // the predicate of unguarded instructions
  std::map<std::string, uint64_t> module_shared_;  // address of a module's static shared variable
  uint32_t local_bytes_ = 0;
};

// The dotted parts of a spelling. What nobody has taken in the end is not understood.
struct Decoder::Modifiers {
  explicit Modifiers(const std::string& opcode);
  bool take(const char* name);
  std::string takeAny(std::initializer_list<const char*> names);  // "" if none is there
  std::string takeFirst();
  std::string takeLast();
  std::string takeType();  // the last part that names a type
  Space takeSpace();
  std::vector<std::string> parts;
};

// Gives registers that are never in use at the same time the same place, from `next_slot` on, and
// renames the operands. `moved`: old slot -> new slot, with those of constants already in. Returns
// the end.
uint32_t compactSlots(Program& program, const std::vector<RegisterSlot>& registers, uint32_t always,
                      std::unordered_map<uint32_t, uint32_t>& moved, uint32_t next_slot);

}  // namespace softcuda

#endif
