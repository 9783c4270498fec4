package io.talus.recommend;

import java.util.SortedMap;

/** Someone unseen, served by an {@link ImplicitModel}: a vector of its own. */
final class FoldedInCounts implements UnseenUser.Model {
  private final ImplicitModel model;
  private final Factors own;
  private final boolean known;

  FoldedInCounts(ImplicitModel model, SortedMap<Integer, Float> counts) {
    this.model = model;
    this.own = Factors.zero(1, model.factors());
    this.known = !counts.isEmpty();
    if (known) {
      model.equations().solve(counts, own);
    }
  }

  @Override
  public void score(double[] scores) {
    for (int item = 0; item < scores.length; item++) {
      boolean scored = known && model.ratings().byItem().size(item) > 0;
      scores[item] = scored ? own.dot(0, model.items(), item) : Double.NaN;
    }
  }

  @Override
  public Prediction predict(int item) {
    throw new IllegalStateException(
        "this model learned from counts: it recommends, and predicts no ratings");
  }
}
