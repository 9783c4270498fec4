package io.talus.recommend;

import io.talus.data.Shuffle;
import java.util.SortedMap;

/** Someone unseen, served by a {@link FactorizationModel}: a leaning and a vector of its own. */
final class FoldedIn implements UnseenUser.Model {
  private final FactorizationModel model;
  private final Factors own;
  private float leaning;

  private FoldedIn(FactorizationModel model) {
    this.model = model;
    this.own = Factors.zero(1, model.factors());
  }

  /** Learns from ratings by the items' indices. */
  static FoldedIn learn(FactorizationModel model, SortedMap<Integer, Float> rated) {
    FoldedIn folded = new FoldedIn(model);
    int[] items = rated.keySet().stream().mapToInt(Integer::intValue).toArray();
    MatrixFactorization settings = model.settings();
    for (int epoch = 1; epoch <= settings.epochs(); epoch++) {
      for (int at : Shuffle.permutation(items.length, settings.seed(), epoch)) {
        folded.step(items[at], rated.get(items[at]));
      }
    }
    return folded;
  }

  private void step(int item, double rating) {
    MatrixFactorization settings = model.settings();
    double rate = settings.learningRate();
    double error = rating - value(item);
    if (!Double.isFinite(error)) {
      throw new ArithmeticException(
          "what an unseen user would think of item '"
              + model.ratings().itemId(item)
              + "' became infinite: fit with a smaller learning rate (it is "
              + rate
              + ")");
    }
    leaning += (float) (rate * (error - settings.regularization() * leaning));
    float[] p = own.values();
    float[] q = model.items().values();
    int at = item * p.length;
    for (int f = 0; f < p.length; f++) {
      p[f] += (float) (rate * (error * q[at + f] - settings.regularization() * p[f]));
    }
  }

  private double value(int item) {
    return model.ratings().mean()
        + leaning
        + model.itemLeanings()[item]
        + own.dot(0, model.items(), item);
  }

  @Override
  public void score(double[] scores) {
    for (int item = 0; item < scores.length; item++) {
      scores[item] = model.ratings().byItem().size(item) > 0 ? value(item) : Double.NaN;
    }
  }

  @Override
  public Prediction predict(int item) {
    return model.prediction(value(item), Prediction.Lack.NOTHING);
  }
}
