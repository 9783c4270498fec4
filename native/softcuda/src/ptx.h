// The syntax tree of a PTX text. Names only: what they mean is decided when decoding.
#ifndef SOFTCUDA_PTX_H
#define SOFTCUDA_PTX_H

#include <cstdint>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

namespace softcuda {

// A text that cannot be read or run; becomes code 218 and a line in the JIT log.
struct PtxError : std::runtime_error {
  PtxError(int line_number, const std::string& what)
      : std::runtime_error("line " + std::to_string(line_number) + ": " + what),
        line(line_number) {}
  int line;
};

struct Operand {
  enum Kind {
    kName,
    kInteger,
    kFloat32,
    kFloat64,
    kAddress,
    kVector,
    kPair,
    kNegated,
    kSink
  } kind = kSink;
  std::string name;       // register, variable, label; the base inside [ ]
  int64_t integer = 0;    // value, or the offset inside [ ]
  uint64_t bits = 0;      // of a floating-point literal
  bool has_base = false;  // kAddress: [name+integer] rather than [integer]
  std::vector<Operand>
      elements;  // kVector {a, b}; kPair d|p; kNegated !p; a call's ( ) lists are vectors
};

struct Statement {
  enum Kind { kInstruction, kLabel, kBlock } kind = kInstruction;
  std::string opcode;  // "ld.global.f32"; the label's name for kLabel
  std::string guard;   // predicate register, or empty
  bool guard_negated = false;
  std::vector<Operand> operands;
  std::shared_ptr<struct Scope> block;  // kBlock: { ... }
  int line = 0;
  int source_file = 0, source_line = 0;  // from .loc; 0: none
};

// .reg, .shared, .local, .global, .const or .param declaration.
struct Declaration {
  std::string space;  // "reg", "shared", ...
  std::string type;   // "f32", "b8", "pred"
  std::string name;
  int vector = 1;      // .v2, .v4
  uint32_t range = 0;  // .reg .b32 %r<5>: registers %r0 .. %r4; 0: a single one
  uint64_t count = 1;  // elements: product of [ ] sizes; 0 for [] (extern)
  bool is_array = false;
  uint32_t alignment = 0;
  bool external = false;
  std::vector<Operand> initial;
  int line = 0;
};

struct Scope {
  std::vector<Declaration> declarations;
  std::vector<Statement> statements;
};

struct Function {
  bool entry = false;
  bool has_body = false;
  std::string name;
  std::vector<Declaration> parameters, results;
  Scope body;
  uint32_t max_threads = 0, required_threads[3] = {0, 0, 0}, max_registers = 0;
  int line = 0;
};

struct PtxFile {
  int version = 0, target = 0, address_size = 0;
  std::vector<Declaration> variables;
  std::vector<Function> functions;
  std::vector<std::string> source_files;  // index as in .loc
};

size_t typeBytes(const std::string& type);  // "f32" -> 4, "pred" -> 0; 0 for what is no type
PtxFile parsePtx(const std::string& text);  // throws PtxError

}  // namespace softcuda

#endif
