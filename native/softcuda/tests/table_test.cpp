// Every instruction of every .ptx file in the trials' folder, and in the folders given, is one the
// interpreter knows.
#include <dirent.h>

#include <algorithm>

#include "testing.h"

using namespace softcuda;
using namespace softcuda::testing;

namespace {

int checkFolder(const std::string& folder) {
  DIR* directory = opendir(folder.c_str());
  CHECK(directory != nullptr);
  if (directory == nullptr) return 0;
  int files = 0;
  while (const dirent* entry = readdir(directory)) {
    const std::string name = entry->d_name;
    if (name.size() < 5 || name.compare(name.size() - 4, 4, ".ptx") != 0) continue;
    ++files;
    for (const std::string& unknown : unknownInstructions(readFile(folder + "/" + name))) {
      std::fprintf(stderr, "%s: %s\n", name.c_str(), unknown.c_str());
      ++failures;
    }
  }
  closedir(directory);
  return files;
}

// The test is worth something only if it finds what is unknown.
void testFinds() {
  auto unknown = unknownInstructions(
      ".version 7.0\n.target sm_80\n.address_size 64\n.visible .entry k() {\n.reg .b32 "
      "%r<3>;\nadd.s32 %r1, %r1, 1;\n"
      "frobnicate.u32 %r1;\nadd.s128 %r1, %r1, 1;\nret;\n}\n");
  CHECK(unknown.size() == 2);
  CHECK(unknown.size() == 2 && unknown[0].find("frobnicate.u32 (line 7") == 0);
}

}  // namespace

int main(int count, char** folders) {
  CHECK(checkFolder(SOFTCUDA_TRIALS) >= 2);
  for (int k = 1; k < count; ++k) CHECK(checkFolder(folders[k]) > 0);
  testFinds();
  return finish();
}
