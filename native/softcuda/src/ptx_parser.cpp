#include <algorithm>
#include <cstring>

#include "ptx.h"
#include "ptx_lexer.h"

namespace softcuda {
namespace {

bool isSpace(const std::string& word) {
  static const char* const kSpaces[] = {".reg", ".shared", ".local", ".global", ".const", ".param"};
  return std::any_of(std::begin(kSpaces), std::end(kSpaces),
                     [&](const char* s) { return word == s; });
}

class Parser {
 public:
  explicit Parser(const std::string& text) : tokens_(lexPtx(text)) {}

  PtxFile run() {
    while (peek().kind != Token::kEnd) topLevel();
    if (file_.version == 0) fail(".version is missing");
    if (file_.target == 0) fail(".target is missing");
    return std::move(file_);
  }

 private:
  // Tokens.
  const Token& peek(size_t ahead = 0) const {
    return tokens_[std::min(at_ + ahead, tokens_.size() - 1)];
  }
  bool is(const char* text, size_t ahead = 0) const {
    return peek(ahead).kind != Token::kString && peek(ahead).text == text &&
           peek(ahead).kind != Token::kEnd;
  }
  Token take() {
    Token token = peek();
    if (token.kind == Token::kEnd) fail("the text ends too early");
    ++at_;
    return token;
  }
  bool accept(const char* text) {
    if (!is(text)) return false;
    ++at_;
    return true;
  }
  void expect(const char* text) {
    if (!accept(text)) fail(std::string("expected '") + text + "' but found '" + peek().text + "'");
  }
  std::string word() {
    if (peek().kind != Token::kWord) fail("expected a name but found '" + peek().text + "'");
    return take().text;
  }
  uint64_t integer() {
    bool negative = accept("-");
    if (peek().kind != Token::kInteger)
      fail("expected a whole number but found '" + peek().text + "'");
    uint64_t value = take().bits;
    return negative ? 0 - value : value;
  }
  [[noreturn]] void fail(const std::string& what) const { throw PtxError(peek().line, what); }

  // Top level.
  void topLevel() {
    if (accept(";")) return;
    if (directive()) return;
    bool external = false;
    while (is(".visible") || is(".extern") || is(".weak") || is(".common")) {
      external |= is(".extern");
      ++at_;
    }
    if (is(".entry") || is(".func")) {
      function();
    } else if (peek().kind == Token::kWord && isSpace(peek().text)) {
      declarations(file_.variables, external, ";");
      expect(";");
    } else {
      fail("unexpected '" + peek().text + "'");
    }
  }

  // Directives without influence on what runs, and the three at the head.
  bool directive() {
    if (accept(".version")) {
      version();
    } else if (accept(".target")) {
      target();
    } else if (accept(".address_size")) {
      if (integer() != 64) fail("only .address_size 64 is known");
    } else if (accept(".file")) {
      sourceFile();
    } else if (accept(".pragma") || is(".alias")) {
      while (!accept(";")) take();
    } else if (accept(".section")) {
      while (!accept("}")) take();
    } else {
      return false;
    }
    return true;
  }

  void version() {
    std::string text = take().text;
    size_t dot = text.find('.');
    if (dot == std::string::npos) fail("bad .version " + text);
    file_.version = std::atoi(text.c_str()) * 10 + std::atoi(text.c_str() + dot + 1);
  }

  void target() {
    std::string text = word();
    if (text.compare(0, 3, "sm_") != 0) fail("bad .target " + text);
    file_.target = std::atoi(text.c_str() + 3);
    while (accept(",")) word();
  }

  void sourceFile() {
    size_t index = integer();
    if (index > 65535) fail("bad .file number");
    if (file_.source_files.size() <= index) file_.source_files.resize(index + 1);
    file_.source_files[index] = take().text;
    while (accept(",")) take();
  }

  // .reg .b32 %r<5>, %x;   .shared .align 4 .b8 name[1024];   .global .f32 x = 0f3F800000;
  void declarations(std::vector<Declaration>& out, bool external, const char*) {
    Declaration first;
    first.line = peek().line;
    first.external = external;
    first.space = word().substr(1);
    for (;;) {
      if (accept(".align")) {
        first.alignment = static_cast<uint32_t>(integer());
      } else if (is(".v2") || is(".v4")) {
        first.vector = take().text == ".v2" ? 2 : 4;
      } else if (accept(".ptr") || is(".global") || is(".shared") || is(".const") || is(".local")) {
        if (peek().text[0] == '.' && isSpace(peek().text)) take();
      } else {
        break;
      }
    }
    first.type = word().substr(1);
    if (typeBytes(first.type) == 0 && first.type != "pred") fail("unknown type ." + first.type);
    skipPointerNotes(first);
    do {
      out.push_back(declared(first));
    } while (accept(",") && !isSpace(peek().text));
  }

  // `.param .u64 .ptr .global .align 4 name`
  void skipPointerNotes(Declaration&) {
    if (!accept(".ptr")) return;
    while (peek().text[0] == '.') {
      if (take().text == ".align") integer();
    }
  }

  Declaration declared(Declaration declaration) {
    declaration.name = word();
    if (accept("<")) {
      declaration.range = static_cast<uint32_t>(integer());
      expect(">");
    }
    while (accept("[")) {
      declaration.is_array = true;
      declaration.count *= is("]") ? 0 : integer();
      expect("]");
    }
    if (accept("=")) initializer(declaration);
    return declaration;
  }

  void initializer(Declaration& declaration) {
    if (!accept("{")) {
      declaration.initial.push_back(operand());
      return;
    }
    while (!accept("}")) {
      if (is("{")) {
        initializer(declaration);
      } else {
        declaration.initial.push_back(operand());
      }
      accept(",");
    }
  }

  // Functions.
  void function() {
    Function function;
    function.line = peek().line;
    function.entry = take().text == ".entry";
    if (is("(")) parameterList(function.results);
    function.name = word();
    if (is("(")) parameterList(function.parameters);
    while (peek().text[0] == '.') performanceDirective(function);
    if (accept("{")) {
      function.has_body = true;
      scope(function.body);
    } else {
      expect(";");
    }
    file_.functions.push_back(std::move(function));
  }

  void parameterList(std::vector<Declaration>& out) {
    expect("(");
    while (!accept(")")) {
      declarations(out, false, ")");
      accept(",");
    }
  }

  void performanceDirective(Function& function) {
    std::string name = word();
    uint32_t values[3] = {1, 1, 1};
    if (peek().kind == Token::kInteger) {
      int count = 0;
      do {
        uint32_t value = static_cast<uint32_t>(integer());
        if (count < 3) values[count++] = value;
      } while (accept(","));
    }
    if (name == ".maxntid") {
      function.max_threads = values[0] * values[1] * values[2];
    } else if (name == ".reqntid") {
      std::copy(values, values + 3, function.required_threads);
      function.max_threads = values[0] * values[1] * values[2];
    } else if (name == ".maxnreg") {
      function.max_registers = values[0];
    } else if (name == ".pragma") {
      while (!accept(";")) take();
    } else if (name != ".minnctapersm" && name != ".noreturn") {
      fail("unknown directive " + name);
    }
  }

  // Up to and with the closing brace.
  void scope(Scope& scope) {
    while (!accept("}")) bodyItem(scope);
  }

  void bodyItem(Scope& scope) {
    if (accept(";")) return;
    if (accept("{")) {
      Statement block;
      block.kind = Statement::kBlock;
      block.line = peek().line;
      block.block = std::make_shared<Scope>();
      this->scope(*block.block);
      scope.statements.push_back(std::move(block));
    } else if (isSpace(peek().text)) {
      declarations(scope.declarations, false, ";");
      expect(";");
    } else if (accept(".loc")) {
      location();
    } else if (!directive()) {
      labelOrInstruction(scope);
    }
  }

  // .loc file line column [, function_name symbol [+ offset], inlined_at file line column]
  void location() {
    source_file_ = static_cast<int>(integer());
    source_line_ = static_cast<int>(integer());
    integer();
    while (accept(",")) {
      word();
      while (peek().kind == Token::kInteger || is("+") || peek().text.compare(0, 2, "$L") == 0) {
        if (is(":", 1)) return;
        take();
      }
    }
  }

  void labelOrInstruction(Scope& scope) {
    Statement statement;
    statement.line = peek().line;
    if (is(":", 1)) {
      statement.kind = Statement::kLabel;
      statement.opcode = word();
      expect(":");
    } else {
      instruction(statement);
    }
    scope.statements.push_back(std::move(statement));
  }

  void instruction(Statement& statement) {
    statement.source_file = source_file_;
    statement.source_line = source_line_;
    if (accept("@")) {
      statement.guard_negated = accept("!");
      statement.guard = word();
    }
    statement.opcode = word();
    if (accept(";")) return;
    do {
      statement.operands.push_back(operand());
    } while (accept(","));
    expect(";");
  }

  // Operands.
  Operand operand() {
    Operand operand;
    if (is("{") || is("(")) return list();
    if (is("[")) return address();
    if (accept("!")) {
      operand.kind = Operand::kNegated;
      operand.name = word();
      return operand;
    }
    if (peek().kind == Token::kWord) return named();
    if (peek().kind == Token::kFloat32 || peek().kind == Token::kFloat64) {
      operand.kind = peek().kind == Token::kFloat32 ? Operand::kFloat32 : Operand::kFloat64;
      operand.bits = take().bits;
      return operand;
    }
    operand.kind = Operand::kInteger;
    operand.integer = static_cast<int64_t>(integer());
    return operand;
  }

  Operand named() {
    Operand operand;
    operand.name = word();
    operand.kind = operand.name == "_" ? Operand::kSink : Operand::kName;
    if (accept("+")) {
      operand.integer = static_cast<int64_t>(integer());
    } else if (accept("|")) {
      Operand pair;
      pair.kind = Operand::kPair;
      pair.elements = {operand, named()};
      return pair;
    }
    return operand;
  }

  Operand list() {
    Operand vector;
    vector.kind = Operand::kVector;
    const char* close = take().text == "{" ? "}" : ")";
    while (!accept(close)) {
      vector.elements.push_back(operand());
      if (!is(close)) expect(",");
    }
    return vector;
  }

  Operand address() {
    Operand address;
    address.kind = Operand::kAddress;
    expect("[");
    if (peek().kind == Token::kWord) {
      address.has_base = true;
      address.name = word();
      if (accept("+") || is("-")) address.integer = static_cast<int64_t>(integer());
    } else {
      address.integer = static_cast<int64_t>(integer());
    }
    expect("]");
    return address;
  }

  std::vector<Token> tokens_;
  size_t at_ = 0;
  int source_file_ = 0, source_line_ = 0;
  PtxFile file_;
};

}  // namespace

size_t typeBytes(const std::string& type) {
  if (type.size() < 2 || std::strchr("bsuf", type[0]) == nullptr) return 0;
  std::string digits = type.substr(1);
  if (digits == "8") return 1;
  if (digits == "16") return 2;
  if (digits == "32" || digits == "16x2") return 4;
  if (digits == "64") return 8;
  return 0;
}

PtxFile parsePtx(const std::string& text) { return Parser(text).run(); }

}  // namespace softcuda
