package io.talus.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import org.junit.jupiter.api.Test;

class FoldsTest {

  private static String refusal(Runnable call) {
    return assertThrows(IllegalArgumentException.class, call::run).getMessage();
  }

  @Test
  void takesTwoToSixAndMoreOnlyWhenAskedAgain() {
    for (int count = 2; count <= 6; count++) {
      assertEquals(count, Folds.of(count).count());
    }
    assertEquals(5, Folds.FIVE.count());
    assertEquals(
        "7 folds: more than 6 are too small to say anything each, and training 7 times on nearly"
            + " the same examples adds cost, not knowledge. Take 5, or ask for them with"
            + " Folds.many(7) or --many-folds",
        refusal(() -> Folds.of(7)));
    assertEquals(10, Folds.many(10).count());
    for (int count : new int[] {1, 0, -3}) {
      assertTrue(refusal(() -> Folds.of(count)).startsWith(count + " folds: at least 2"));
      assertTrue(refusal(() -> Folds.many(count)).startsWith(count + " folds: at least 2"));
    }
  }

  @Test
  void dealsExamplesEvenlyByTheSeedAlone() {
    int[] folds = Folds.of(4).random(23, 9);
    assertArrayEquals(new int[] {6, 6, 6, 5}, counts(folds, 4));
    assertArrayEquals(folds, Folds.of(4).random(23, 9));
    assertFalse(Arrays.equals(folds, Folds.of(4).random(23, 10)));
    assertEquals(
        "5 folds of 4 examples: some would be empty", refusal(() -> Folds.FIVE.random(4, 1)));
  }

  /** 11, 5 and 7 of three classes in three folds: 4 or 3 and so on of each, 8, 8 and 7 in all. */
  @Test
  void dealsEveryClassEvenly() {
    int[] labels = new int[23];
    Arrays.fill(labels, 0, 5, 1);
    Arrays.fill(labels, 5, 12, 2);
    int[] folds = Folds.of(3).stratified(labels, 3, 7);
    int[] all = counts(folds, 3);
    Arrays.sort(all);
    assertArrayEquals(new int[] {7, 8, 8}, all);
    int[][] ofClass = new int[3][3];
    for (int i = 0; i < labels.length; i++) {
      ofClass[labels[i]][folds[i]]++;
    }
    int[] sizes = {11, 5, 7};
    for (int c = 0; c < 3; c++) {
      for (int fold = 0; fold < 3; fold++) {
        int least = sizes[c] / 3;
        assertTrue(ofClass[c][fold] == least || ofClass[c][fold] == least + 1);
      }
    }
    assertArrayEquals(folds, Folds.of(3).stratified(labels, 3, 7));
    assertFalse(Arrays.equals(folds, Folds.of(3).stratified(labels, 3, 8)));
  }

  @Test
  void refusesAClassThatWouldBeEmptyInAFold() {
    int[] labels = {0, 0, 0, 0, 0, 1, 1, 1};
    assertEquals(
        "class 1 has 3 examples, so that it would be empty in some of 5 folds: take at most 3"
            + " folds, more examples of it, or leave the class out",
        refusal(() -> Folds.FIVE.stratified(labels, 2, 1)));
    assertEquals(
        "class 2 has 0 examples, so that it would be empty in some of 2 folds: take more examples"
            + " of it, or leave the class out",
        refusal(() -> Folds.of(2).stratified(labels, 3, 1)));
  }

  private static int[] counts(int[] folds, int count) {
    int[] counts = new int[count];
    for (int fold : folds) {
      counts[fold]++;
    }
    return counts;
  }
}
