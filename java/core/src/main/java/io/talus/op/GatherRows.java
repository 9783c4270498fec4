package io.talus.op;

import io.talus.tensor.DeviceArray;
import io.talus.tensor.IntTensor;
import io.talus.tensor.Tensor;
import java.util.function.Consumer;

/**
 * Rows of a table by their numbers: {@code y[i, :] = table[indices[i], :]}.
 *
 * <p><b>Shapes.</b> table any number of rows x columns; y one row for each index.
 *
 * <p><b>Aliasing.</b> y shares no memory with table or indices.
 *
 * <p><b>Cost.</b> One read and one write of the rows taken.
 */
public record GatherRows(Tensor table, IntTensor indices, Tensor y) implements Op {

  public GatherRows {
    Check.of("gatherRows")
        .together(table, indices, y)
        .matrix(y, "y", indices.size(), table.columns())
        .that(
            indices.bound() != IntTensor.UNBOUNDED
                && indices.exempt() == 0
                && indices.bound() <= table.rows(),
            "indices must be labels below %s, the rows of table; their bound is %s",
            table.rows(),
            indices.bound())
        .apart(y, "y", table, "table")
        .apart(y, "y", indices, "indices")
        .orThrow();
  }

  @Override
  public String name() {
    return "gatherRows";
  }

  @Override
  public void forEachOperand(Consumer<? super DeviceArray> action) {
    action.accept(table);
    action.accept(indices);
    action.accept(y);
  }

  @Override
  public long flops() {
    return 0;
  }

  @Override
  public long bytes() {
    return 2 * y.bytes() + indices.bytes();
  }
}
