package io.talus.train;

import io.talus.data.ExampleSource;
import java.util.List;
import java.util.Locale;

/**
 * How a network does on examples whose classes are known.
 *
 * <p>A share of nothing is NaN: the recall of a class without examples, the precision of one that
 * was never predicted.
 */
public final class Evaluation {
  private final double loss;
  private final int[][] confusion;
  private final int[] ranks;
  private final int rows;

  /**
   * @param loss mean cross-entropy
   * @param ranks of each example, how many classes were held more probable than its own
   */
  Evaluation(double loss, int classes, int[] actual, int[] predicted, int[] ranks) {
    this(loss, new int[classes][classes], new int[classes], actual.length);
    for (int i = 0; i < rows; i++) {
      confusion[actual[i]][predicted[i]]++;
      this.ranks[ranks[i]]++;
    }
  }

  /**
   * Keeps the arrays.
   *
   * @param ranks for each number of classes, of how many examples so many were held more probable
   *     than their own
   */
  Evaluation(double loss, int[][] confusion, int[] ranks, int rows) {
    this.loss = loss;
    this.confusion = confusion;
    this.ranks = ranks;
    this.rows = rows;
  }

  /**
   * Looks at every example once. Those of a dataset are put on the device together, those of other
   * sources are read a block at a time.
   *
   * @throws IllegalArgumentException when the dataset does not fit the network
   */
  public static Evaluation of(Network network, ExampleSource examples) {
    return of(network, examples, null);
  }

  /**
   * Looks at some views of every example, of which the mean of the probabilities counts.
   *
   * @throws IllegalArgumentException when the dataset or the views do not fit the network
   */
  public static Evaluation of(Network network, ExampleSource examples, Views views) {
    try (Evaluator evaluator =
        new Evaluator(network, examples, views, StreamingFeed.usualReaders())) {
      return evaluator.evaluate();
    }
  }

  /**
   * What these come to together, such as those of the folds of a cross-validation: counts added up,
   * the mean loss of all examples.
   *
   * @param parts of the same number of classes, at least one
   */
  static Evaluation together(List<Evaluation> parts) {
    int classes = parts.get(0).classes();
    int[][] confusion = new int[classes][classes];
    int[] ranks = new int[classes];
    double lossSum = 0;
    int rows = 0;
    for (Evaluation part : parts) {
      for (int actual = 0; actual < classes; actual++) {
        ranks[actual] += part.ranks[actual];
        for (int predicted = 0; predicted < classes; predicted++) {
          confusion[actual][predicted] += part.confusion[actual][predicted];
        }
      }
      lossSum += part.loss * part.rows;
      rows += part.rows;
    }
    return new Evaluation(lossSum / rows, confusion, ranks, rows);
  }

  /** As the constructor takes them; not a copy. */
  int[] ranks() {
    return ranks;
  }

  /** Examples. */
  public int rows() {
    return rows;
  }

  public int classes() {
    return confusion.length;
  }

  /** The mean cross-entropy, without regularization. */
  public double loss() {
    return loss;
  }

  /** The share of examples whose class was predicted. */
  public double accuracy() {
    return (double) correct() / rows;
  }

  /**
   * The share of examples whose class is among the k that were held most probable; of equally
   * probable ones the smaller come first. 1 where k is at least the number of classes.
   */
  public double topKAccuracy(int k) {
    if (k <= 0) {
      throw new IllegalArgumentException("evaluation: top " + k + "; at least 1 is needed");
    }
    int found = 0;
    for (int rank = 0; rank < Math.min(k, ranks.length); rank++) {
      found += ranks[rank];
    }
    return (double) found / rows;
  }

  /** {@link #topKAccuracy} of 5. */
  public double top5Accuracy() {
    return topKAccuracy(5);
  }

  /** Examples whose class was predicted. */
  public int correct() {
    int correct = 0;
    for (int c = 0; c < confusion.length; c++) {
      correct += confusion[c][c];
    }
    return correct;
  }

  /** Examples of one class that were predicted to be of another. */
  public int count(int actual, int predicted) {
    return confusion[actual][predicted];
  }

  /** The counts of all pairs: a row for each actual class, a column for each predicted one. */
  public int[][] confusion() {
    int[][] copy = new int[confusion.length][];
    for (int c = 0; c < copy.length; c++) {
      copy[c] = confusion[c].clone();
    }
    return copy;
  }

  /** Of what was predicted to be of a class, the share that is. */
  public double precision(int classNumber) {
    return (double) confusion[classNumber][classNumber] / predictedCount(classNumber);
  }

  /** Of the examples of a class, the share that was predicted to be. */
  public double recall(int classNumber) {
    return (double) confusion[classNumber][classNumber] / actualCount(classNumber);
  }

  /** The harmonic mean of precision and recall. */
  public double f1(int classNumber) {
    return 2.0
        * confusion[classNumber][classNumber]
        / (predictedCount(classNumber) + actualCount(classNumber));
  }

  /** The mean of {@link #f1} over the classes that occur, actual or predicted. */
  public double macroF1() {
    double sum = 0;
    int count = 0;
    for (int c = 0; c < confusion.length; c++) {
      if (predictedCount(c) + actualCount(c) > 0) {
        sum += f1(c);
        count++;
      }
    }
    return sum / count;
  }

  private int actualCount(int classNumber) {
    int count = 0;
    for (int predicted = 0; predicted < confusion.length; predicted++) {
      count += confusion[classNumber][predicted];
    }
    return count;
  }

  private int predictedCount(int classNumber) {
    int count = 0;
    for (int[] row : confusion) {
      count += row[classNumber];
    }
    return count;
  }

  /** As in {@code 97.22 % of 360 right, loss 0.1093}. */
  @Override
  public String toString() {
    return String.format(
        Locale.ROOT, "%.2f %% of %d right, loss %.4f", 100 * accuracy(), rows, loss);
  }
}
