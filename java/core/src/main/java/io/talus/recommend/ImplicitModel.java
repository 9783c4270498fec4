package io.talus.recommend;

import io.talus.data.Ratings;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.SortedMap;

/**
 * What an {@link ImplicitFactorization} has learned. Immutable.
 *
 * <p>The score of an item that somebody has is x(u) . y(i): about 1 where the user is likely to
 * have it, about 0 where not. A user without counts has no score for any item.
 */
public final class ImplicitModel implements Recommender {
  private final ImplicitFactorization settings;
  private final Ratings ratings;
  private final Factors users;
  private final Factors items;

  /** Made when they are first asked for, by whichever thread: all make the same. */
  private volatile NormalEquations equations;

  ImplicitModel(ImplicitFactorization settings, Ratings ratings, Factors users, Factors items) {
    this.settings = settings;
    this.ratings = ratings;
    this.users = users;
    this.items = items;
  }

  /**
   * Writes the model to a file that appears whole or not at all: a safetensors file with the
   * settings, the ratings and what was learned from them.
   *
   * @throws IOException when it cannot be written
   */
  public void save(Path file) throws IOException {
    FactorizationFiles.save(file, this);
  }

  /**
   * The model that was saved there: it predicts and recommends the same to the bit.
   *
   * @throws io.talus.data.MalformedFileException when the file is damaged, cut off, or holds
   *     something else, with what was expected
   * @throws IOException when it cannot be read
   */
  public static ImplicitModel load(Path file) throws IOException {
    return FactorizationFiles.loadImplicit(file);
  }

  /** How it was made. */
  public ImplicitFactorization settings() {
    return settings;
  }

  @Override
  public Ratings ratings() {
    return ratings;
  }

  Factors users() {
    return users;
  }

  Factors items() {
    return items;
  }

  /** How many factors each user and each item has. */
  public int factors() {
    return users.size();
  }

  /**
   * Someone who is not among the users: the vector that minimises the loss of {@link
   * ImplicitFactorization} over these counts, given the vectors of items. It predicts no ratings.
   *
   * <p>The cost is 2 factors^2 flops for each count and factors^3 / 3; the first time, 2 factors^2
   * for each item as well.
   *
   * @param counts by the items' ids
   * @throws IllegalArgumentException when there is no such item, or a count is negative or not
   *     finite
   * @throws ArithmeticException when the equations cannot be solved, with what to do
   */
  public UnseenUser unseen(Map<String, ? extends Number> counts) {
    SortedMap<Integer, Float> byIndex = UnseenUser.rated(ratings, counts);
    byIndex.forEach(
        (item, count) -> {
          if (count < 0) {
            throw new IllegalArgumentException(
                "item '"
                    + ratings.itemId(item)
                    + "': the count is "
                    + count
                    + ", expected 0 or more");
          }
        });
    return new UnseenUser(ratings, byIndex, new FoldedInCounts(this, byIndex));
  }

  /** Those of users, given the items. */
  NormalEquations equations() {
    NormalEquations made = equations;
    if (made == null) {
      made = NormalEquations.onHost(items, settings.alpha(), settings.regularization());
      equations = made;
    }
    return made;
  }

  @Override
  public void score(int user, double[] scores) {
    Indices.requireUser(ratings, user);
    boolean known = ratings.byUser().size(user) > 0;
    for (int item = 0; item < scores.length; item++) {
      boolean scored = known && ratings.byItem().size(item) > 0;
      scores[item] = scored ? users.dot(user, items, item) : Double.NaN;
    }
  }
}
