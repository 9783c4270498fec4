// Decoding of barriers and of instructions in which lanes see each other.
#include "decode.h"

namespace softcuda {

void Decoder::synchronise(Instruction& instruction, const Operand& members) {
  instruction.flow = Flow::kWarpSync;
  instruction.members = source(members, 4);
}

// bar{.cta}.sync a{, b};  bar.arrive a, b;  bar.red.{popc.u32,and.pred,or.pred} d, a{, b}, {!}c;
// bar.warp.sync mask
void Decoder::barrier(const Statement& statement, Modifiers& modifiers) {
  const std::vector<Operand>& operands = statement.operands;
  modifiers.take("cta");
  modifiers.take("aligned");
  if (modifiers.take("warp")) {
    if (!modifiers.take("sync") || operands.size() != 1) fail("bad bar.warp");
    Instruction& instruction = emit(statement, noOperation(), Kind::kWarp);
    synchronise(instruction, operands[0]);
    instruction.handler =
        nullptr;  // tells it from the other .sync instructions: several places may meet
    return;
  }
  if (modifiers.take("red")) {
    std::string operation = modifiers.takeFirst(), type = modifiers.takeType();
    if (operands.size() < 3 || operands.size() > 4) fail("bad bar.red");
    Instruction& instruction = emit(statement, barrierReduce(), Kind::kBarrier);
    instruction.flow = Flow::kBarrier;
    instruction.d = destination(operands[0], type == "pred" ? 0 : 4);
    instruction.a = source(operands[1], 4);
    if (operands.size() == 4) instruction.b = source(operands[2], 4);
    instruction.c = predicate(operands.back(), &instruction.members);
    instruction.offset = operation == "popc"  ? kBarrierPopc
                         : operation == "and" ? kBarrierAnd
                                              : kBarrierOr;
    return;
  }
  const bool arrives = modifiers.take("arrive");
  if ((!arrives && !modifiers.take("sync")) || operands.empty() || operands.size() > 2)
    fail("bad bar");
  Instruction& instruction = emit(statement, barrierSync(), Kind::kBarrier);
  if (!arrives) instruction.flow = Flow::kBarrier;
  instruction.a = source(operands[0], 4);
  if (operands.size() == 2) instruction.b = source(operands[1], 4);
}

// shfl.sync.mode.b32 d{|p}, a, b, c, members
void Decoder::shuffle(const Statement& statement, Modifiers& modifiers) {
  const std::vector<Operand>& operands = statement.operands;
  bool known = modifiers.take("sync") & modifiers.take("b32");
  if (!known || operands.size() != 5) fail("bad shfl");
  Instruction& instruction = emit(statement, shuffleHandler(modifiers.takeFirst()), Kind::kWarp);
  const bool pair = operands[0].kind == Operand::kPair;
  instruction.d = destination(pair ? operands[0].elements[0] : operands[0], 4);
  if (pair && operands[0].elements[1].kind != Operand::kSink)
    instruction.d2 = destination(operands[0].elements[1], 0);
  instruction.a = source(operands[1], 4);
  instruction.b = source(operands[2], 4);
  instruction.c = source(operands[3], 4);
  synchronise(instruction, operands[4]);
}

// vote.sync.{all,any,uni}.pred d, {!}a, members;  vote.sync.ballot.b32 d, {!}a, members
void Decoder::vote(const Statement& statement, Modifiers& modifiers) {
  const std::vector<Operand>& operands = statement.operands;
  bool known = modifiers.take("sync");
  bool ballot = modifiers.takeType() == "b32";
  if (!known || operands.size() != 3) fail("bad vote");
  Instruction& instruction = emit(statement, voteHandler(modifiers.takeFirst()), Kind::kWarp);
  instruction.d = destination(operands[0], ballot ? 4 : 0);
  instruction.a = predicate(operands[1], &instruction.c);
  synchronise(instruction, operands[2]);
}

void Decoder::match(const Statement& statement, Modifiers& modifiers) {
  const std::vector<Operand>& operands = statement.operands;
  bool known = modifiers.take("sync");
  size_t bytes = typeBytes(modifiers.takeType());
  if (!known || operands.size() != 3 || bytes < 4) fail("bad match");
  Instruction& instruction =
      emit(statement, matchHandler(modifiers.takeFirst(), bytes), Kind::kWarp);
  const bool pair = operands[0].kind == Operand::kPair;
  instruction.d = destination(pair ? operands[0].elements[0] : operands[0], 4);
  if (pair && operands[0].elements[1].kind != Operand::kSink)
    instruction.d2 = destination(operands[0].elements[1], 0);
  instruction.a = source(operands[1], bytes);
  synchronise(instruction, operands[2]);
}

void Decoder::redux(const Statement& statement, Modifiers& modifiers) {
  const std::vector<Operand>& operands = statement.operands;
  bool known = modifiers.take("sync");
  std::string type = modifiers.takeType();
  if (!known || operands.size() != 3) fail("bad redux");
  Instruction& instruction =
      emit(statement, reduxHandler(modifiers.takeFirst(), type), Kind::kWarp);
  instruction.d = destination(operands[0], 4);
  instruction.a = source(operands[1], 4);
  synchronise(instruction, operands[2]);
}

void Decoder::activeMask(const Statement& statement, Modifiers& modifiers) {
  modifiers.takeType();
  if (statement.operands.size() != 1) fail("bad activemask");
  emit(statement, activeMaskHandler(), Kind::kWarp).d = destination(statement.operands[0], 4);
}

}  // namespace softcuda
