package io.talus.data;

import io.talus.tensor.IntTensor;
import io.talus.tensor.Tensor;
import io.talus.tensor.TensorFactory;
import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.Optional;

/**
 * Examples in memory: for each a row of features and the number of its class. Does not change.
 *
 * <p>All features are finite and all labels are classes; that is checked when a dataset is made.
 * One holds at most 2^31 - 1 features.
 */
public final class Dataset implements ExampleSource {
  private final float[] features;
  private final int[] labels;
  private final int inputs;
  private final int classes;
  private final ImageShape image;

  private Dataset(float[] features, int[] labels, int inputs, int classes, ImageShape image) {
    this.features = features;
    this.labels = labels;
    this.inputs = inputs;
    this.classes = classes;
    this.image = image;
  }

  /**
   * Keeps the arrays, which must not change afterwards.
   *
   * @param features one row after another; as many for each label
   * @param labels one class for each row, in {@code 0 .. classes - 1}
   * @throws IllegalArgumentException when the lengths do not match, a feature is NaN or infinite,
   *     or a label is no class, naming the first such place
   */
  public static Dataset of(float[] features, int[] labels, int classes) {
    return make(features, labels, classes, null);
  }

  /** Examples that are images; see {@link #of(float[], int[], int)}. */
  public static Dataset ofImages(float[] pixels, int[] labels, int classes, ImageShape image) {
    if ((long) labels.length * image.size() != pixels.length) {
      throw new IllegalArgumentException(
          "dataset: "
              + labels.length
              + " images of "
              + image
              + " have "
              + (long) labels.length * image.size()
              + " values, not "
              + pixels.length);
    }
    return make(pixels, labels, classes, image);
  }

  private static Dataset make(float[] features, int[] labels, int classes, ImageShape image) {
    if (classes <= 0) {
      throw new IllegalArgumentException("dataset: " + classes + " classes; at least 1 is needed");
    }
    int rows = labels.length;
    if (rows == 0 || features.length == 0 || features.length % rows != 0) {
      throw new IllegalArgumentException(
          "dataset: "
              + features.length
              + " features do not make as many for each of "
              + rows
              + " labels");
    }
    int inputs = features.length / rows;
    for (int i = 0; i < features.length; i++) {
      if (!Float.isFinite(features[i])) {
        throw new IllegalArgumentException(
            "dataset: feature " + i % inputs + " of row " + i / inputs + " is " + features[i]);
      }
    }
    for (int row = 0; row < rows; row++) {
      if (labels[row] < 0 || labels[row] >= classes) {
        throw new IllegalArgumentException(
            "dataset: the label of row "
                + row
                + " is "
                + labels[row]
                + ", not one of 0.."
                + (classes - 1));
      }
    }
    return new Dataset(features, labels, inputs, classes, image);
  }

  @Override
  public int rows() {
    return labels.length;
  }

  @Override
  public int inputs() {
    return inputs;
  }

  @Override
  public int classes() {
    return classes;
  }

  @Override
  public Optional<ImageShape> image() {
    return Optional.ofNullable(image);
  }

  @Override
  public int label(int row) {
    return labels[row];
  }

  /** One feature of one example. */
  public float feature(int row, int input) {
    return features[Math.addExact(Math.multiplyExact(row, inputs), input)];
  }

  @Override
  public void read(int row, float[] target, int at) {
    System.arraycopy(features, row * inputs, target, at, inputs);
  }

  @Override
  public int[] labels() {
    return labels.clone();
  }

  /** A copy of the features, one row after another. */
  public float[] features() {
    return features.clone();
  }

  /** The features in a device's memory, rows x inputs. */
  public Tensor upload(TensorFactory factory) {
    return factory.tensor(features, rows(), inputs);
  }

  /** Copies the features of the rows from {@code from} on to a tensor of rows x inputs. */
  public void copyRows(int from, Tensor target) {
    int count = Math.toIntExact(target.size());
    target.copyFrom(FloatBuffer.wrap(features, Math.multiplyExact(from, inputs), count));
  }

  /** The labels in a device's memory. */
  public IntTensor uploadLabels(TensorFactory factory) {
    return factory.labels(classes, rows()).copyFrom(labels);
  }

  /** The examples of these numbers, in this order; a copy. */
  @Override
  public Dataset select(int... chosen) {
    float[] chosenFeatures = new float[Math.multiplyExact(chosen.length, inputs)];
    int[] chosenLabels = new int[chosen.length];
    for (int i = 0; i < chosen.length; i++) {
      chosenLabels[i] = labels[chosen[i]];
      System.arraycopy(features, chosen[i] * inputs, chosenFeatures, i * inputs, inputs);
    }
    return make(chosenFeatures, chosenLabels, classes, image);
  }

  /** Examples {@code from} (inclusive) to {@code to} (exclusive); a copy. */
  public Dataset range(int from, int to) {
    return make(
        Arrays.copyOfRange(features, from * inputs, to * inputs),
        Arrays.copyOfRange(labels, from, to),
        classes,
        image);
  }

  /** The same examples with other features, of which this keeps the array. */
  Dataset withFeatures(float[] changed) {
    return make(changed, labels, classes, image);
  }

  /** The same examples in an order drawn by {@link Shuffle}; a copy. */
  public Dataset shuffled(long seed) {
    return select(Shuffle.permutation(rows(), seed, 0));
  }

  /**
   * Sets a part aside that training does not see: {@code round(share * rows)} examples, at least
   * one on either side, drawn by {@link Shuffle}.
   *
   * @param share in (0, 1)
   */
  public Split split(double share, long seed) {
    if (!(share > 0 && share < 1) || rows() < 2) {
      throw new IllegalArgumentException(
          "split: a share of " + share + " of " + rows() + " rows leaves one side empty");
    }
    int aside = (int) Math.min(rows() - 1, Math.max(1, Math.round(share * rows())));
    int[] order = Shuffle.permutation(rows(), seed, 0);
    return new Split(
        select(Arrays.copyOfRange(order, aside, order.length)),
        select(Arrays.copyOf(order, aside)));
  }

  /**
   * Sets the same share of each class aside: {@code round(share * examples)} of every one, at least
   * one on either side, drawn by {@link Shuffle}.
   *
   * @param share in (0, 1)
   * @throws IllegalArgumentException when a class has a single example, which cannot be on both
   *     sides
   */
  public Split stratifiedSplit(double share, long seed) {
    StratifiedParts rows = StratifiedParts.of(labels, classes, share, seed);
    return new Split(select(rows.training()), select(rows.heldOut()));
  }

  /**
   * Two parts without an example in common.
   *
   * @param training what is learned from
   * @param heldOut what is only looked at
   */
  public record Split(Dataset training, Dataset heldOut) {}

  /** As in {@code 1797 rows of 64 features, 10 classes}. */
  @Override
  public String toString() {
    return rows() + " rows of " + inputs + " features, " + classes + " classes";
  }
}
