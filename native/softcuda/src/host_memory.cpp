#include "host_memory.h"

#include <sys/mman.h>
#include <unistd.h>

#include <vector>

#include "memory.h"

namespace softcuda {
namespace {

constexpr size_t kPiece = size_t{1} << 20;  // a multiple of every page size

size_t pageBytes() { return static_cast<size_t>(sysconf(_SC_PAGESIZE)); }

size_t wholePages(size_t bytes) { return (bytes + pageBytes() - 1) / pageBytes() * pageBytes(); }

int makePoisonedFile() {
  const int file = memfd_create("softcuda-poison", MFD_CLOEXEC);
  if (file < 0) return file;
  const std::vector<char> poison(kPiece, static_cast<char>(Memory::kPoison));
  if (write(file, poison.data(), kPiece) == static_cast<ssize_t>(kPiece)) return file;
  close(file);
  return -1;
}

}  // namespace

void* allocatePageLocked(size_t bytes) {
  static const int file = makePoisonedFile();
  const size_t size = wholePages(bytes), reserved = size + pageBytes();
  if (file < 0 || reserved < bytes) return nullptr;
  void* start = mmap(nullptr, reserved, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (start == MAP_FAILED) return nullptr;
  for (size_t at = 0; at < size; at += kPiece) {
    const size_t piece = size - at < kPiece ? size - at : kPiece;
    void* place = static_cast<char*>(start) + at;
    if (mmap(place, piece, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_FIXED, file, 0) ==
        MAP_FAILED) {
      munmap(start, reserved);
      return nullptr;
    }
  }
  return start;
}

void freePageLocked(void* address, size_t bytes) {
  munmap(address, wholePages(bytes) + pageBytes());
}

}  // namespace softcuda
