/**
 * Recommending by neighbourhood: the items most alike, what a user would think of an item, and what
 * to show a user next.
 *
 * <p>{@link io.talus.recommend.Neighbors} are computed on a device, for items or for users alike;
 * what builds on them is a {@link io.talus.recommend.Recommender} (ranks items), a {@link
 * io.talus.recommend.RatingPredictor} (predicts ratings), or both, and is judged by {@link
 * io.talus.recommend.RankingMetrics} and {@link io.talus.recommend.RatingMetrics}.
 *
 * <p>Imports {@code io.talus}, {@code op}, {@code tensor} and {@code data}; never a backend.
 */
package io.talus.recommend;
