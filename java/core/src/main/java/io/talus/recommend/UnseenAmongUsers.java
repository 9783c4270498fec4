package io.talus.recommend;

import io.talus.Device;
import io.talus.data.Ratings;
import io.talus.data.RatingsBuilder;
import io.talus.data.RatingsMatrix;
import java.util.Arrays;
import java.util.SortedMap;

/** Someone unseen, served by neighbours among the users: those of a row more. */
final class UnseenAmongUsers implements UnseenUser.Model {
  private final KnnRecommender model;
  private final Knn knn;

  /** Of the last row alone. */
  private final Neighbors neighbors;

  /** As {@link KnnRecommender#recommending}, of the last row alone. */
  private final Neighbors recommending;

  private final int row;
  private final double center;
  private final double scale;

  /** Lists of that row, as {@link Ranked}. */
  private record Lists(long[] neighbors, long[] recommending) {
    static final Lists NONE = new Lists(new long[0], new long[0]);
  }

  UnseenAmongUsers(Device device, KnnRecommender model, SortedMap<Integer, Float> rated) {
    this.model = model;
    this.knn = model.knn();
    this.row = model.ratings().users();
    this.center = model.centers().ofRow(rated);
    this.scale = model.centers().scaleOfRow(rated);
    Lists lists = rated.isEmpty() ? Lists.NONE : lists(device, with(model.ratings(), rated));
    this.neighbors = ofLastRow(lists.neighbors());
    this.recommending = ofLastRow(lists.recommending());
  }

  private Neighbors ofLastRow(long[] list) {
    long[][] lists = new long[row + 1][0];
    lists[row] = list;
    return Neighbors.of(knn.similarity().measure(), row + 1, lists);
  }

  /** The ratings and those of one more user. */
  private static Ratings with(Ratings ratings, SortedMap<Integer, Float> rated) {
    String id = "unseen";
    while (ratings.findUser(id) >= 0) {
      id += "'";
    }
    String name = id;
    RatingsBuilder more = Ratings.builder();
    rated.forEach(
        (item, rating) -> {
          if (ratings.hasTimestamps()) {
            more.add(name, ratings.itemId(item), rating, 0);
          } else {
            more.add(name, ratings.itemId(item), rating);
          }
        });
    return ratings.with(more.build());
  }

  private Lists lists(Device device, Ratings all) {
    long memoryLimit = Neighbors.availableBytes(device);
    Weighting weighting = knn.similarity().weighting();
    if (knn.topK() == TopK.PER_COLUMN && !weighting.isOfOneRating()) {
      // The lists of others are no longer what they were.
      Neighbors found = model.neighborsOf(device, all, memoryLimit);
      return new Lists(found.ranked(row), found.turned(knn.k()).ranked(row));
    }
    NeighborLists listing = NeighborLists.of(knn, weighting.apply(all, true));
    Lists[] found = {Lists.NONE};
    RowScores.of(
        device,
        listing.weights(),
        new int[] {row},
        knn.similarity(),
        memoryLimit,
        (its, others, scores, count) -> {
          long[] own = listing.of(row, others, scores, count);
          boolean perRow = knn.topK() == TopK.PER_ROW;
          found[0] = new Lists(own, perRow ? own : having(listing, others, scores, count));
        });
    return found[0];
  }

  /** Those who would have this user among their first k. */
  private long[] having(NeighborLists listing, int[] others, float[] scores, int count) {
    long[] list = new long[count];
    int size = 0;
    for (int at = 0; at < count; at++) {
      float value = listing.similarity(others[at], row, scores[at]);
      if (value > 0 && value >= knn.similarity().least() && hasRoom(others[at], value)) {
        list[size++] = Ranked.of(others[at], value);
      }
    }
    Arrays.sort(list, 0, size);
    return Arrays.copyOf(list, size);
  }

  /** Whether one more, who comes after all others of the same similarity, is among the first k. */
  private boolean hasRoom(int user, float similarity) {
    Neighbors known = model.neighbors();
    return known.size(user) < knn.k() || similarity > known.similarity(user, knn.k() - 1);
  }

  @Override
  public void score(double[] scores) {
    RatingsMatrix byUser = model.ratings().byUser();
    new KnnScores(model.votes(), recommending, scores).addRatingsOfNeighbors(row, byUser);
  }

  @Override
  public Prediction predict(int item) {
    ColumnRatings rated = ColumnRatings.searched(model.ratings().byItem(), item);
    double columnCenter = model.centers().columns()[item];
    return model.votes().predict(neighbors, row, rated, columnCenter, center, scale);
  }
}
