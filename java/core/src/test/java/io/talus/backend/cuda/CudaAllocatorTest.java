package io.talus.backend.cuda;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.talus.tensor.DeviceException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** On the software device, which counts what is not given back. */
@Tag("emulated")
class CudaAllocatorTest {
  private static final long LIMIT = 1 << 20;

  private CudaContext context;
  private CudaAllocator allocator;
  private CudaStream stream;

  @BeforeEach
  void start() {
    SoftwareDevice.folder();
    CudaBackend backend = (CudaBackend) new CudaBackendProvider().start().get(0);
    context = backend.context();
    allocator = new CudaAllocator(context, true, LIMIT);
    stream = new CudaStream(context, allocator, closed -> {});
  }

  @AfterEach
  void end() {
    if (stream != null) {
      stream.close();
      context.enter();
      allocator.trim();
      assertEquals(0, allocator.statistics().bytesHeld());
    }
  }

  @Test
  void sizesAreRoundedUpByAnEighthAtMost() {
    assertEquals(512, CudaAllocator.rounded(0));
    assertEquals(512, CudaAllocator.rounded(512));
    for (long bytes = 513; bytes < 1L << 40; bytes = bytes * 9 / 8 + 7) {
      long size = CudaAllocator.rounded(bytes);
      assertTrue(
          size >= bytes && (size - bytes) * 8 <= Math.max(bytes, 8 * 512), bytes + " " + size);
      assertEquals(size, CudaAllocator.rounded(size), "a size is its own");
    }
  }

  @Test
  void aBlockGivenBackIsHandedOutAgainToItsStream() {
    CudaAllocator.Block first = allocator.take(10_000, "first", stream);
    long address = first.pointer().address();
    allocator.give(first);
    CudaAllocator.Block second = allocator.take(9_900, "second", stream);
    assertEquals(address, second.pointer().address());
    assertEquals(1, allocator.statistics().driverCalls());
    CudaAllocator.Block third = allocator.take(9_900, "third", stream);
    assertNotEquals(address, third.pointer().address());
    allocator.give(second);
    allocator.give(third);
    assertEquals(allocator.statistics().bytesHeld(), allocator.statistics().bytesKept());
  }

  @Test
  void anotherStreamGetsItOnlyWhenTheFirstIsDone() {
    CudaStream other = new CudaStream(context, allocator, closed -> {});
    CudaAllocator.Block first = allocator.take(10_000, "first", other);
    long address = first.pointer().address();
    allocator.give(first);
    CudaAllocator.Block mine = allocator.take(10_000, "mine", stream);
    assertNotEquals(address, mine.pointer().address(), "the other's work may be under way");
    other.close();
    CudaAllocator.Block next = allocator.take(10_000, "next", stream);
    assertEquals(address, next.pointer().address());
    allocator.give(mine);
    allocator.give(next);
  }

  @Test
  void aMuchLargerBlockIsNotUsedForASmallOne() {
    allocator.give(allocator.take(100_000, "large", stream));
    CudaAllocator.Block small = allocator.take(10_000, "small", stream);
    assertEquals(2, allocator.statistics().driverCalls());
    allocator.give(small);
  }

  @Test
  void atTheLimitWhatIsKeptIsGivenUpFirst() {
    allocator.give(allocator.take(LIMIT / 2, "kept", stream));
    CudaAllocator.Block most = allocator.take(LIMIT * 3 / 4, "most", stream);
    assertEquals(0, allocator.statistics().bytesKept());
    String message =
        assertThrows(
                DeviceException.class, () -> allocator.take(LIMIT / 2, "Tensor 256x512", stream))
            .getMessage();
    assertTrue(
        message.contains("out of memory: Tensor 256x512 needs 524288 bytes")
            && message.contains("the limit of 1048576 bytes (talus.cuda.memory)"),
        message);
    allocator.give(most);
    allocator.give(allocator.take(LIMIT / 2, "again", stream));
  }
}
