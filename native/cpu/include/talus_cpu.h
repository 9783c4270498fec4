// The C ABI of Talus's native CPU backend: what Java binds, and all that Java binds.
//
// Every function returns a TalusStatus unless it says otherwise. Nothing here prints, exits or
// throws. Arguments are assumed good: the Java op records have validated shapes, ownership and
// index ranges before the call.
#pragma once

#include <stdint.h>

#if defined(__GNUC__)
#define TALUS_API __attribute__((visibility("default")))
#else
#define TALUS_API
#endif

#ifdef __cplusplus
extern "C" {
#endif

typedef enum TalusStatus {
  TALUS_OK = 0,
  TALUS_OUT_OF_MEMORY =
      1,                  // scratch or output memory could not be had; the outputs are unspecified
  TALUS_UNSUPPORTED = 2,  // the processor lacks the instruction set asked for
  TALUS_UNKNOWN = 3,      // no such instruction set
} TalusStatus;

// Chooses the kernels for one instruction set ("avx512", "avx2", "portable"), or the best of this
// processor (null or "auto"). Until it has been called once with success the kernels in
// talus_cpu_ops.h are null pointers.
TALUS_API int talus_cpu_select(const char* isa);

// The name of the instruction set in use; "" before the first talus_cpu_select.
TALUS_API const char* talus_cpu_isa(void);

// 1 where this processor and this build can run the named instruction set, else 0.
TALUS_API int talus_cpu_supports(const char* isa);

// Bounds the one thread pool, caller included; threads <= 0 means the default. Returns the number
// in effect. The default is the number of processors that this process may run on, less where a
// container's quota is smaller.
TALUS_API int talus_cpu_set_threads(int threads);
TALUS_API int talus_cpu_threads(void);

// 64-byte aligned memory, or null. Large blocks ask for huge pages.
TALUS_API void* talus_cpu_alloc(int64_t bytes);
TALUS_API void talus_cpu_free(void* memory);

// Bytes of scratch memory that the kernels hold between calls.
TALUS_API int64_t talus_cpu_scratch_bytes(void);

// The kernels. Each is a pointer to the variant chosen by talus_cpu_select and is called like a
// function.
#define TALUS_OP(name, ...) TALUS_API extern int (*talus_##name)(__VA_ARGS__);
#include "talus_cpu_ops.h"
#undef TALUS_OP

#ifdef __cplusplus
}
#endif
