// Page-locked host memory, as a driver hands it out: full of NaNs until it is written.
//
// Callers ask for megabytes and use kilobytes, so it is made of pages of one file full of NaNs;
// only a page that is written becomes one of its own. The page after the memory may not be touched.
#ifndef SOFTCUDA_HOST_MEMORY_H
#define SOFTCUDA_HOST_MEMORY_H

#include <cstddef>

namespace softcuda {

void* allocatePageLocked(size_t bytes);  // null: no memory
void freePageLocked(void* address, size_t bytes);

}  // namespace softcuda

#endif
