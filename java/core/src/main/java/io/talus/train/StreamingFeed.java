package io.talus.train;

import io.talus.Workspace;
import io.talus.data.Dataset;
import io.talus.data.ExampleSource;
import io.talus.data.Shuffle;
import io.talus.tensor.IntTensor;
import io.talus.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;

/**
 * Reads examples a batch ahead on threads of its own, while the device works on the batch before:
 * for examples that are read from disk, changed as they come, or too many for the device's memory.
 * Feeding allocates nothing, as far as the source does not.
 *
 * <p>Several threads share the rows of a batch, and go on with the next one when all are taken;
 * what comes out does not depend on how many they are.
 *
 * <p>Batches are loaded in order, from 0; batch 0 begins the epoch again.
 */
public final class StreamingFeed implements Feed {
  private static final String TRAINING = "training";
  private static final int SLOTS = 2;

  /** Beyond so many, by themselves, the disk is what is waited for. */
  private static final int MOST_READERS = 8;

  /** How many parts of a batch each reader takes, so that all are done at about the same time. */
  private static final int PARTS_EACH = 4;

  private final ExampleSource examples;
  private final int batch;
  private final int part;
  private final int[] order;
  private final StreamedBatch[] slots = new StreamedBatch[SLOTS];
  private final Workspace memory;
  private final List<Reader> readers = new ArrayList<>();

  // Guarded by this.
  private int batchesTaken;
  private int rowsTaken; // of the batch after these
  private int batchesRead;
  private int batchesLoaded;
  private int readersAtWork;
  private boolean hasBegun;
  private boolean isChanging;
  private boolean isClosed;
  private Throwable failure;

  /** As many readers as processors, less the one for the device's thread: 1 to 8. */
  static int usualReaders() {
    return Math.max(1, Math.min(MOST_READERS, Runtime.getRuntime().availableProcessors() - 1));
  }

  /**
   * With the usual number of readers, see {@link TrainingLoop#readers}.
   *
   * @throws IllegalArgumentException when the examples do not fit the network
   */
  public StreamingFeed(ExampleSource examples, TrainingStep step) {
    this(examples, step, usualReaders());
  }

  /**
   * @param readers threads that read, at least one
   * @throws IllegalArgumentException when the examples do not fit the network
   */
  public StreamingFeed(ExampleSource examples, TrainingStep step, int readers) {
    this(
        fitting(examples, step.network()),
        step.network(),
        TRAINING,
        step.inputs(),
        step.targets(),
        readers);
  }

  private static ExampleSource fitting(ExampleSource examples, Network network) {
    network.requireFits(examples, TRAINING);
    return examples;
  }

  /**
   * @param what they are read for, in messages
   * @param inputs gets the features, of as many rows as a full batch has
   * @param targets gets the classes
   */
  StreamingFeed(
      ExampleSource examples,
      Network network,
      String what,
      Tensor inputs,
      IntTensor targets,
      int readers) {
    requireReaders(readers);
    this.examples = examples;
    batch = Math.toIntExact(inputs.rows());
    order = new int[examples.rows()];
    for (int i = 0; i < order.length; i++) {
      order[i] = i;
    }
    int rows = Math.min(batch, order.length);
    part = readers == 1 ? rows : Math.max(1, rows / (PARTS_EACH * readers));
    memory = network.device().workspace();
    try {
      Tensor ahead = ahead(rows);
      // The rows of a Dataset were checked when it was made.
      boolean isChecked = !(examples instanceof Dataset);
      for (int i = 0; i < SLOTS; i++) {
        slots[i] = new StreamedBatch(examples, network, what, isChecked, inputs, targets, ahead);
      }
    } catch (RuntimeException failed) {
      memory.close();
      throw failed;
    }
    for (int i = 0; i < readers; i++) {
      this.readers.add(new Reader());
    }
    this.readers.forEach(Thread::start);
  }

  /** Where features wait for their turn; null where the device shares the machine's memory. */
  private Tensor ahead(int rows) {
    boolean isApart = memory.device().availableMemoryBytes().isPresent();
    return isApart ? memory.tensor(rows, examples.inputs()) : null;
  }

  static int requireReaders(int readers) {
    if (readers < 1) {
      throw new IllegalArgumentException(
          "training: " + readers + " readers of examples; at least 1 is needed");
    }
    return readers;
  }

  @Override
  public synchronized void shuffle(long seed, int epoch, int first) {
    begin(() -> Shuffle.shuffle(order, seed, epoch), first);
  }

  @Override
  public int batches() {
    return (order.length + batch - 1) / batch;
  }

  private int rows(int ofBatch) {
    return Math.min(batch, order.length - ofBatch * batch);
  }

  /**
   * {@inheritDoc}
   *
   * @throws IllegalStateException when it is not the next batch
   * @throws RuntimeException what reading failed with: {@link java.io.UncheckedIOException} of a
   *     file, {@link IllegalArgumentException} where a feature is not finite
   */
  @Override
  public int load(int number) {
    StreamedBatch slot = awaitRead(number);
    int rows = slot.upload();
    synchronized (this) {
      batchesLoaded++;
      notifyAll();
    }
    return rows;
  }

  private synchronized StreamedBatch awaitRead(int number) {
    if (number == 0 && (batchesLoaded > 0 || !hasBegun)) {
      begin(() -> {}, 0);
    }
    if (number != batchesLoaded || number >= batches()) {
      throw new IllegalStateException(
          "feed: batch "
              + number
              + " of "
              + batches()
              + " is not next; batches are streamed in order, "
              + batchesLoaded
              + " are loaded");
    }
    while (batchesRead <= number && failure == null && !isClosed) {
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
    return slots[number % SLOTS];
  }

  /** Starts an epoch, once the readers have left the one before. */
  private synchronized void begin(Runnable change, int first) {
    isChanging = true;
    while (readersAtWork > 0) {
      await();
    }
    change.run();
    isChanging = false;
    hasBegun = true;
    batchesTaken = first;
    rowsTaken = 0;
    batchesRead = first;
    batchesLoaded = first;
    notifyAll();
  }

  /** Reads parts of batches until the feed is closed. */
  private final class Reader extends Thread {
    private int number;
    private int first;
    private int count;

    Reader() {
      super("talus-feed");
      setDaemon(true);
    }

    @Override
    public void run() {
      while (take(this)) {
        Throwable failed = null;
        try {
          slots[number % SLOTS].read(order, number * batch, first, count);
        } catch (RuntimeException | Error e) {
          failed = e;
        }
        done(this, failed);
      }
    }
  }

  /** Gives a reader the next part; false when there will be none. */
  private synchronized boolean take(Reader reader) {
    while (!isClosed
        && (!hasBegun
            || isChanging
            || failure != null
            || batchesTaken == batches()
            || batchesTaken - batchesLoaded == SLOTS)) {
      await();
    }
    if (isClosed) {
      return false;
    }
    int rows = rows(batchesTaken);
    if (rowsTaken == 0) {
      slots[batchesTaken % SLOTS].begin(rows);
    }
    reader.number = batchesTaken;
    reader.first = rowsTaken;
    reader.count = Math.min(part, rows - rowsTaken);
    rowsTaken += reader.count;
    if (rowsTaken == rows) {
      batchesTaken++;
      rowsTaken = 0;
    }
    readersAtWork++;
    return true;
  }

  private synchronized void done(Reader reader, Throwable failed) {
    readersAtWork--;
    slots[reader.number % SLOTS].finished(reader.count);
    while (batchesRead < batchesTaken && slots[batchesRead % SLOTS].isWhole()) {
      batchesRead++;
    }
    failure = failure == null ? failed : failure;
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
      for (Reader reader : readers) {
        reader.join();
      }
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
    memory.close();
  }
}
