package io.talus.cli;

import io.talus.data.Dataset;
import io.talus.data.TestSet;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/**
 * What is dealt into folds, and what is put aside.
 *
 * @param examples not normalized
 * @param test not normalized
 */
record CrossvalData(String name, List<String> classes, Dataset examples, Optional<TestSet> test) {

  /**
   * Reads them.
   *
   * @param testShare of each class that is put aside, or 0
   */
  static CrossvalData of(DataSource source, double testShare, long seed) throws IOException {
    DataSource.Labelled labelled = source.training(null);
    if (source.hasTest()) {
      if (testShare != 0) {
        throw new IllegalArgumentException(
            "--test-share " + testShare + ": " + source.name() + " has a test part; leave it out");
      }
      // Read at once, so that a damaged file costs no training; looked at in the end.
      Dataset test = source.test(labelled.classes()).examples();
      if (test.inputs() != labelled.examples().inputs()) {
        throw new IllegalArgumentException(
            source.name()
                + ": the test part has "
                + test.inputs()
                + " features an example, the training part "
                + labelled.examples().inputs());
      }
      return new CrossvalData(
          source.name(), labelled.classes(), labelled.examples(), Optional.of(new TestSet(test)));
    }
    if (testShare == 0) {
      return new CrossvalData(
          source.name(), labelled.classes(), labelled.examples(), Optional.empty());
    }
    Dataset.Split split = labelled.examples().stratifiedSplit(testShare, seed);
    return new CrossvalData(
        source.name(),
        labelled.classes(),
        split.training(),
        Optional.of(new TestSet(split.heldOut())));
  }

  /**
   * @throws IllegalArgumentException when nothing was put aside
   */
  void requireTest() {
    if (test.isEmpty()) {
      throw new IllegalArgumentException(
          "--final-test: " + name + " has no test part; set one aside with --test-share 0.2");
    }
  }
}
