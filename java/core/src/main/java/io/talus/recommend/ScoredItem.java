package io.talus.recommend;

/**
 * An item and what speaks for it.
 *
 * @param item its index
 * @param id its id
 * @param score larger is better; what it means is said by who gives it
 */
public record ScoredItem(int item, String id, double score) {}
