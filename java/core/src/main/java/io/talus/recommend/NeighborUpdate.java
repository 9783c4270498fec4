package io.talus.recommend;

import io.talus.Device;
import io.talus.data.RatingsMatrix;
import io.talus.op.SparseMeasure;
import java.util.Arrays;
import java.util.BitSet;

/**
 * Neighbours after some rows have changed, from those before: the same that finding all of them
 * anew would give. {@link KnnRecommender#with} tells what is computed.
 *
 * <p>Call C the rows whose weights differ, or that are new. Rows of C get their lists anew. Another
 * row x has the similarities to rows outside C that it had, and those to C come with the lists of
 * C. So its list is the best of both, as long as all of those are better than what its list had no
 * room for: where its list was full, as long as there are enough that are no worse than its last.
 * Else x is computed anew as well.
 *
 * <p>A list that was not full holds all candidates, unless similarities may be negative: then those
 * at 0, which are no neighbours, may have taken the room of negative ones (see {@link Neighbors}).
 * Such rows are computed anew where they may have to do with C.
 */
final class NeighborUpdate {
  private final Device device;
  private final RatingSimilarity similarity;
  private final Neighbors before;
  private final RatingsMatrix weightsBefore;
  private final RatingsMatrix weights;
  private final long memoryLimit;

  /** How scores become lists of the weights that there are now. */
  private final NeighborLists listing;

  /** C. */
  private final BitSet changed = new BitSet();

  /** Lists that are known, as {@link Ranked}. */
  private final long[][] lists;

  /** What rows outside C score with those of C. */
  private final ScoreLog log = new ScoreLog();

  /** Whether a list that is not full holds all candidates. */
  private boolean shortOnesAreWhole;

  private NeighborUpdate(
      Device device,
      Knn knn,
      Neighbors before,
      RatingsMatrix weightsBefore,
      RatingsMatrix weights,
      long memoryLimit) {
    this.device = device;
    this.similarity = knn.similarity();
    this.before = before;
    this.weightsBefore = weightsBefore;
    this.weights = weights;
    this.memoryLimit = memoryLimit;
    this.listing = NeighborLists.of(knn, weights);
    this.lists = new long[weights.rows()][];
  }

  /**
   * The neighbours of {@code weights}, given those of {@code weightsBefore}; null where finding
   * them anew is no more work.
   *
   * @param weights the same rows, of which some may have changed, and further ones
   */
  static Neighbors of(
      Device device,
      Knn knn,
      Neighbors before,
      RatingsMatrix weightsBefore,
      RatingsMatrix weights,
      long memoryLimit) {
    return new NeighborUpdate(device, knn, before, weightsBefore, weights, memoryLimit).run();
  }

  private Neighbors run() {
    findChanged();
    if (concernsAll()) {
      return null;
    }
    shortOnesAreWhole = similarity.least() > 0 || !mayBeNegative();
    RowScores.of(
        device, weights, changed.stream().toArray(), similarity, memoryLimit, this::takeChanged);
    log.sort(weights.rows());
    BitSet related = shortOnesAreWhole ? new BitSet() : relatedToChanged();
    BitSet again = new BitSet();
    for (int row = changed.nextClearBit(0);
        row < weights.rows();
        row = changed.nextClearBit(row + 1)) {
      lists[row] = merged(row, related);
      again.set(row, lists[row] == null);
    }
    RowScores.of(
        device, weights, again.stream().toArray(), similarity, memoryLimit, this::takeAnew);
    return Neighbors.of(similarity.measure(), listing.k(), lists);
  }

  private void findChanged() {
    for (int row = 0; row < weights.rows(); row++) {
      changed.set(row, row >= weightsBefore.rows() || !weights.isSame(row, weightsBefore, row));
    }
  }

  /** Whether all rows would have to be looked at, or most of the work is for C alone. */
  private boolean concernsAll() {
    long stored = 0;
    for (int row = changed.nextSetBit(0); row >= 0; row = changed.nextSetBit(row + 1)) {
      stored += weights.size(row);
    }
    boolean moreColumns = weights.columns() != weightsBefore.columns();
    boolean ofCounts =
        similarity.measure() == SparseMeasure.DOT
            && similarity.weighting().equals(Weighting.PRESENCE)
            && similarity.support().shrinkage() == 0;
    return 2 * stored > weights.size()
        // The mean of a row is over all columns.
        || (similarity.measure() == SparseMeasure.PEARSON && moreColumns)
        // Divided similarities may tie where scores, by which a list was chosen, did not. Counts do
        // not, below 2^23.
        || (similarity.givenTheRow() && !listing.areOutOfOrder() && !ofCounts);
  }

  private boolean mayBeNegative() {
    return switch (similarity.measure()) {
      case EUCLIDEAN, COMMON_MEAN_SQUARED_DIFFERENCE -> false;
      case PEARSON, COMMON_PEARSON -> true;
      case DOT, COSINE, TANIMOTO, COMMON_COSINE ->
          anyNegative(weights) || anyNegative(weightsBefore);
    };
  }

  private static boolean anyNegative(RatingsMatrix matrix) {
    for (int place = 0; place < matrix.size(); place++) {
      if (matrix.value(place) < 0) {
        return true;
      }
    }
    return false;
  }

  /** Keeps the list of a row of C, and what matters of its scores for the other rows. */
  private void takeChanged(int row, int[] others, float[] scores, int count) {
    takeAnew(row, others, scores, count);
    for (int at = 0; at < count; at++) {
      int other = others[at];
      if (!changed.get(other)) {
        float value = listing.similarity(other, row, scores[at]);
        if (value >= similarity.least() && matters(other, Ranked.of(row, value))) {
          log.add(other, Ranked.of(row, value));
        }
      }
    }
  }

  /** Whether the row's list may have room for it. */
  private boolean matters(int row, long ranked) {
    return isFull(row) ? ranked <= last(row) : Ranked.similarity(ranked) != 0;
  }

  /** Whether there may have been candidates for which the list had no room. */
  private boolean isFull(int row) {
    return before.size(row) == before.k() && before.k() < before.rows() - 1;
  }

  private long last(int row) {
    return before.ranked(row, before.size(row) - 1);
  }

  private void takeAnew(int row, int[] others, float[] scores, int count) {
    lists[row] = listing.of(row, others, scores, count);
  }

  /** The neighbours of a row outside C; null where they must be computed anew. */
  private long[] merged(int row, BitSet related) {
    if (!isFull(row) && !shortOnesAreWhole && related.get(row)) {
      return null;
    }
    long[] all = new long[before.size(row) + log.size(row)];
    int size = log.copy(row, all);
    for (int rank = 0; rank < before.size(row); rank++) {
      if (!changed.get(before.index(row, rank))) {
        all[size++] = before.ranked(row, rank);
      }
    }
    if (isFull(row) && size < listing.k()) {
      return null;
    }
    Arrays.sort(all, 0, size);
    int kept = 0;
    for (int at = 0; at < Math.min(listing.k(), size); at++) {
      if (Ranked.similarity(all[at]) != 0) {
        all[kept++] = all[at];
      }
    }
    return Arrays.copyOf(all, kept);
  }

  /** Rows whose similarity to a row of C may have been, or be, another than to most. */
  private BitSet relatedToChanged() {
    BitSet related = new BitSet();
    boolean zerosCompete = !similarity.measure().isOfCommonColumns();
    if (zerosCompete && weights.rows() > weightsBefore.rows()) {
      related.set(0, weights.rows());
      return related;
    }
    BitSet columns = new BitSet();
    for (int row = changed.nextSetBit(0); row >= 0; row = changed.nextSetBit(row + 1)) {
      addColumns(weights, row, columns);
      if (row < weightsBefore.rows()) {
        addColumns(weightsBefore, row, columns);
      }
    }
    for (int row = 0; row < weights.rows(); row++) {
      for (int place = weights.start(row); place < weights.end(row); place++) {
        related.set(row, related.get(row) || columns.get(weights.column(place)));
      }
    }
    return related;
  }

  private static void addColumns(RatingsMatrix matrix, int row, BitSet columns) {
    for (int place = matrix.start(row); place < matrix.end(row); place++) {
      columns.set(matrix.column(place));
    }
  }
}
