package io.talus.recommend;

import io.talus.Device;
import io.talus.Workspace;
import io.talus.data.RatingsMatrix;
import io.talus.op.Epilogue;
import io.talus.op.Gemm;
import io.talus.op.Transpose;
import io.talus.tensor.Tensor;
import java.util.SortedMap;
import java.util.stream.IntStream;

/**
 * The least squares of {@link ImplicitFactorization} for rows (users, say), with the vectors of
 * columns (items) as they are.
 */
final class NormalEquations {
  private final Factors columns;
  private final double alpha;
  private final double regularization;

  /** Y'Y, size x size. */
  private final float[] gram;

  private NormalEquations(Factors columns, float[] gram, double alpha, double regularization) {
    this.columns = columns;
    this.gram = gram;
    this.alpha = alpha;
    this.regularization = regularization;
  }

  static NormalEquations of(Device device, Factors columns, double alpha, double regularization) {
    int size = columns.size();
    try (Workspace workspace = device.workspace()) {
      Tensor y = workspace.tensor(columns.values(), columns.rows(), size);
      Tensor product = workspace.tensor(size, size);
      device.gemm(new Gemm(Transpose.YES, Transpose.NO, 1f, y, y, 0f, product, Epilogue.NONE));
      return new NormalEquations(columns, product.toArray(), alpha, regularization);
    }
  }

  /** The same without a device: the product in double, rounded once. */
  static NormalEquations onHost(Factors columns, double alpha, double regularization) {
    int size = columns.size();
    float[] y = columns.values();
    double[] product = new double[size * size];
    for (int row = 0; row < y.length; row += size) {
      for (int i = 0; i < size; i++) {
        for (int j = 0; j < size; j++) {
          product[i * size + j] += (double) y[row + i] * y[row + j];
        }
      }
    }
    float[] gram = new float[product.length];
    for (int at = 0; at < gram.length; at++) {
      gram[at] = (float) product[at];
    }
    return new NormalEquations(columns, gram, alpha, regularization);
  }

  /** Fills the first of {@code solved} with the vector of a row that is not in a matrix. */
  void solve(SortedMap<Integer, Float> row, Factors solved) {
    Scratch scratch = new Scratch(columns.size());
    scratch.begin(gram, regularization);
    row.forEach((column, count) -> scratch.add(columns, column, count, alpha));
    scratch.solveInto(solved.values(), 0);
  }

  /** Fills {@code solved} with the vectors of the rows, each by one thread. */
  void solve(RatingsMatrix rows, Factors solved) {
    int size = columns.size();
    ThreadLocal<Scratch> scratch = ThreadLocal.withInitial(() -> new Scratch(size));
    IntStream.range(0, rows.rows())
        .parallel()
        .filter(row -> rows.size(row) > 0)
        .forEach(
            row -> {
              Scratch own = scratch.get();
              own.begin(gram, regularization);
              for (int place = rows.start(row); place < rows.end(row); place++) {
                own.add(columns, rows.column(place), rows.value(place), alpha);
              }
              own.solveInto(solved.values(), row * size);
            });
  }

  /**
   * The sum over all pairs of the loss, less its regularization: as if no pair had a count, from
   * both products, and then what each count changes.
   *
   * @param ofColumns the equations whose columns are {@code vectors}
   */
  double loss(RatingsMatrix rows, Factors vectors, NormalEquations ofColumns) {
    double sum = 0;
    for (int at = 0; at < gram.length; at++) {
      sum += (double) gram[at] * ofColumns.gram[at];
    }
    for (int row = 0; row < rows.rows(); row++) {
      for (int place = rows.start(row); place < rows.end(row); place++) {
        double score = vectors.dot(row, columns, rows.column(place));
        double more = alpha * rows.value(place);
        double off = (rows.value(place) > 0 ? 1 : 0) - score;
        sum += (1 + more) * off * off - score * score;
      }
    }
    return sum;
  }

  /** One set of equations A x = b; of A the lower triangle counts. */
  private static final class Scratch {
    private final int size;
    private final double[] a;
    private final double[] b;

    Scratch(int size) {
      this.size = size;
      this.a = new double[size * size];
      this.b = new double[size];
    }

    void begin(float[] gram, double regularization) {
      for (int at = 0; at < a.length; at++) {
        a[at] = gram[at];
      }
      for (int i = 0; i < size; i++) {
        a[i * size + i] += regularization;
        b[i] = 0;
      }
    }

    void add(Factors columns, int column, float count, double alpha) {
      float[] y = columns.values();
      int at = column * size;
      double more = alpha * count;
      double preferred = count > 0 ? 1 + more : 0;
      for (int i = 0; i < size; i++) {
        double scaled = more * y[at + i];
        b[i] += preferred * y[at + i];
        for (int j = 0; j <= i; j++) {
          a[i * size + j] += scaled * y[at + j];
        }
      }
    }

    /** Cholesky's: A = L L', then L z = b, then L' x = z. */
    void solveInto(float[] x, int start) {
      for (int i = 0; i < size; i++) {
        for (int j = 0; j <= i; j++) {
          double sum = a[i * size + j];
          for (int k = 0; k < j; k++) {
            sum -= a[i * size + k] * a[j * size + k];
          }
          if (i == j && !(sum > 0)) {
            throw new ArithmeticException(
                "equations are no longer positive definite: take a larger regularization, or"
                    + " counts less far apart (Ratings.map with Math::log1p)");
          }
          a[i * size + j] = i == j ? Math.sqrt(sum) : sum / a[j * size + j];
        }
      }
      for (int i = 0; i < size; i++) {
        for (int k = 0; k < i; k++) {
          b[i] -= a[i * size + k] * b[k];
        }
        b[i] /= a[i * size + i];
      }
      for (int i = size - 1; i >= 0; i--) {
        for (int k = i + 1; k < size; k++) {
          b[i] -= a[k * size + i] * b[k];
        }
        b[i] /= a[i * size + i];
        x[start + i] = (float) b[i];
      }
    }
  }
}
