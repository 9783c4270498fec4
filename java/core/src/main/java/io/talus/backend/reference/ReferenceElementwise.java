package io.talus.backend.reference;

import io.talus.op.Axpby;
import io.talus.op.Binary;
import io.talus.op.BinaryFunction;
import io.talus.op.Copy;
import io.talus.op.Fill;
import io.talus.op.GatherRows;
import io.talus.op.SwapAxes;
import io.talus.op.TransposeMatrix;
import io.talus.op.Unary;
import io.talus.op.UnaryFunction;
import io.talus.tensor.HostMemory;

/** One element after the other: fill, copy, functions of one and of two values, rearrangements. */
final class ReferenceElementwise {
  private ReferenceElementwise() {}

  static void run(Fill op) {
    Floats y = Floats.of(op.y());
    for (long i = 0; i < op.y().size(); i++) {
      y.set(i, op.value());
    }
  }

  /** As integers, so that no NaN changes its bits. */
  static void run(Copy op) {
    HostMemory x = (HostMemory) op.x().memory();
    HostMemory y = (HostMemory) op.y().memory();
    for (long i = 0; i < op.x().size(); i++) {
      y.setInt(op.y().offset() + i, x.getInt(op.x().offset() + i));
    }
  }

  static void run(Unary op) {
    Floats x = Floats.of(op.x());
    Floats y = Floats.of(op.y());
    for (long i = 0; i < op.x().size(); i++) {
      y.set(i, apply(op.function(), x.get(i)));
    }
  }

  private static double apply(UnaryFunction function, double x) {
    return switch (function) {
      case NEGATE -> -x;
      case ABS -> Math.abs(x);
      case SQUARE -> x * x;
      case SQRT -> Math.sqrt(x);
      case RECIPROCAL -> 1 / x;
      case EXP -> Math.exp(x);
      case LOG -> Math.log(x);
      case RELU -> Functions.relu(x);
      case GELU -> Functions.gelu(x);
      case TANH -> Math.tanh(x);
      case SIGMOID -> Functions.sigmoid(x);
    };
  }

  static void run(Binary op) {
    Floats a = Floats.of(op.a());
    Floats b = Floats.of(op.b());
    Floats y = Floats.of(op.y());
    for (long i = 0; i < op.a().rows(); i++) {
      for (long j = 0; j < op.a().columns(); j++) {
        float second =
            switch (op.broadcast()) {
              case SAME_SHAPE -> b.get(i * op.a().columns() + j);
              case ROW -> b.get(j);
              case COLUMN -> b.get(i);
              case SCALAR -> b.get(0);
            };
        y.set(i, j, apply(op.function(), a.get(i, j), second));
      }
    }
  }

  /** Rounding the double result once more gives the correctly rounded float result. */
  private static double apply(BinaryFunction function, double a, double b) {
    return switch (function) {
      case ADD -> a + b;
      case SUBTRACT -> a - b;
      case MULTIPLY -> a * b;
      case DIVIDE -> a / b;
      case MAXIMUM -> Math.max(a, b);
      case MINIMUM -> Math.min(a, b);
    };
  }

  static void run(Axpby op) {
    Floats x = Floats.of(op.x());
    Floats y = Floats.of(op.y());
    for (long i = 0; i < op.x().size(); i++) {
      double before = op.beta() == 0 ? 0 : (double) op.beta() * y.get(i);
      y.set(i, (double) op.alpha() * x.get(i) + before);
    }
  }

  static void run(TransposeMatrix op) {
    Floats x = Floats.of(op.x());
    Floats y = Floats.of(op.y());
    for (long i = 0; i < op.x().rows(); i++) {
      for (long j = 0; j < op.x().columns(); j++) {
        y.set(j, i, x.get(i, j));
      }
    }
  }

  static void run(SwapAxes op) {
    Floats x = Floats.of(op.x());
    Floats y = Floats.of(op.y());
    long outer = op.x().shape().length(0);
    long inner = op.x().shape().length(1);
    for (long i = 0; i < outer; i++) {
      for (long j = 0; j < inner; j++) {
        for (long k = 0; k < op.x().columns(); k++) {
          y.set(j * outer + i, k, x.get(i * inner + j, k));
        }
      }
    }
  }

  static void run(GatherRows op) {
    Floats table = Floats.of(op.table());
    Floats y = Floats.of(op.y());
    for (long i = 0; i < op.indices().size(); i++) {
      int row = Floats.get(op.indices(), i);
      for (long j = 0; j < op.table().columns(); j++) {
        y.set(i, j, table.get(row, j));
      }
    }
  }
}
