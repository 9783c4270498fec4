package io.talus.recommend;

import io.talus.Device;
import io.talus.data.Ratings;
import io.talus.data.RatingsMatrix;
import io.talus.op.SimilarityMeasure;
import io.talus.op.SparseMeasure;
import io.talus.op.Support;
import java.util.Objects;

/**
 * How a {@link KnnRecommender} is made: among items or among users, by which similarity, with how
 * many neighbours. Immutable; each method returns a changed copy, so that one serves as the recipe
 * for every fold of an evaluation.
 *
 * <pre>
 * KnnRecommender model = Knn.ofItems(SimilarityMeasure.COSINE, 50).fit(device, ratings);
 * </pre>
 */
public final class Knn {
  private final boolean amongUsers;
  private final RatingSimilarity similarity;
  private final int k;
  private final int modelSize;
  private final int minNeighbors;
  private final Centering centering;
  private final TopK topK;

  private Knn(
      boolean amongUsers,
      RatingSimilarity similarity,
      int k,
      int modelSize,
      int minNeighbors,
      Centering centering,
      TopK topK) {
    this.amongUsers = amongUsers;
    this.similarity = similarity;
    this.k = k;
    this.modelSize = modelSize;
    this.minNeighbors = minNeighbors;
    this.centering = centering;
    this.topK = Objects.requireNonNull(topK);
  }

  /**
   * Item-based: the neighbours of an item are other items. Keeps k neighbours of each, predicts
   * with {@link Centering#MEAN} from one neighbour on.
   *
   * @param k the most neighbours that take part in a prediction, or that an item lends its rating
   *     to in a recommendation
   * @throws IllegalArgumentException when k is not positive
   */
  public static Knn ofItems(RatingSimilarity similarity, int k) {
    Indices.requirePositive(k, "k");
    return new Knn(false, similarity, k, k, 1, Centering.MEAN, TopK.PER_ROW);
  }

  /** The same by a measure of the ratings as they are. */
  public static Knn ofItems(SparseMeasure measure, int k) {
    return ofItems(RatingSimilarity.of(measure), k);
  }

  /** The same by a measure of whole rows. */
  public static Knn ofItems(SimilarityMeasure measure, int k) {
    return ofItems(RatingSimilarity.of(measure), k);
  }

  /**
   * User-based: the neighbours of a user are other users. Keeps k neighbours of each, predicts with
   * {@link Centering#MEAN} from one neighbour on.
   *
   * @param k the most neighbours that take part in a prediction or recommendation
   * @throws IllegalArgumentException when k is not positive
   */
  public static Knn ofUsers(RatingSimilarity similarity, int k) {
    Indices.requirePositive(k, "k");
    return new Knn(true, similarity, k, k, 1, Centering.MEAN, TopK.PER_ROW);
  }

  /** The same by a measure of the ratings as they are. */
  public static Knn ofUsers(SparseMeasure measure, int k) {
    return ofUsers(RatingSimilarity.of(measure), k);
  }

  /** The same by a measure of whole rows. */
  public static Knn ofUsers(SimilarityMeasure measure, int k) {
    return ofUsers(RatingSimilarity.of(measure), k);
  }

  /** What similarities must rest on. */
  public Knn support(Support support) {
    return similarity(similarity.supported(support));
  }

  /** The same of other weights in place of the ratings. */
  public Knn weighting(Weighting weighting) {
    return similarity(similarity.weighted(weighting));
  }

  /**
   * Rows less alike than that are no neighbours.
   *
   * @throws IllegalArgumentException when it is NaN
   */
  public Knn minSimilarity(float least) {
    return similarity(similarity.atLeast(least));
  }

  private Knn similarity(RatingSimilarity similarity) {
    return new Knn(amongUsers, similarity, k, modelSize, minNeighbors, centering, topK);
  }

  /** How ratings are averaged in predictions; recommendations do not depend on it. */
  public Knn centering(Centering centering) {
    return new Knn(amongUsers, similarity, k, modelSize, minNeighbors, centering, topK);
  }

  /**
   * Whether recommendations are summed with the k largest similarities of each row, as they are
   * when nothing is said, or of each column.
   *
   * <p>{@link TopK#PER_COLUMN} costs as much again of the Java heap as k neighbours of each row do.
   * By a similarity {@linkplain RatingSimilarity#givenTheRow given the row}, all that rows score
   * with others is ranked on the host, a few rows at a time with a few passes over the ratings:
   * among very many rows that takes many times as long.
   */
  public Knn topK(TopK topK) {
    return new Knn(amongUsers, similarity, k, modelSize, minNeighbors, centering, topK);
  }

  /**
   * How many neighbours of each row to keep, from which a prediction takes the k nearest that have
   * a rating to offer (Sarwar et al.'s model size). With few, most of them have none, and
   * predictions rest on less than k; all others ({@link Integer#MAX_VALUE} does) give the k nearest
   * raters exactly, in 8 bytes of the Java heap for each pair. Recommendations rest on the first k.
   *
   * @throws IllegalArgumentException when it is less than k
   */
  public Knn modelSize(int modelSize) {
    if (modelSize < k) {
      throw new IllegalArgumentException("modelSize is " + modelSize + ", expected at least " + k);
    }
    return new Knn(amongUsers, similarity, k, modelSize, minNeighbors, centering, topK);
  }

  /**
   * The fewest neighbours that a prediction may rest on.
   *
   * @throws IllegalArgumentException when it is not in 1 .. k
   */
  public Knn minNeighbors(int minNeighbors) {
    if (minNeighbors < 1 || minNeighbors > k) {
      throw new IllegalArgumentException(
          "minNeighbors is " + minNeighbors + ", expected 1 to " + k);
    }
    return new Knn(amongUsers, similarity, k, modelSize, minNeighbors, centering, topK);
  }

  /**
   * Finds the neighbours of every item, or of every user.
   *
   * @param device where they are computed; nothing is kept there
   * @throws IllegalArgumentException when there is no rating, or the weights are not for these
   */
  public KnnRecommender fit(Device device, Ratings ratings) {
    return fit(device, ratings, NeighborListener.NONE);
  }

  /** The same, told to someone. */
  public KnnRecommender fit(Device device, Ratings ratings, NeighborListener listener) {
    return fit(device, ratings, Neighbors.availableBytes(device), listener);
  }

  /** The same within a limit, told to nobody. */
  public KnnRecommender fit(Device device, Ratings ratings, long memoryLimit) {
    return fit(device, ratings, memoryLimit, NeighborListener.NONE);
  }

  /**
   * The same within {@code memoryLimit} bytes of the device's memory ({@link Neighbors#find(Device,
   * RatingsMatrix, SparseMeasure, Support, int, long, NeighborListener)}).
   *
   * @throws io.talus.tensor.DeviceException when that is too little, with what is needed
   */
  public KnnRecommender fit(
      Device device, Ratings ratings, long memoryLimit, NeighborListener listener) {
    return new KnnRecommender(this, ratings, neighbors(device, ratings, memoryLimit, listener));
  }

  /** What is to be found on a device. */
  Neighbors neighbors(Device device, Ratings ratings, long memoryLimit, NeighborListener listener) {
    RatingsMatrix rows = similarity.weighting().apply(ratings, amongUsers);
    NeighborLists lists = NeighborLists.of(this, rows);
    if (lists.areOutOfOrder()) {
      return lists.ofAll(device, memoryLimit, listener);
    }
    return Neighbors.find(
            device,
            rows,
            similarity.measure(),
            similarity.support(),
            modelSize,
            memoryLimit,
            listener)
        .finished(similarity, rows);
  }

  /**
   * How alike some rows are, each to each: items, or users. Neither k nor the size of the model
   * matters here; weights are those of all ratings.
   *
   * @param rows indices, each once
   * @return the similarity of row {@code i} to row {@code j} at {@code [i][j]}; 0 where they are no
   *     neighbours, and NaN at {@code [i][i]}
   * @throws IllegalArgumentException when there is no rating, among these rows or at all, or the
   *     weights are not for these
   * @throws IndexOutOfBoundsException when there is no such row
   */
  public float[][] similarities(Device device, Ratings ratings, int... rows) {
    RatingsMatrix chosen = similarity.weighting().apply(ratings, amongUsers).rows(rows);
    Neighbors found =
        Neighbors.find(
                device,
                chosen,
                similarity.measure(),
                similarity.support(),
                Math.max(1, rows.length))
            .finished(similarity, chosen);
    float[][] all = new float[rows.length][rows.length];
    for (int row = 0; row < rows.length; row++) {
      all[row][row] = Float.NaN;
      for (int rank = 0; rank < found.size(row); rank++) {
        all[row][found.index(row, rank)] = found.similarity(row, rank);
      }
    }
    return all;
  }

  /** Whether neighbours are users, not items. */
  public boolean amongUsers() {
    return amongUsers;
  }

  /** When rows are alike. */
  public RatingSimilarity similarity() {
    return similarity;
  }

  /** The most neighbours that take part. */
  public int k() {
    return k;
  }

  /** The most neighbours that are kept of each row. */
  public int modelSize() {
    return modelSize;
  }

  /** The fewest neighbours that a prediction rests on. */
  public int minNeighbors() {
    return minNeighbors;
  }

  public Centering centering() {
    return centering;
  }

  /** Which similarities recommendations are summed with. */
  public TopK topK() {
    return topK;
  }

  /** As in {@code Knn among items: COSINE, k 50, MEAN}, or {@code k 50 per column}. */
  @Override
  public String toString() {
    String among = amongUsers ? "users" : "items";
    String per = topK == TopK.PER_COLUMN ? " per column" : "";
    return "Knn among " + among + ": " + similarity + ", k " + k + per + ", " + centering;
  }
}
