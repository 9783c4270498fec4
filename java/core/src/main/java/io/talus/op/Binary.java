package io.talus.op;

import io.talus.tensor.DeviceArray;
import io.talus.tensor.Tensor;
import java.util.function.Consumer;

/**
 * A function of two elements: {@code y = f(a, b)}, with b of a's shape or repeated over rows,
 * columns or everything.
 *
 * <p><b>Shapes.</b> a and y rows x columns; b as {@code broadcast} says.
 *
 * <p><b>Aliasing.</b> y may be a, and b where it has a's shape.
 *
 * <p><b>Accuracy.</b> Correctly rounded.
 *
 * <p><b>Cost.</b> One flop an element; reads of a and b, one write.
 */
public record Binary(BinaryFunction function, Broadcast broadcast, Tensor a, Tensor b, Tensor y)
    implements Op {

  public Binary {
    Check.of("binary")
        .together(a, b, y)
        .matrix(y, "y", a.rows(), a.columns())
        .size(b, "b", sizeOfB(broadcast, a))
        .sameOrApart(y, "y", a, "a")
        .that(
            broadcast == Broadcast.SAME_SHAPE || !y.overlaps(b),
            "y and the repeated b share memory")
        .sameOrApart(y, "y", b, "b")
        .orThrow();
  }

  /** {@code y = f(a, b)}, element by element. */
  public Binary(BinaryFunction function, Tensor a, Tensor b, Tensor y) {
    this(function, Broadcast.SAME_SHAPE, a, b, y);
  }

  private static long sizeOfB(Broadcast broadcast, Tensor a) {
    return switch (broadcast) {
      case SAME_SHAPE -> a.size();
      case ROW -> a.columns();
      case COLUMN -> a.rows();
      case SCALAR -> 1;
    };
  }

  @Override
  public String name() {
    return "binary";
  }

  @Override
  public void forEachOperand(Consumer<? super DeviceArray> action) {
    action.accept(a);
    action.accept(b);
    action.accept(y);
  }

  @Override
  public long flops() {
    return a.size();
  }

  @Override
  public long bytes() {
    return a.bytes() + b.bytes() + y.bytes();
  }
}
