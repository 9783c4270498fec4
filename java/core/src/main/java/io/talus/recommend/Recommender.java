package io.talus.recommend;

import io.talus.data.Ratings;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** Ranks items for users. */
public interface Recommender {
  /**
   * The recommender that was saved there, of whatever kind: a {@link KnnRecommender}, a {@link
   * FactorizationModel} or an {@link ImplicitModel}, which recommends the same to the bit. A {@link
   * NeuralRecommender} needs a device besides: {@link NeuralRecommender#load}.
   *
   * @throws io.talus.data.MalformedFileException when the file is damaged, cut off, or holds
   *     something else, with what was expected
   * @throws IOException when it cannot be read
   */
  static Recommender load(Path file) throws IOException {
    return ModelFile.load(file);
  }

  /** What it learned from; its indices are those of all methods here. */
  Ratings ratings();

  /**
   * Scores every item for a user. All rankings come from these scores: larger first, ties to the
   * smaller index, items without a score left out.
   *
   * <p>Safe for use from several threads, each with an array of its own.
   *
   * @param scores as long as there are items; receives each item's score, NaN where it has none
   * @throws IndexOutOfBoundsException when there is no such user
   */
  void score(int user, double[] scores);

  /** The n best items among those that the user has not rated; fewer when fewer have a score. */
  default List<Scored> recommend(int user, int n) {
    return recommend(user, n, Seen.EXCLUDED);
  }

  /**
   * The n best items, with or without those that the user has rated; fewer when fewer have a score.
   *
   * @return best first, ties to the smaller index
   * @throws IndexOutOfBoundsException when there is no such user
   * @throws IllegalArgumentException when n is not positive
   */
  default List<Scored> recommend(int user, int n, Seen seen) {
    Indices.requireUser(ratings(), user);
    return Recommendations.of(this, user, user + 1, n, seen).list(user);
  }

  /**
   * As {@link #recommend(int, int)}, for a user by id.
   *
   * @throws IllegalArgumentException when there is no such user, or n is not positive
   */
  default List<Scored> recommend(String user, int n) {
    return recommend(ratings().userIndex(user), n);
  }

  /** As {@link #recommend(int, int)}, for every user. */
  default Recommendations recommendAll(int n) {
    return recommendAll(0, ratings().users(), n, Seen.EXCLUDED);
  }

  /**
   * As {@link #recommend(int, int, Seen)}, for the users {@code from} (inclusive) to {@code to}
   * (exclusive), so that results for many users need not be held at once. Uses every core.
   *
   * @throws IllegalArgumentException when n is not positive or there are no such users
   */
  default Recommendations recommendAll(int from, int to, int n, Seen seen) {
    return Recommendations.of(this, from, to, n, seen);
  }
}
