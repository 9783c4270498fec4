package io.talus.op;

import io.talus.tensor.DeviceArray;
import io.talus.tensor.IntTensor;
import io.talus.tensor.Tensor;
import java.util.function.Consumer;

/**
 * Vectors by their ids, which are whole numbers in a float tensor, as a network's input has them:
 *
 * <pre>
 * y[i, j, :] = table[first[j] + ids[i, j], :]
 * </pre>
 *
 * <p>Column j of the ids has the rows {@code first[j]} to {@code end[j] - 1} of the table: spans
 * apart are vocabularies of their own, spans alike one that columns share.
 *
 * <p><b>Shapes.</b> ids n x columns, fewer than 2^31; spans columns x 2, {@code first} and {@code
 * end} of each, made by {@code labels(rows of table + 1, ...)}; table any number of rows x
 * dimensions; y has n x columns x dimensions elements.
 *
 * <p><b>Edge cases.</b> An id is one of 0 to {@link #IDS}{@code - 1}, which float32 has exactly; -0
 * is 0. What is none of its column's ids (negative, {@code end - first} or more, with a fraction,
 * NaN, infinite) gives a row of NaN, and reads no memory: a loss made of it is not finite, so that
 * it is found. No op can throw for an element without waiting for the device.
 *
 * <p><b>Aliasing.</b> y shares no memory with anything.
 *
 * <p><b>Accuracy.</b> Every bit arrives.
 *
 * <p><b>Cost.</b> One read and one write of the rows taken.
 */
public record Embedding(Tensor table, Tensor ids, IntTensor spans, Tensor y) implements Op {
  /** Ids are below this: 2^24, up to which every whole number is a float. */
  public static final int IDS = 1 << 24;

  public Embedding {
    Check.of("embedding")
        .together(table, ids, spans, y)
        .size(y, "y", ids.size() * table.columns())
        .spans(spans, ids, table, "table")
        .apart(y, "y", table, "table")
        .apart(y, "y", ids, "ids")
        .apart(y, "y", spans, "spans")
        .orThrow();
  }

  @Override
  public String name() {
    return "embedding";
  }

  @Override
  public void forEachOperand(Consumer<? super DeviceArray> action) {
    action.accept(table);
    action.accept(ids);
    action.accept(spans);
    action.accept(y);
  }

  @Override
  public long flops() {
    return 0;
  }

  @Override
  public long bytes() {
    return 2 * y.bytes() + ids.bytes() + spans.bytes();
  }
}
