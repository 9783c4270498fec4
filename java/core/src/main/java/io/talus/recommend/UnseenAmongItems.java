package io.talus.recommend;

import java.util.SortedMap;

/** Someone unseen, served by the neighbours of items. */
final class UnseenAmongItems implements UnseenUser.Model {
  private final KnnRecommender model;
  private final SortedMap<Integer, Float> rated;
  private final double columnCenter;

  UnseenAmongItems(KnnRecommender model, SortedMap<Integer, Float> rated) {
    this.model = model;
    this.rated = rated;
    this.columnCenter = model.centers().ofColumn(rated);
  }

  @Override
  public void score(double[] scores) {
    KnnScores sums = new KnnScores(model.votes(), model.recommending(), scores);
    rated.forEach(sums::addNeighborsOf);
  }

  @Override
  public Prediction predict(int item) {
    Centers centers = model.centers();
    return model
        .votes()
        .predict(
            model.neighbors(),
            item,
            other -> rated.getOrDefault(other, Float.NaN),
            columnCenter,
            centers.rows()[item],
            centers.scales()[item]);
  }
}
