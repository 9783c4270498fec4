package io.talus.recommend;

/**
 * Is told how a search for neighbours goes on: after each of the {@link NeighborTiles} that it
 * takes, which may be one. What it throws ends the search.
 */
@FunctionalInterface
public interface NeighborListener {
  /** Who does not want to know. */
  NeighborListener NONE = (done, rows) -> {};

  /**
   * After the neighbours of some more rows were found.
   *
   * @param done rows whose neighbours are known
   * @param rows how many there are
   */
  void found(int done, int rows);
}
