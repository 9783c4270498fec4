// What is told when the process ends: leaks and counters.
#ifndef SOFTCUDA_EXIT_H
#define SOFTCUDA_EXIT_H

#include "launch.h"

namespace softcuda {

void atExit();  // registers what is to be done then; once
void recordLaunch(const Launch& launch, const Counters& counters);

}  // namespace softcuda

#endif
