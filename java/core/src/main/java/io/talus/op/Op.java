package io.talus.op;

import io.talus.tensor.DeviceArray;
import java.util.function.Consumer;

/** One operation with its operands, ready to run any number of times. */
public interface Op {
  /** The name used in messages and benchmarks, such as {@code gemm}. */
  String name();

  /** Passes every operand that is present to {@code action}. */
  void forEachOperand(Consumer<? super DeviceArray> action);

  /** Floating-point operations of one run, a multiply-add counted as two. */
  long flops();

  /** Bytes that one run must at least move: each input read once, each output written once. */
  long bytes();
}
