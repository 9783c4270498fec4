package io.talus.backend.reference;

import io.talus.tensor.IntTensor;

/**
 * The k best candidates seen so far, best first. Candidates come in ascending order of their index,
 * so one that ties goes behind those that are there.
 */
final class TopK {
  private final int[] indices;
  private final float[] scores;
  private int count;

  TopK(long k) {
    indices = new int[Floats.length(k)];
    scores = new float[indices.length];
  }

  /** NaN is no candidate. */
  void offer(int index, float score) {
    boolean hasRoom = count < indices.length;
    boolean isBetter = count > 0 && score > scores[count - 1];
    if (Float.isNaN(score) || !(hasRoom || isBetter)) {
      return;
    }
    int place = hasRoom ? count++ : count - 1;
    while (place > 0 && score > scores[place - 1]) {
      indices[place] = indices[place - 1];
      scores[place] = scores[place - 1];
      place--;
    }
    indices[place] = index;
    scores[place] = score;
  }

  /** Writes the result as one row: index -1 and score NaN where candidates ran out. */
  void writeRow(long row, IntTensor indicesOut, Floats scoresOut) {
    for (int i = 0; i < indices.length; i++) {
      Floats.set(indicesOut, row * indices.length + i, i < count ? indices[i] : -1);
      scoresOut.set(row, i, i < count ? scores[i] : Float.NaN);
    }
  }
}
