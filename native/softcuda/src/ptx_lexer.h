// Words, numbers and punctuation of a PTX text.
#ifndef SOFTCUDA_PTX_LEXER_H
#define SOFTCUDA_PTX_LEXER_H

#include <string>
#include <vector>

#include "ptx.h"

namespace softcuda {

struct Token {
  enum Kind { kWord, kInteger, kFloat32, kFloat64, kString, kPunctuation, kEnd } kind = kEnd;
  std::string text;   // words keep their dots: "ld.global.f32", ".reg", "%tid.x"
  uint64_t bits = 0;  // of a number
  int line = 0;
};

std::vector<Token> lexPtx(const std::string& text);  // throws PtxError; the last token is kEnd

}  // namespace softcuda

#endif
