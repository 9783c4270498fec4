package io.talus.recommend;

/**
 * Which similarities recommendations are summed with. Let S be the matrix of all of them, S(x, z) =
 * s(x, z) of {@link RatingSimilarity} and nothing at S(x, x), and r(u, i) what user u gave item i.
 * The score of item i for user u is
 *
 * <pre>
 *   item-based:  sum over j of r(u, j) S(j, i)
 *   user-based:  sum over v of S(u, v) r(v, i)
 * </pre>
 *
 * after S has lost all but the k largest of each row, or of each column; of equal ones, those of
 * smaller index stay. With k of all others both are the same.
 */
public enum TopK {
  /**
   * Each row x keeps its k largest S(x, z). Item-based, an item that was rated speaks for the k
   * items most like it: what is like many others is spoken for by many, and what is among the k of
   * none is never recommended. User-based, the k users most like u have a say.
   */
  PER_ROW,

  /**
   * Each column z keeps its k largest S(x, z). Item-based, each item is scored by the k items most
   * like it, as far as they were rated: every item that is like another can be recommended. User-
   * based, those users have a say who have u among the k most like them: to whom nobody is that
   * near, nothing is recommended.
   *
   * <p>Where s(x, z) is s(z, x) the k largest of a column are those of the row. Where not ({@link
   * RatingSimilarity#givenTheRow}), the neighbours of x are those x' of the largest s(x', x), and
   * that is the similarity at which they are told and take part in predictions. By {@link
   * RatingSimilarity#CONDITIONAL_PROBABILITY} rows of few ratings come first, which share all they
   * have with many; a {@link io.talus.op.Support} holds them back.
   */
  PER_COLUMN
}
