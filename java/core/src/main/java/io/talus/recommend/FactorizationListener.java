package io.talus.recommend;

/** Is told how a factorization goes on. */
@FunctionalInterface
public interface FactorizationListener {
  /** Who does not want to know. */
  FactorizationListener NONE = (pass, loss) -> {};

  /**
   * After a pass over the ratings.
   *
   * @param pass counted from 1
   * @param loss what the factorization documents as its loss
   */
  void passed(int pass, double loss);
}
