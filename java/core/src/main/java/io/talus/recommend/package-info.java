/**
 * Recommending by neighbourhood: the items or users most alike, what a user would think of an item,
 * and what to show a user next.
 *
 * <p>{@link io.talus.recommend.Neighbors} are computed on a device, for items or for users alike. A
 * {@link io.talus.recommend.Recommender} scores items, a {@link io.talus.recommend.RatingPredictor}
 * predicts ratings; {@link io.talus.recommend.Knn} makes one that is both, beside the simpler
 * {@link io.talus.recommend.Baselines}, {@link io.talus.recommend.PopularityRecommender} and {@link
 * io.talus.recommend.MeanPredictor}. {@link io.talus.recommend.MatrixFactorization} learns vectors
 * of users and items from ratings, {@link io.talus.recommend.ImplicitFactorization} from counts,
 * {@link io.talus.recommend.NeuralFiltering} a network of them from either. They are judged by
 * {@link io.talus.recommend.RankingMetrics} and {@link io.talus.recommend.RatingMetrics}, over many
 * splits by {@link io.talus.recommend.FoldResults}.
 *
 * <p>Imports {@code io.talus}, {@code op}, {@code tensor}, {@code data} and {@code train}; never a
 * backend.
 */
package io.talus.recommend;
