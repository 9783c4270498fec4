package io.talus.tensor;

import java.lang.System.Logger.Level;
import java.lang.ref.Cleaner;
import java.util.Comparator;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;

/**
 * The account of a backend's memory: what is held, by whom, and what was lost.
 *
 * <p>A block that becomes unreachable without having been closed is a leak. It is reported through
 * the logger {@code io.talus} and counted, not freed: hiding it would only move the failure. With
 * {@code -Dtalus.debug.leaks=true} the report carries the place of the allocation.
 */
public final class MemoryLedger {
  private static final System.Logger LOG = System.getLogger("io.talus");
  private static final Cleaner CLEANER = Cleaner.create();
  private static final int OWNERS_TOLD = 3;

  private final String device;
  private final Set<Entry> entries = ConcurrentHashMap.newKeySet();
  private final AtomicLong bytes = new AtomicLong();
  private final AtomicLong most = new AtomicLong();
  private final AtomicLong leaks = new AtomicLong();

  /**
   * @param device the device's name, for messages
   */
  public MemoryLedger(String device) {
    this.device = device;
  }

  /** The name of the device whose memory this counts. */
  public String device() {
    return device;
  }

  /** Bytes held by open blocks. */
  public long bytes() {
    return bytes.get();
  }

  /** The most bytes that open blocks ever held. */
  public long mostBytes() {
    return most.get();
  }

  /** Blocks that are open. */
  public long blocks() {
    return entries.size();
  }

  /** Blocks that were lost without being closed, since the start. */
  public long leaks() {
    return leaks.get();
  }

  /** Says how much is held and by which blocks most, for an out-of-memory message. */
  public String describe() {
    String largest =
        entries.stream()
            .sorted(Comparator.comparingLong(Entry::bytes).reversed())
            .limit(OWNERS_TOLD)
            .map(entry -> entry.label() + " (" + entry.bytes() + " bytes)")
            .collect(Collectors.joining(", "));
    return device
        + " holds "
        + bytes()
        + " bytes in "
        + blocks()
        + " blocks"
        + (largest.isEmpty() ? "" : ", the largest: " + largest);
  }

  Entry add(Memory memory, long size, String label) {
    Throwable site =
        Boolean.getBoolean("talus.debug.leaks") ? new Throwable("allocated here") : null;
    Entry entry = new Entry(label, size, site);
    entries.add(entry);
    most.accumulateAndGet(bytes.addAndGet(size), Math::max);
    // The action must not reach `memory`, or it would never become unreachable.
    entry.cleanable = CLEANER.register(memory, () -> reportLeak(entry));
    return entry;
  }

  void remove(Entry entry) {
    if (entries.remove(entry)) {
      bytes.addAndGet(-entry.bytes());
      entry.cleanable.clean();
    }
  }

  private void reportLeak(Entry entry) {
    if (!entries.contains(entry)) {
      return;
    }
    leaks.incrementAndGet();
    String message =
        entry.label()
            + " ("
            + entry.bytes()
            + " bytes on "
            + device
            + ") was never closed. Close it, or make it in a Workspace that is closed";
    if (entry.site == null) {
      LOG.log(Level.WARNING, message + "; -Dtalus.debug.leaks=true tells where it was made");
    } else {
      LOG.log(Level.WARNING, message, entry.site);
    }
  }

  /** One open block. Compared by identity. */
  static final class Entry {
    private final String label;
    private final long bytes;
    private final Throwable site;
    private volatile Cleaner.Cleanable cleanable;

    Entry(String label, long bytes, Throwable site) {
      this.label = label;
      this.bytes = bytes;
      this.site = site;
    }

    String label() {
      return label;
    }

    long bytes() {
      return bytes;
    }
  }
}
