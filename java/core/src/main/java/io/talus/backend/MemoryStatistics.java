package io.talus.backend;

import io.talus.tensor.MemoryLedger;
import java.util.OptionalLong;

/**
 * What is known of a device's memory at one moment.
 *
 * @param usedBytes held by open tensors
 * @param mostUsedBytes the most that open tensors ever held
 * @param reservedBytes got from the system, in use or kept for later use
 * @param capacityBytes of the device; absent where it shares the machine's memory
 * @param freeBytes that nobody on the machine has reserved; absent likewise
 * @param availableBytes that can still be had: free or kept, within a limit that is set; absent
 *     likewise
 */
public record MemoryStatistics(
    long usedBytes,
    long mostUsedBytes,
    long reservedBytes,
    OptionalLong capacityBytes,
    OptionalLong freeBytes,
    OptionalLong availableBytes) {

  /** Of a device that shares the machine's memory and keeps none of it. */
  public static MemoryStatistics ofHost(MemoryLedger ledger) {
    long used = ledger.bytes();
    return new MemoryStatistics(
        used,
        ledger.mostBytes(),
        used,
        OptionalLong.empty(),
        OptionalLong.empty(),
        OptionalLong.empty());
  }
}
