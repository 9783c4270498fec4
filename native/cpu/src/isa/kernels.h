// Declares every kernel of talus_cpu_ops.h once more, in the namespace of the instruction set being
// compiled.
//
// Each .cpp in this folder is compiled once per instruction set with TALUS_ISA defined to its name
// and the compiler flags to match. Keep templates and inline functions of the standard library out
// of these files: the linker keeps one copy of an inline function, and it may be the copy that
// needs AVX-512.
#pragma once

#include <stdint.h>

#include "../runtime/codes.h"
#include "talus_cpu.h"

namespace talus::TALUS_ISA {

#define TALUS_OP(name, ...) int name(__VA_ARGS__);
#include "talus_cpu_ops.h"
#undef TALUS_OP

}  // namespace talus::TALUS_ISA
