// Where the lanes of a memory instruction reach: checked, counted, and turned into host addresses.
#ifndef SOFTCUDA_ACCESS_H
#define SOFTCUDA_ACCESS_H

#include "warp.h"

namespace softcuda {

struct Reach {
  uint8_t* origin;  // host address of a lane's access: origin + address
  Pattern::Shape shape;
  const Pattern::Shape* group;           // of each eight lanes, those not in the mask included
  Space space;                           // never kGeneric
  alignas(64) uint64_t address[kLanes];  // a lane not in the mask has the first active lane's
};

// Addresses are operand a plus the offset; the operand's and the access's sizes are the
// instruction's. Throws KernelFault after reporting an address that is out of bounds or misaligned.
void reach(Warp& warp, const Instruction& instruction, Mask mask, Reach& reach);

// The same for addresses already in place, as cp.async and ldmatrix have two or need their own.
void check(Warp& warp, const Instruction& instruction, Mask mask, Space space, uint32_t bytes,
           Reach& reach);

// What `check` has just found, for the counters.
void count(Warp& warp, const Instruction& instruction, Mask mask, Space space);

// Generic accesses whose lanes fall into different spaces: the lanes of the first active lane's
// space.
Mask sameSpace(Warp& warp, const Instruction& instruction, Mask mask);

// shadow.cpp: uninitialised reads and races. Called at level kShadow and above, after the bounds
// were checked.
void shadowRead(Warp& warp, const Instruction& instruction, Mask mask, const Reach& reach,
                uint32_t bytes);
void shadowWrite(Warp& warp, const Instruction& instruction, Mask mask, const Reach& reach,
                 uint32_t bytes);
void shadowAtomic(Warp& warp, const Instruction& instruction, Mask mask, const Reach& reach,
                  uint32_t bytes);
void shadowPending(Warp& warp, uint32_t shared_address, uint32_t bytes, bool pending);

}  // namespace softcuda

#endif
