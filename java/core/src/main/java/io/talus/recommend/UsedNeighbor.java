package io.talus.recommend;

/**
 * A neighbour on which a prediction rests.
 *
 * @param index the index of the item (or user)
 * @param id its id
 * @param similarity its similarity, above 0: its weight
 * @param rating what the user gave that item (or that user gave the item)
 */
public record UsedNeighbor(int index, String id, double similarity, float rating) {}
