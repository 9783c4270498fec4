package io.talus.contract;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.talus.Device;
import io.talus.Workspace;
import io.talus.backend.MemoryStatistics;
import io.talus.op.Fill;
import io.talus.tensor.Tensor;

/** What a device tells of itself: time and memory. */
class MeasuringTest {
  private static final long BYTES = 1 << 20;

  @EachBackend
  void measuredWorkIsDone(Subject on) {
    Workspace w = on.workspace();
    Tensor y = w.tensor(3);
    Fill op = new Fill(2f, y);
    long start = System.nanoTime();
    long nanos = w.measureNanos(() -> on.device().fill(op));
    long clock = System.nanoTime() - start;
    assertTrue(nanos >= 0 && nanos <= clock, nanos + " ns measured, in " + clock);
    assertArrayEquals(new float[] {2, 2, 2}, y.toArray());
  }

  @EachBackend
  void aFailureOfMeasuredWorkPassesAndNothingStaysLocked(Subject on) {
    Workspace w = on.workspace();
    IllegalStateException failure = new IllegalStateException();
    Runnable failing =
        () -> {
          throw failure;
        };
    assertEquals(failure, assertThrows(IllegalStateException.class, () -> w.measureNanos(failing)));
    measuredWorkIsDone(on);
  }

  @EachBackend
  void memoryIsCounted(Subject on) {
    Device device = on.device();
    long before = device.memory().usedBytes();
    assertEquals(device.memoryBytes(), before);
    try (Tensor block = device.tensor(BYTES / Float.BYTES)) {
      MemoryStatistics with = device.memory();
      assertEquals(before + block.bytes(), with.usedBytes());
      assertTrue(with.mostUsedBytes() >= with.usedBytes(), with::toString);
      assertTrue(with.reservedBytes() >= with.usedBytes(), with::toString);
      with.freeBytes()
          .ifPresent(
              free -> assertTrue(free + with.reservedBytes() <= with.capacityBytes().getAsLong()));
    }
    assertEquals(before, device.memory().usedBytes());
  }
}
