#include "ptx_lexer.h"

#include <cctype>
#include <cstdlib>
#include <cstring>

namespace softcuda {
namespace {

class Lexer {
 public:
  explicit Lexer(const std::string& text) : text_(text) {}

  std::vector<Token> run() {
    while (skipBlank()) next();
    push(Token::kEnd, "");
    return std::move(tokens_);
  }

 private:
  bool at(size_t offset, char c) const {
    return at_ + offset < text_.size() && text_[at_ + offset] == c;
  }

  void push(Token::Kind kind, const std::string& text, uint64_t bits = 0) {
    tokens_.push_back({kind, text, bits, line_});
  }

  // To the next token's first character; false at the end.
  bool skipBlank() {
    while (at_ < text_.size()) {
      char c = text_[at_];
      if (c == '\n') ++line_;
      if (std::isspace(static_cast<unsigned char>(c))) {
        ++at_;
      } else if (c == '/' && at(1, '/')) {
        while (at_ < text_.size() && text_[at_] != '\n') ++at_;
      } else if (c == '/' && at(1, '*')) {
        skipComment();
      } else {
        return c != '\0';
      }
    }
    return false;
  }

  void skipComment() {
    size_t end = text_.find("*/", at_ + 2);
    if (end == std::string::npos) throw PtxError(line_, "comment without end");
    for (; at_ < end + 2; ++at_) {
      if (text_[at_] == '\n') ++line_;
    }
  }

  static bool isWord(char c) {
    return std::isalnum(static_cast<unsigned char>(c)) || c == '_' || c == '$' || c == '%' ||
           c == '.';
  }

  void next() {
    char c = text_[at_];
    if (std::isdigit(static_cast<unsigned char>(c))) return number();
    if (isWord(c)) return word();
    if (c == '"') return string();
    if (std::strchr("{}[]()<>,;:@!|+-=*&~^?/", c) == nullptr) {
      throw PtxError(line_, std::string("unexpected character '") + c + "'");
    }
    push(Token::kPunctuation, std::string(1, c));
    ++at_;
  }

  void word() {
    size_t start = at_;
    while (at_ < text_.size() && (isWord(text_[at_]) || (at(0, ':') && at(1, ':')))) {
      at_ += text_[at_] == ':' ? 2 : 1;
    }
    std::string text = text_.substr(start, at_ - start);
    if (text.compare(0, 5, ".reg.") == 0) {  // CUDA's headers write .reg.b32 without a blank
      push(Token::kWord, ".reg");
      text.erase(0, 4);
    }
    push(Token::kWord, text);
  }

  void string() {
    size_t end = text_.find('"', at_ + 1);
    if (end == std::string::npos) throw PtxError(line_, "string without end");
    push(Token::kString, text_.substr(at_ + 1, end - at_ - 1));
    at_ = end + 1;
  }

  // 12, 0x1F, 017, 0b101, 12U, 0f3F800000, 0d3FF0000000000000, 1.5
  void number() {
    size_t start = at_;
    while (at_ < text_.size() && isWord(text_[at_])) ++at_;
    std::string text = text_.substr(start, at_ - start);
    char prefix =
        text.size() > 1 && text[0] == '0' ? static_cast<char>(std::tolower(text[1])) : ' ';
    if (prefix == 'f' || prefix == 'd') {
      push(prefix == 'f' ? Token::kFloat32 : Token::kFloat64, text, parse(text.substr(2), 16));
    } else if (text.find('.') != std::string::npos) {
      decimal(text);
    } else {
      while (text.back() == 'U' || text.back() == 'L') text.pop_back();
      bool hex = prefix == 'x', binary = prefix == 'b';
      int base = hex ? 16 : binary ? 2 : text[0] == '0' ? 8 : 10;
      push(Token::kInteger, text, parse(hex || binary ? text.substr(2) : text, base));
    }
  }

  // "7.0" is a version number as often as a floating-point literal: the text is kept.
  void decimal(const std::string& text) {
    char* end = nullptr;
    double value = std::strtod(text.c_str(), &end);
    if (*end != '\0') throw PtxError(line_, "bad number " + text);
    uint64_t bits;
    std::memcpy(&bits, &value, sizeof bits);
    push(Token::kFloat64, text, bits);
  }

  uint64_t parse(const std::string& digits, int base) {
    char* end = nullptr;
    uint64_t value = std::strtoull(digits.c_str(), &end, base);
    if (digits.empty() || *end != '\0') throw PtxError(line_, "bad number " + digits);
    return value;
  }

  const std::string& text_;
  size_t at_ = 0;
  int line_ = 1;
  std::vector<Token> tokens_;
};

}  // namespace

std::vector<Token> lexPtx(const std::string& text) { return Lexer(text).run(); }

}  // namespace softcuda
