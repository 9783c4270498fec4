package io.talus.train;

import io.talus.data.Dataset;
import io.talus.data.ExampleSource;

/**
 * Puts batches of examples into a training step, in an order that is drawn anew for each epoch.
 *
 * <pre>{@code
 * feed.shuffle(seed, epoch);
 * for (int batch = 0; batch < feed.batches(); batch++) {
 *   step.run(feed.load(batch));
 * }
 * }</pre>
 *
 * Must be closed, before the step.
 */
public interface Feed extends AutoCloseable {

  /**
   * What suits the source: a {@link Dataset} is kept on the device as a whole ({@link BatchFeed}),
   * anything else is read a batch ahead ({@link StreamingFeed}) by the usual number of threads.
   *
   * @throws IllegalArgumentException when the examples do not fit the network
   */
  static Feed of(ExampleSource examples, TrainingStep step) {
    return of(examples, step, StreamingFeed.usualReaders());
  }

  /**
   * The same.
   *
   * @param readers threads that read ahead, where that is done
   */
  static Feed of(ExampleSource examples, TrainingStep step, int readers) {
    return examples instanceof Dataset data
        ? new BatchFeed(data, step)
        : new StreamingFeed(examples, step, readers);
  }

  /** Draws the order of an epoch. Until then examples come as in the source. */
  default void shuffle(long seed, int epoch) {
    shuffle(seed, epoch, 0);
  }

  /**
   * The same where the first batches of the epoch are not wanted any more.
   *
   * @param first the batch that will be loaded first
   */
  void shuffle(long seed, int epoch, int first);

  /** Batches in an epoch, the last of which may be smaller. */
  int batches();

  /**
   * Puts one batch of the epoch into the step's inputs and targets.
   *
   * @return its rows, for {@link TrainingStep#run(int)}
   */
  int load(int batch);

  @Override
  void close();
}
