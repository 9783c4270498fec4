package io.talus.data;

import java.lang.System.Logger.Level;

/**
 * Examples put aside for the last look at a finished network. They are no {@link Dataset} until
 * opened, so that nothing can be learned from them, or chosen by them, unawares.
 *
 * <p>Open it once. Whoever goes on to change the network and looks again chooses by these examples;
 * then the result is no longer that of examples never seen. A second look is logged as a warning.
 *
 * <pre>{@code
 * TestSet test = new TestSet(split.heldOut());
 * ... choose and train on split.training() ...
 * Evaluation last = Evaluation.of(network, test.open());
 * }</pre>
 */
public final class TestSet {
  private static final System.Logger LOG = System.getLogger("io.talus");

  private final Dataset examples;
  private int timesOpened;

  public TestSet(Dataset examples) {
    this.examples = examples;
  }

  /** Examples inside. */
  public int rows() {
    return examples.rows();
  }

  /** The examples, for the final inference. */
  public synchronized Dataset open() {
    timesOpened++;
    if (timesOpened > 1) {
      LOG.log(
          Level.WARNING,
          "test set: opened "
              + timesOpened
              + " times. What has been chosen by it is judged too well by it; put new examples"
              + " aside, or say so beside the result");
    }
    return examples;
  }

  /** How often it was opened: 1 beside a result that can be trusted. */
  public synchronized int timesOpened() {
    return timesOpened;
  }

  /** Says how many examples, and shows none. */
  @Override
  public String toString() {
    return "test set of " + examples;
  }
}
