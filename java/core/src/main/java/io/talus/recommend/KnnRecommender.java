package io.talus.recommend;

import io.talus.Device;
import io.talus.data.Ratings;
import io.talus.data.RatingsMatrix;
import io.talus.op.SparseMeasure;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.stream.IntStream;

/**
 * Predicts and recommends by the nearest neighbours of items, or of users. Made by {@link Knn};
 * immutable, so safe for use from several threads.
 *
 * <p>Call the ones that have neighbours rows and the others columns: item-based, rows are items and
 * columns users; user-based, the other way round. r(x, y) is the rating of row x and column y, s(x,
 * x') a similarity, and only neighbours with a similarity above 0 count.
 *
 * <p><b>Prediction.</b> Let K be the k {@link Neighbors} of x nearest to it among those that have a
 * rating with y. Then
 *
 * <pre>
 *   NONE:      p(x, y) =                 sum over K of s(x, x') r(x', y)                     / W
 *   MEAN:      p(x, y) = m(x)    +       sum over K of s(x, x') (r(x', y) - m(x'))           / W
 *   Z_SCORE:   p(x, y) = m(x)    + d(x)  sum over K of s(x, x') (r(x', y) - m(x')) / d(x')   / W
 *   BASELINE:  p(x, y) = b(x, y) +       sum over K of s(x, x') (r(x', y) - b(x', y))        / W
 * </pre>
 *
 * with W = sum over K of s(x, x'), cut to the range of the ratings. m(x) is the mean of the row's
 * ratings (of all ratings where it has none), d(x) their deviation, {@code sqrt(sum of (r - m)^2 /
 * n)} (that of all ratings where it is 0, and 1 where that is 0 too), b the {@link Baselines}.
 * Where K has fewer than {@code minNeighbors} the prediction {@linkplain Prediction#lack lacks}
 * something: NONE has no value then, the others have their first term. Sources: Resnick et al.,
 * "GroupLens", CSCW 1994 (MEAN, users); Sarwar et al., "Item-based collaborative filtering
 * recommendation algorithms", WWW 2001 (NONE, items); Herlocker et al., "An algorithmic framework
 * for performing collaborative filtering", SIGIR 1999 (Z_SCORE); Koren, ACM TKDD 4(1), 2010,
 * section 2.2 (BASELINE).
 *
 * <p><b>Recommendation.</b> With N(x) the first k neighbours of x, the score of item i for user u
 * is, with {@link TopK#PER_ROW}, which is usual,
 *
 * <pre>
 *   item-based:  sum of s(j, i) r(u, j) over the items j that u rated with i in N(j)
 *   user-based:  sum of s(u, v) r(v, i) over the users v of N(u) that rated i
 * </pre>
 *
 * and with {@link TopK#PER_COLUMN}
 *
 * <pre>
 *   item-based:  sum of s(j, i) r(u, j) over the items j of N(i) that u rated
 *   user-based:  sum of s(u, v) r(v, i) over the users v that rated i with u in N(v)
 * </pre>
 *
 * It ranks items and is no rating; where the sum is empty there is none. Source: Deshpande,
 * Karypis, "Item-based top-N recommendation algorithms", ACM TOIS 22(1), 2004 (PER_ROW).
 *
 * <p>With {@link TopK#PER_COLUMN} and similarities {@link RatingSimilarity#givenTheRow}, where s(x,
 * x') differs from s(x', x), the neighbours of x are those with the largest s(x', x), which takes
 * the place of s(x, x') in predictions, and wherever neighbours are told.
 *
 * <p>Sums are in double precision and in a fixed order, so that the same neighbours give the same
 * bits.
 */
public final class KnnRecommender implements Recommender, RatingPredictor {
  private final Knn knn;
  private final Ratings ratings;
  private final Neighbors neighbors;
  private final Neighbors recommending;
  private final Centers centers;
  private final KnnVotes votes;

  KnnRecommender(Knn knn, Ratings ratings, Neighbors neighbors) {
    this.knn = knn;
    this.ratings = ratings;
    this.neighbors = neighbors;
    this.recommending = knn.topK() == TopK.PER_COLUMN ? neighbors.turned(knn.k()) : neighbors;
    this.centers = Centers.of(knn.centering(), ratings, knn.amongUsers());
    this.votes = new KnnVotes(knn, ratings, centers);
  }

  /**
   * Writes the model to a file that appears whole or not at all: a safetensors file with the
   * settings, the ratings and what was learned from them.
   *
   * @throws IOException when it cannot be written
   */
  public void save(Path file) throws IOException {
    KnnFile.save(file, this);
  }

  /**
   * The model that was saved there: it predicts and recommends the same to the bit.
   *
   * @throws io.talus.data.MalformedFileException when the file is damaged, cut off, or holds
   *     something else, with what was expected
   * @throws IOException when it cannot be read
   */
  public static KnnRecommender load(Path file) throws IOException {
    return KnnFile.load(file);
  }

  @Override
  public Ratings ratings() {
    return ratings;
  }

  /** How it was made. */
  public Knn knn() {
    return knn;
  }

  /** The neighbours of every item, or of every user. */
  public Neighbors neighbors() {
    return neighbors;
  }

  /**
   * Rows x of the similarities s(x, x') that recommendations are summed with: with {@link
   * TopK#PER_ROW} the neighbours, of which the first k count; with PER_COLUMN all x' that have x
   * among their first k.
   */
  Neighbors recommending() {
    return recommending;
  }

  Centers centers() {
    return centers;
  }

  KnnVotes votes() {
    return votes;
  }

  @Override
  public Prediction predict(int user, int item) {
    Indices.requireUser(ratings, user);
    Indices.requireItem(ratings, item);
    int row = knn.amongUsers() ? user : item;
    int column = knn.amongUsers() ? item : user;
    return predict(row, column, ColumnRatings.searched(byColumn(ratings), column));
  }

  /** A column at a time, on every core. */
  @Override
  public Prediction[] predictAll(Ratings pairs) {
    pairs.requireSameIds(ratings);
    Prediction[] predictions = new Prediction[pairs.size()];
    RatingsMatrix asked = byColumn(pairs);
    ThreadLocal<ColumnRatings.Dense> columns =
        ThreadLocal.withInitial(() -> new ColumnRatings.Dense(byColumn(ratings)));
    IntStream.range(0, asked.rows())
        .parallel()
        .filter(column -> asked.size(column) > 0)
        .forEach(
            column -> {
              ColumnRatings.Dense rated = columns.get();
              rated.load(column);
              for (int at = asked.start(column); at < asked.end(column); at++) {
                int row = asked.column(at);
                int place = knn.amongUsers() ? pairs.byUser().find(row, column) : at;
                predictions[place] = predict(row, column, rated);
              }
            });
    return predictions;
  }

  private Prediction predict(int row, int column, ColumnRatings rated) {
    Prediction prediction =
        votes.predict(
            neighbors,
            row,
            rated,
            centers.columns()[column],
            centers.rows()[row],
            centers.scales()[row]);
    return prediction.isFallback()
        ? new Prediction(prediction.value(), 0, lack(row, column))
        : prediction;
  }

  private Prediction.Lack lack(int row, int column) {
    int user = knn.amongUsers() ? row : column;
    int item = knn.amongUsers() ? column : row;
    if (ratings.byUser().size(user) == 0) {
      return Prediction.Lack.USER_WITHOUT_RATINGS;
    }
    return ratings.byItem().size(item) == 0
        ? Prediction.Lack.ITEM_WITHOUT_RATINGS
        : Prediction.Lack.TOO_FEW_NEIGHBORS;
  }

  /**
   * The neighbours on which {@link #predict(int, int)} rests, nearest first; empty where there are
   * too few.
   *
   * @throws IndexOutOfBoundsException when there is no such user or item
   */
  public List<UsedNeighbor> explain(int user, int item) {
    Indices.requireUser(ratings, user);
    Indices.requireItem(ratings, item);
    int row = knn.amongUsers() ? user : item;
    ColumnRatings rated = ColumnRatings.searched(byColumn(ratings), knn.amongUsers() ? item : user);
    return votes.explain(neighbors, row, rated, this::rowId);
  }

  @Override
  public void score(int user, double[] scores) {
    Indices.requireUser(ratings, user);
    KnnScores sums = new KnnScores(votes, recommending, scores);
    RatingsMatrix byUser = ratings.byUser();
    if (knn.amongUsers()) {
      sums.addRatingsOfNeighbors(user, byUser);
    } else {
      for (int place = byUser.start(user); place < byUser.end(user); place++) {
        sums.addNeighborsOf(byUser.column(place), byUser.value(place));
      }
    }
  }

  /**
   * The model of these ratings and later ones ({@link Ratings#with(Ratings)}), the same to the bit
   * that {@link Knn#fit(Device, Ratings)} would make of them.
   *
   * <p>Only rows whose weights changed, and rows that lost neighbours to that, are computed: with a
   * {@link Weighting} of the ratings themselves (NONE, PRESENCE) those that have a later rating;
   * with TF_IDF and LESS_COLUMN_MEANS all with a rating in a column that has one; with BM25 and
   * LESS_BASELINES, and TF_IDF where there are new rows, all. Where they hold more than half of the
   * ratings, all rows are found anew; so they are by {@link SparseMeasure#PEARSON} of whole rows,
   * whose means are over all columns, where there are new columns, and by similarities {@link
   * RatingSimilarity#givenTheRow} of anything but counts with {@link TopK#PER_ROW}.
   *
   * <p>The cost: for each changed row that of its products with all others and of sorting them, on
   * the device a few passes over the ratings, and on the host a few more, and one over the
   * neighbours. Where similarities may be negative ({@link SparseMeasure#COMMON_PEARSON}), rows
   * with fewer than {@link Knn#modelSize} neighbours that have to do with changed ones are computed
   * as well. Means, deviations and baselines are taken anew.
   *
   * @param device any; for the same bits, one of the kind with which this was fitted
   * @throws IllegalArgumentException when only one of both sets of ratings has times, or the
   *     weights are not for these ratings
   */
  public KnnRecommender with(Device device, Ratings later) {
    return with(device, later, Neighbors.availableBytes(device));
  }

  /**
   * The same within {@code memoryLimit} bytes of the device's memory.
   *
   * @throws io.talus.tensor.DeviceException when that is too little, with what is needed
   */
  public KnnRecommender with(Device device, Ratings later, long memoryLimit) {
    Ratings all = ratings.with(later);
    return new KnnRecommender(knn, all, neighborsOf(device, all, memoryLimit));
  }

  /** The neighbours of these ratings and later ones, which {@code all} are together. */
  Neighbors neighborsOf(Device device, Ratings all, long memoryLimit) {
    Weighting weighting = knn.similarity().weighting();
    Neighbors updated =
        weighting.isOfAllRatings()
            ? null
            : NeighborUpdate.of(
                device,
                knn,
                neighbors,
                weighting.apply(ratings, knn.amongUsers()),
                weighting.apply(all, knn.amongUsers()),
                memoryLimit);
    return updated == null
        ? knn.neighbors(device, all, memoryLimit, NeighborListener.NONE)
        : updated;
  }

  /**
   * Someone who is not among the users, where neighbours are items: predictions and recommendations
   * are those of a user with such ratings.
   *
   * @param rated ratings by the items' ids
   * @throws IllegalArgumentException when there is no such item or a rating is not finite
   * @throws IllegalStateException when neighbours are users: the neighbours of one more are found
   *     on a device, by {@link #unseen(Device, Map)}
   */
  public UnseenUser unseen(Map<String, ? extends Number> rated) {
    requireNeighborsAmong(false);
    SortedMap<Integer, Float> byIndex = UnseenUser.rated(ratings, rated);
    return new UnseenUser(ratings, byIndex, new UnseenAmongItems(this, byIndex));
  }

  /**
   * Someone who is not among the users, whether neighbours are items or users.
   *
   * <p>User-based, neighbours are found among the users that there are, by the weights of all
   * ratings and these. The cost is that of a few passes over the ratings, on the host and on the
   * device, for each unseen user. With {@link TopK#PER_COLUMN} the neighbours of everyone tell who
   * would have this one among their k: where one more user changes the weights of others ({@link
   * Weighting} other than NONE and PRESENCE) they are found as by {@link #with}, which may be all
   * anew. Baselines of items are those of the ratings without these.
   *
   * @param device where neighbours are found; not used where they are items
   * @param rated ratings by the items' ids
   * @throws IllegalArgumentException when there is no such item, a rating is not finite, or the
   *     weights are not for such ratings
   */
  public UnseenUser unseen(Device device, Map<String, ? extends Number> rated) {
    if (!knn.amongUsers()) {
      return unseen(rated);
    }
    SortedMap<Integer, Float> byIndex = UnseenUser.rated(ratings, rated);
    return new UnseenUser(ratings, byIndex, new UnseenAmongUsers(device, this, byIndex));
  }

  /**
   * The n items most similar to one item, with their similarities; at most as many as it has
   * neighbours.
   *
   * @throws IllegalArgumentException when there is no such item, or n is not positive
   * @throws IllegalStateException when neighbours are users
   */
  public List<Scored> similarItems(String item, int n) {
    return similarItems(ratings.itemIndex(item), n);
  }

  /**
   * The same for an item by index.
   *
   * @throws IndexOutOfBoundsException when there is no such item
   */
  public List<Scored> similarItems(int item, int n) {
    requireNeighborsAmong(false);
    Indices.requireItem(ratings, item);
    return similar(item, n);
  }

  /**
   * The n users most similar to one user, with their similarities; at most as many as the user has
   * neighbours.
   *
   * @throws IllegalArgumentException when there is no such user, or n is not positive
   * @throws IllegalStateException when neighbours are items
   */
  public List<Scored> similarUsers(String user, int n) {
    return similarUsers(ratings.userIndex(user), n);
  }

  /**
   * The same for a user by index.
   *
   * @throws IndexOutOfBoundsException when there is no such user
   */
  public List<Scored> similarUsers(int user, int n) {
    requireNeighborsAmong(true);
    Indices.requireUser(ratings, user);
    return similar(user, n);
  }

  private List<Scored> similar(int row, int n) {
    Indices.requirePositive(n, "n");
    return IntStream.range(0, Math.min(n, neighbors.size(row)))
        .mapToObj(rank -> similar(neighbors.index(row, rank), neighbors.similarity(row, rank)))
        .toList();
  }

  private Scored similar(int row, double similarity) {
    return new Scored(row, rowId(row), similarity);
  }

  private void requireNeighborsAmong(boolean users) {
    if (knn.amongUsers() != users) {
      throw new IllegalStateException(
          "the neighbours here are "
              + (users
                  ? "items, not users: fit Knn.ofUsers"
                  : "users, not items: fit Knn.ofItems"));
    }
  }

  private String rowId(int row) {
    return knn.amongUsers() ? ratings.userId(row) : ratings.itemId(row);
  }

  private RatingsMatrix byColumn(Ratings of) {
    return knn.amongUsers() ? of.byItem() : of.byUser();
  }
}
