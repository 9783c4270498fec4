package io.talus.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.talus.Device;
import io.talus.Devices;
import io.talus.Workspace;
import io.talus.tensor.IntTensor;
import io.talus.tensor.Shape;
import io.talus.tensor.Tensor;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NpyTest {
  private final Device device = Devices.require("java");
  private final Workspace memory = device.workspace();
  @TempDir Path folder;

  @AfterEach
  void free() {
    memory.close();
    assertEquals(0, device.memoryBytes(), "a failed read must give its memory back");
  }

  /** A file as NumPy writes it. */
  private Path file(int version, String dictionary, ByteOrder order, int... values)
      throws IOException {
    int before = version == 1 ? 10 : 12;
    String text = dictionary + " ".repeat(127 - before - dictionary.length()) + "\n";
    ByteBuffer bytes = ByteBuffer.allocate(128 + 4 * values.length).order(ByteOrder.LITTLE_ENDIAN);
    bytes.put((byte) 0x93).put("NUMPY".getBytes(StandardCharsets.US_ASCII));
    bytes.put((byte) version).put((byte) 0);
    if (version == 1) {
      bytes.putShort((short) text.length());
    } else {
      bytes.putInt(text.length());
    }
    bytes.put(text.getBytes(StandardCharsets.US_ASCII)).order(order);
    for (int value : values) {
      bytes.putInt(value);
    }
    return Files.write(folder.resolve("x.npy"), bytes.array());
  }

  private String refused(Path file) {
    String message =
        assertThrows(MalformedFileException.class, () -> Npy.readFloats(file, memory)).getMessage();
    assertTrue(message.startsWith(file + ": "), message);
    return message.substring((file + ": ").length());
  }

  private String refused(String dictionary) throws IOException {
    return refused(file(1, dictionary, ByteOrder.LITTLE_ENDIAN, 1, 2, 3));
  }

  @Test
  void readsWhatNumPyWrites() throws IOException {
    int half = Float.floatToIntBits(0.5f);
    String floats = "{'descr': '<f4', 'fortran_order': False, 'shape': (2, 1), }";
    for (int version = 1; version <= 3; version++) {
      Tensor read = Npy.readFloats(file(version, floats, ByteOrder.LITTLE_ENDIAN, half, 0), memory);
      assertEquals(Shape.of(2, 1), read.shape());
      assertArrayEquals(new float[] {0.5f, 0}, read.toArray());
    }
    String big = "{'descr': '>f4', 'fortran_order': False, 'shape': (2,), }";
    assertArrayEquals(
        new float[] {0.5f, 0},
        Npy.readFloats(file(1, big, ByteOrder.BIG_ENDIAN, half, 0), memory).toArray());
    String single = "{'descr': '<i4', 'fortran_order': False, 'shape': (), }";
    IntTensor one = Npy.readInts(file(1, single, ByteOrder.LITTLE_ENDIAN, -7), memory);
    assertArrayEquals(new int[] {-7}, one.toArray());
  }

  @Test
  void writesWhatItReads() throws IOException {
    Path file = folder.resolve("written.npy");
    // Longer than one chunk, so that chunks meet.
    float[] values = new float[3 * 400_001];
    for (int i = 0; i < values.length; i++) {
      values[i] = Float.intBitsToFloat(i * 2654435); // NaNs of many kinds among them
    }
    Npy.write(file, memory.tensor(values, 3, 400_001));
    Tensor read = Npy.readFloats(file, memory);
    assertEquals(Shape.of(3, 400_001), read.shape());
    float[] found = read.toArray();
    for (int i = 0; i < values.length; i++) {
      assertEquals(Float.floatToRawIntBits(values[i]), Float.floatToRawIntBits(found[i]));
    }
    byte[] start = Arrays.copyOf(Files.readAllBytes(file), 128);
    assertEquals(0, (10 + start[8] + 256 * start[9]) % 64, "NumPy aligns to 64 bytes");
    Npy.write(file, memory.ints(new int[] {Integer.MIN_VALUE, 5, -1}, 3));
    assertArrayEquals(new int[] {Integer.MIN_VALUE, 5, -1}, Npy.readInts(file, memory).toArray());
    Npy.write(file, memory.tensor(0, 4));
    assertEquals(Shape.of(0, 4), Npy.readFloats(file, memory).shape());
  }

  @Test
  void saysWhatIsWrong() throws IOException {
    assertEquals(
        "holds numbers of type '<f8'; expected '<f4' (float32)",
        refused("{'descr': '<f8', 'fortran_order': False, 'shape': (3,), }"));
    assertEquals(
        "is in column-major order; save numpy.ascontiguousarray(x) for row-major order",
        refused("{'descr': '<f4', 'fortran_order': True, 'shape': (3,), }"));
    assertEquals(
        "has 12 bytes behind the header, which announces an array of 2x2: 16 bytes",
        refused("{'descr': '<f4', 'fortran_order': False, 'shape': (2, 2), }"));
    assertEquals(
        "has 12 bytes behind the header, which announces an array of 2: 8 bytes",
        refused("{'descr': '<f4', 'fortran_order': False, 'shape': (2,), }"));
    assertTrue(refused("{'descr': '<f4', 'shape': (3,), }").contains("no proper 'fortran_order'"));
    assertTrue(
        refused("{'descr': '<f4', 'fortran_order': False, 'shape': (-3,), }")
            .contains("no proper 'shape'"));
    assertTrue(
        refused("{'descr': '<f4', 'fortran_order': False, 'shape': (4294967296, 4294967296), }")
            .contains("is no shape"));
    assertEquals(
        "ends within the header of an NPY file",
        refused(Files.write(folder.resolve("x"), new byte[5])));
    assertEquals(
        "does not begin as an NPY file of version 1, 2 or 3 does",
        refused(Files.write(folder.resolve("x"), new byte[64])));
  }

  @Test
  void aFailedWriteLeavesTheOldFileAndNothingElse() throws IOException {
    Path file = folder.resolve("kept.npy");
    Npy.write(file, memory.tensor(new float[] {1}, 1));
    Tensor closed = device.tensor(1);
    closed.close();
    assertThrows(IllegalStateException.class, () -> Npy.write(file, closed));
    IOException full =
        assertThrows(
            IOException.class,
            () ->
                AtomicFile.write(
                    file,
                    channel -> {
                      channel.write(ByteBuffer.allocate(3));
                      throw new IOException("the disk is full");
                    }));
    assertEquals(file + " was not written: the disk is full", full.getMessage());
    assertArrayEquals(new float[] {1}, Npy.readFloats(file, memory).toArray());
    try (var files = Files.list(folder)) {
      assertEquals(1, files.count());
    }
    assertThrows(
        IOException.class,
        () -> Npy.write(folder.resolve("none").resolve("x.npy"), memory.tensor(1)));
    assertFalse(Files.exists(folder.resolve("none")));
  }
}
