package io.talus.op;

import io.talus.tensor.DeviceArray;
import io.talus.tensor.Tensor;
import java.util.function.Consumer;

/**
 * The similarity of every row of a with every row of b: {@code y[i, j] = measure(a[i], b[j])}.
 *
 * <p><b>Shapes.</b> a rowsA x columns, b rowsB x columns, y rowsA x rowsB. a and b may be the same.
 *
 * <p><b>Edge cases.</b> As {@link SimilarityMeasure} has them; a row with NaN gives NaN against
 * every row.
 *
 * <p><b>Aliasing.</b> y shares no memory with a or b.
 *
 * <p><b>Accuracy.</b> DOT: tolerance columns + 4. COSINE and PEARSON within (columns + 16) eps
 * absolute, PEARSON of the rows as centred in float32. EUCLIDEAN: the squared distance within
 * (columns + 16) eps of |u|^2 + |v|^2, and 4 eps of the result; rows whose squares overflow float32
 * have no meaningful result.
 *
 * <p><b>Cost.</b> 2 rowsA rowsB columns flops.
 */
public record Similarity(SimilarityMeasure measure, Tensor a, Tensor b, Tensor y) implements Op {

  public Similarity {
    Check.of("similarity")
        .together(a, b, y)
        .that(a.columns() == b.columns(), "a is %s, b is %s: columns differ", a.shape(), b.shape())
        .matrix(y, "y", a.rows(), b.rows())
        .apart(y, "y", a, "a")
        .apart(y, "y", b, "b")
        .orThrow();
  }

  @Override
  public String name() {
    return "similarity";
  }

  @Override
  public void forEachOperand(Consumer<? super DeviceArray> action) {
    action.accept(a);
    action.accept(b);
    action.accept(y);
  }

  @Override
  public long flops() {
    return 2 * a.rows() * b.rows() * a.columns();
  }

  @Override
  public long bytes() {
    return a.bytes() + b.bytes() + y.bytes();
  }
}
