package io.talus.op;

import io.talus.tensor.DeviceArray;
import io.talus.tensor.IntTensor;
import io.talus.tensor.Tensor;
import java.util.function.Consumer;

/**
 * The gradient of {@link Embedding}:
 *
 * <pre>
 * dTable[v, :] = sum over the i, j with first[j] + ids[i, j] = v of dY[i, j, :]
 * </pre>
 *
 * <p>Sums are taken in the order of the ids, row after row, so they have the same bits run after
 * run and on any number of threads. All of dTable is written, 0 where no id points: optimizers run
 * over all parameters. Next idea: a list of the rows met, and updates of those alone.
 *
 * <p><b>Shapes.</b> Those of {@link Embedding}; dY of y, dTable of table, with fewer than 2^31
 * rows.
 *
 * <p><b>Edge cases.</b> What is none of its column's ids has no part. A NaN or infinity in dY
 * spoils its own element of dTable.
 *
 * <p><b>Aliasing.</b> dTable shares no memory with anything.
 *
 * <p><b>Accuracy.</b> Each within 34 eps times the sum of |dY| that it is of, however many: 32 at a
 * time are added in float, those sums in double.
 *
 * <p><b>Cost.</b> A write of dTable, a read of dY, and eight bytes of scratch memory a row of the
 * table. On a GPU, besides, for each id that occurs more than once a pass over the ids from its
 * first place to its last, by 32 threads: at most about {@code n^2 / 200} steps of those for n ids,
 * which is where each occurs two or three times. An id that is most of all is added up by few
 * threads on every backend.
 */
public record EmbeddingGradient(Tensor dY, Tensor ids, IntTensor spans, Tensor dTable)
    implements Op {

  public EmbeddingGradient {
    Check.of("embeddingGradient")
        .together(dY, ids, spans, dTable)
        .size(dY, "dY", ids.size() * dTable.columns())
        .spans(spans, ids, dTable, "dTable")
        .apart(dTable, "dTable", dY, "dY")
        .apart(dTable, "dTable", ids, "ids")
        .apart(dTable, "dTable", spans, "spans")
        .orThrow();
  }

  @Override
  public String name() {
    return "embeddingGradient";
  }

  @Override
  public void forEachOperand(Consumer<? super DeviceArray> action) {
    action.accept(dY);
    action.accept(ids);
    action.accept(spans);
    action.accept(dTable);
  }

  @Override
  public long flops() {
    return dY.size();
  }

  @Override
  public long bytes() {
    return dTable.bytes() + dY.bytes() + ids.bytes() + spans.bytes();
  }
}
