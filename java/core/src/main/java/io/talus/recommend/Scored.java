package io.talus.recommend;

/**
 * An item, or a user, and what speaks for it.
 *
 * @param index its index
 * @param id its id
 * @param score larger is better; what it means is said by who gives it
 */
public record Scored(int index, String id, double score) {}
