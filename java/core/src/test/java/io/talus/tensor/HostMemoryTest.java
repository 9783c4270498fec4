package io.talus.tensor;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.nio.IntBuffer;
import java.nio.LongBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.junit.jupiter.api.Test;

/** {@link HostMemory} where a block is larger than one buffer. */
class HostMemoryTest {
  private static final long CHUNK = HostMemory.CHUNK_BYTES;

  @Test
  void chunksCoverTheBlock() {
    assertEquals(0, HostMemory.chunkCount(0));
    assertEquals(1, HostMemory.chunkCount(1));
    assertEquals(1, HostMemory.chunkCount(CHUNK));
    assertEquals(2, HostMemory.chunkCount(CHUNK + 1));
    assertThrows(ArithmeticException.class, () -> HostMemory.chunkCount(Long.MAX_VALUE));
  }

  /** Two chunks of a file with a hole in it, so that a gibibyte costs a few pages. */
  @Test
  void copiesRunAcrossTheChunks() throws IOException {
    Path file = Files.createTempFile("chunks", ".bin");
    try (FileChannel channel =
        FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
      channel.write(ByteBuffer.allocate(1), CHUNK + 4095);
      ByteBuffer[] chunks = {
        channel.map(FileChannel.MapMode.READ_WRITE, 0, CHUNK),
        channel.map(FileChannel.MapMode.READ_WRITE, CHUNK, 4096)
      };
      MemoryLedger ledger = new MemoryLedger("test");
      try (HostMemory memory =
          new HostMemory(ledger, CHUNK + 4096, "two chunks", 0, chunks, () -> {})) {
        copyAcross(memory);
        assertEquals(CHUNK + 4096, ledger.bytes());
      }
      assertEquals(0, ledger.bytes());
    } finally {
      Files.delete(file);
    }
  }

  private static void copyAcross(HostMemory memory) {
    long floats = CHUNK / Float.BYTES;
    memory.upload(floats - 2, FloatBuffer.wrap(new float[] {1, 2, 3, 4}));
    float[] read = new float[4];
    memory.download(floats - 2, FloatBuffer.wrap(read));
    assertArrayEquals(new float[] {1, 2, 3, 4}, read);
    assertEquals(2, memory.getFloat(floats - 1));
    assertEquals(3, memory.getFloat(floats));
    memory.setFloat(floats, -3);
    assertEquals(-3, memory.getFloat(floats));

    memory.upload(floats - 1, IntBuffer.wrap(new int[] {5, 6}));
    int[] ints = new int[2];
    memory.download(floats - 1, IntBuffer.wrap(ints));
    assertArrayEquals(new int[] {5, 6}, ints);
    assertEquals(6, memory.getInt(floats));
    memory.setInt(floats, 7);
    assertEquals(7, memory.getInt(floats));

    long longs = CHUNK / Long.BYTES;
    memory.upload(longs - 1, LongBuffer.wrap(new long[] {8, 9}));
    long[] offsets = new long[2];
    memory.download(longs - 1, LongBuffer.wrap(offsets));
    assertArrayEquals(new long[] {8, 9}, offsets);
    assertEquals(9, memory.getLong(longs));
  }
}
