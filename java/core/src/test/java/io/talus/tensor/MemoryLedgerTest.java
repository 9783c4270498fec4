package io.talus.tensor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** {@link MemoryLedger}: what is held, and what was lost. */
class MemoryLedgerTest {

  private static HostMemory block(MemoryLedger ledger, long bytes, String label) {
    return new HostMemory(ledger, bytes, label, 0, new ByteBuffer[0], () -> {});
  }

  @Test
  void countsBytesAndBlocksAndTellsTheLargest() {
    MemoryLedger ledger = new MemoryLedger("abacus");
    assertEquals("abacus holds 0 bytes in 0 blocks", ledger.describe());
    HostMemory small = block(ledger, 1, "small");
    HostMemory large = block(ledger, 300, "large");
    block(ledger, 20, "middle").close();
    assertEquals(
        "abacus holds 301 bytes in 2 blocks, the largest: large (300 bytes), small (1 bytes)",
        ledger.describe());
    large.close();
    large.close();
    small.close();
    assertEquals(0, ledger.bytes());
    assertEquals(0, ledger.leaks());
  }

  @Test
  void aLostBlockIsCountedAndAClosedOneIsNot() throws InterruptedException {
    MemoryLedger ledger = new MemoryLedger("abacus");
    for (int i = 0; i < 100; i++) {
      block(ledger, 5, "closed").close();
    }
    block(ledger, 7, "lost on purpose");
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
    while (ledger.leaks() == 0 && System.nanoTime() < end) {
      System.gc();
      Thread.sleep(20);
    }
    assertEquals(1, ledger.leaks(), "leaks counted within 20 seconds");
    assertTrue(ledger.bytes() == 7, "what was lost is still held");
  }
}
