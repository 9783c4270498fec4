package io.talus.data;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** What to expect of learning from so many examples of so many classes. */
final class DatasetAdvice {
  private static final int MANY_CLASSES = 50;
  private static final int FEW_EXAMPLES = 100;

  private DatasetAdvice() {}

  static List<String> of(int[] classCounts) {
    List<String> advice = new ArrayList<>();
    if (classCounts.length > MANY_CLASSES) {
      advice.add(
          String.format(
              Locale.ROOT,
              "%d classes are more than %d: expect far lower accuracy than the same network gets"
                  + " on 10 (guessing gets %.1f %%), most of it lost among classes that look alike;"
                  + " look at the top-5 accuracy too",
              classCounts.length,
              MANY_CLASSES,
              100.0 / classCounts.length));
    }
    int fewest = 0;
    int below = 0;
    for (int c = 0; c < classCounts.length; c++) {
      fewest = classCounts[c] < classCounts[fewest] ? c : fewest;
      below += classCounts[c] < FEW_EXAMPLES ? 1 : 0;
    }
    if (below > 0) {
      advice.add(
          String.format(
              Locale.ROOT,
              "%d of %d classes have fewer than %d examples (class %d has %d): expect a network to"
                  + " learn them by heart, right on what it has seen and much less so on what it"
                  + " has not, and results that differ by several %% from one split to the next;"
                  + " more examples, augmentation, L2 or fewer parameters help",
              below,
              classCounts.length,
              FEW_EXAMPLES,
              fewest,
              classCounts[fewest]));
    }
    return advice;
  }
}
