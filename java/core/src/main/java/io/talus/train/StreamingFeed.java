package io.talus.train;

import io.talus.data.Dataset;
import io.talus.data.ExampleSource;
import io.talus.data.Shuffle;

/**
 * Reads examples a batch ahead on a thread of its own, while the device works on the batch before:
 * for examples that are read from disk, changed as they come, or too many for the device's memory.
 * Feeding allocates nothing, as far as the source does not.
 *
 * <p>Batches are loaded in order, from 0; batch 0 begins the epoch again.
 */
public final class StreamingFeed implements Feed {
  private static final int SLOTS = 2;

  private final ExampleSource examples;
  private final TrainingStep step;
  private final int[] order;
  private final StreamedBatch[] slots = new StreamedBatch[SLOTS];
  private final Thread reader;

  // Guarded by this.
  private int batchesRead;
  private int batchesLoaded;
  private boolean hasBegun;
  private boolean isReading;
  private boolean isClosed;
  private Throwable failure;

  /**
   * @throws IllegalArgumentException when the examples do not fit the network
   */
  public StreamingFeed(ExampleSource examples, TrainingStep step) {
    step.network().requireFits(examples, "training");
    this.examples = examples;
    this.step = step;
    order = new int[examples.rows()];
    for (int i = 0; i < order.length; i++) {
      order[i] = i;
    }
    for (int i = 0; i < SLOTS; i++) {
      // The rows of a Dataset were checked when it was made.
      slots[i] = new StreamedBatch(examples, !(examples instanceof Dataset), step, order.length);
    }
    reader = new Thread(this::read, "talus-feed");
    reader.setDaemon(true);
    reader.start();
  }

  @Override
  public synchronized void shuffle(long seed, int epoch, int first) {
    begin(() -> Shuffle.shuffle(order, seed, epoch), first);
  }

  @Override
  public int batches() {
    return (order.length + step.batch() - 1) / step.batch();
  }

  /**
   * {@inheritDoc}
   *
   * @throws IllegalStateException when it is not the next batch
   * @throws RuntimeException what reading failed with: {@link java.io.UncheckedIOException} of a
   *     file, {@link IllegalArgumentException} where a feature is not finite
   */
  @Override
  public int load(int batch) {
    StreamedBatch slot = awaitRead(batch);
    int rows = slot.upload();
    synchronized (this) {
      batchesLoaded++;
      notifyAll();
    }
    return rows;
  }

  private synchronized StreamedBatch awaitRead(int batch) {
    if (batch == 0 && (batchesLoaded > 0 || !hasBegun)) {
      begin(() -> {}, 0);
    }
    if (batch != batchesLoaded || batch >= batches()) {
      throw new IllegalStateException(
          "feed: batch "
              + batch
              + " of "
              + batches()
              + " is not next; batches are streamed in order, "
              + batchesLoaded
              + " are loaded");
    }
    while (batchesRead <= batch && failure == null && !isClosed) {
      await();
    }
    if (failure instanceof Error error) {
      throw error;
    }
    if (failure instanceof RuntimeException refused) {
      throw refused;
    }
    if (isClosed) {
      throw new IllegalStateException("the feed is closed");
    }
    return slots[batch % SLOTS];
  }

  /** Starts an epoch, once the reader has left the one before. */
  private synchronized void begin(Runnable change, int first) {
    while (isReading) {
      await();
    }
    change.run();
    hasBegun = true;
    batchesRead = first;
    batchesLoaded = first;
    notifyAll();
  }

  /** What the reader does until the feed is closed. */
  private void read() {
    for (int batch = next(); batch >= 0; batch = next()) {
      Throwable failed = null;
      try {
        slots[batch % SLOTS].read(order, batch * step.batch());
      } catch (RuntimeException | Error e) {
        failed = e;
      }
      done(failed);
    }
  }

  /** Waits for a batch to read; negative when there will be none. */
  private synchronized int next() {
    while (!isClosed
        && (!hasBegun
            || failure != null
            || batchesRead == batches()
            || batchesRead - batchesLoaded == SLOTS)) {
      await();
    }
    isReading = !isClosed;
    return isClosed ? -1 : batchesRead;
  }

  private synchronized void done(Throwable failed) {
    isReading = false;
    batchesRead++;
    failure = failed;
    notifyAll();
  }

  private void await() {
    try {
      wait();
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while waiting for examples", interrupted);
    }
  }

  @Override
  public void close() {
    synchronized (this) {
      isClosed = true;
      notifyAll();
    }
    try {
      reader.join();
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
