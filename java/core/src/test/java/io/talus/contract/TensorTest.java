package io.talus.contract;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.talus.Device;
import io.talus.Workspace;
import io.talus.tensor.DeviceException;
import io.talus.tensor.IntTensor;
import io.talus.tensor.LongTensor;
import io.talus.tensor.Tensor;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.IntBuffer;
import org.junit.jupiter.api.function.Executable;

/** Tensors on every device: contents, views, lifetimes, leaks, and too much asked for. */
class TensorTest {

  @EachBackend
  void isZeroAtFirstAndKeepsWhatIsCopied(Subject on) {
    Workspace w = on.workspace();
    assertArrayEquals(new float[6], w.tensor(2, 3).toArray());
    assertArrayEquals(new int[6], w.ints(2, 3).toArray());
    Tensor tensor = w.tensor(new float[] {1, 2, 3, 4, 5, 6}, 2, 3);
    assertEquals(6, tensor.get(1, 2));
    tensor.set(-7, 0, 1);
    assertArrayEquals(new float[] {1, -7, 3, 4, 5, 6}, tensor.toArray());
    assertEquals(0, w.tensor(3, 0).toArray().length);
    assertEquals("Tensor 2x3", tensor.toString());
    assertEquals(24, tensor.bytes());
  }

  @EachBackend
  void copiesToAndFromBuffersOfAnySort(Subject on) {
    Tensor tensor = on.workspace().tensor(4);
    FloatBuffer direct =
        ByteBuffer.allocateDirect(24).order(ByteOrder.nativeOrder()).asFloatBuffer();
    FloatBuffer foreign =
        ByteBuffer.allocate(24)
            .order(
                ByteOrder.nativeOrder() == ByteOrder.BIG_ENDIAN
                    ? ByteOrder.LITTLE_ENDIAN
                    : ByteOrder.BIG_ENDIAN)
            .asFloatBuffer();
    for (FloatBuffer buffer : new FloatBuffer[] {direct, foreign, FloatBuffer.allocate(6)}) {
      buffer.put(new float[] {0, 1, 2, 3, 4, 5}).position(1).limit(5);
      tensor.copyFrom(buffer);
      assertArrayEquals(new float[] {1, 2, 3, 4}, tensor.toArray());
      assertEquals(1, buffer.position(), "its position stays");
      buffer.put(1, -1).put(2, -2);
      tensor.copyTo(buffer);
      assertEquals(1, buffer.position(), "its position stays");
      assertEquals(0, buffer.get(0), "before the position");
      assertEquals(1, buffer.get(1));
      assertEquals(4, buffer.get(4));
      buffer.limit(6);
      assertEquals(5, buffer.get(5), "behind the limit");
      assertThrows(IllegalArgumentException.class, () -> tensor.copyFrom(buffer));
      assertThrows(IllegalArgumentException.class, () -> tensor.copyTo(buffer));
    }
    IntTensor ints = on.workspace().ints(new int[] {7, 8}, 2);
    IntBuffer target = IntBuffer.allocate(2);
    ints.copyTo(target);
    assertArrayEquals(new int[] {7, 8}, target.array());
  }

  @EachBackend
  void viewsShareMemory(Subject on) {
    Tensor whole = on.workspace().tensor(new float[] {0, 1, 2, 3, 4, 5, 6, 7}, 4, 2);
    Tensor middle = whole.rows(1, 3);
    assertArrayEquals(new float[] {2, 3, 4, 5}, middle.toArray());
    middle.set(-3, 0, 1);
    assertEquals(-3, whole.get(1, 1));
    assertEquals(-3, whole.reshape(2, 2, 2).get(0, 1, 1));
    assertArrayEquals(new float[] {4, 5}, middle.rows(1, 2).toArray());
    assertArrayEquals(new float[] {4, 5}, whole.reshape(8).rows(4, 6).toArray());
    assertEquals(0, whole.rows(4, 4).toArray().length);
    middle.close();
    assertTrue(whole.isOpen(), "closing a view does nothing");
    assertTrue(middle.overlaps(whole.rows(2, 4)));
    assertFalse(middle.overlaps(whole.rows(3, 4)));
    assertFalse(whole.rows(2, 2).overlaps(whole), "nothing overlaps nothing");
    for (long[] range : new long[][] {{-1, 2}, {2, 5}, {3, 2}}) {
      assertThrows(IndexOutOfBoundsException.class, () -> whole.rows(range[0], range[1]));
    }
    String message =
        assertThrows(IllegalArgumentException.class, () -> whole.reshape(3, 3)).getMessage();
    assertEquals("reshape: Tensor 4x2 has 8 elements, 3x3 has 9", message);
  }

  @EachBackend
  void labelsAreCheckedWhereverTheyEnter(Subject on) {
    IntTensor labels = on.workspace().labels(3, 2, 2);
    IntTensor view = labels.rows(1, 2).reshape(2);
    assertEquals(3, view.bound());
    view.copyFrom(2, 0);
    assertArrayEquals(new int[] {0, 0, 2, 0}, labels.toArray());
    String message =
        assertThrows(IllegalArgumentException.class, () -> view.copyFrom(0, 3)).getMessage();
    assertEquals("value 3 at position 1 is outside 0..2 (IntTensor 2)", message);
    assertThrows(IllegalArgumentException.class, () -> on.workspace().labels(0, 2));
    assertThrows(IllegalArgumentException.class, () -> on.workspace().labelsIgnoring(0, 3, 2));
    on.workspace().ints(2).copyFrom(Integer.MIN_VALUE, Integer.MAX_VALUE);
  }

  @EachBackend
  void useAfterCloseIsAnError(Subject on) {
    Tensor tensor = on.device().tensor(2, 2);
    Tensor view = tensor.rows(0, 1);
    tensor.close();
    tensor.close();
    assertFalse(view.isOpen(), "closing an array ends its views");
    for (Executable use :
        new Executable[] {
          tensor::toArray,
          view::toArray,
          () -> tensor.get(0, 0),
          () -> tensor.set(1, 0, 0),
          () -> tensor.copyFrom(1, 2, 3, 4),
          () -> tensor.copyTo(new float[4])
        }) {
      String message = assertThrows(IllegalStateException.class, use).getMessage();
      assertTrue(message.endsWith("is closed"), message);
    }
  }

  @EachBackend
  void aWorkspaceClosesWhatItMade(Subject on) {
    long before = on.device().memoryBytes();
    Workspace w = on.device().workspace();
    Tensor first = w.tensor(100);
    IntTensor second = w.ints(50);
    LongTensor offsets = w.csr(1, 1, new long[] {0, 1}, new int[1], new float[1]).rowOffsets();
    assertEquals(before + 400 + 200 + 16 + 4 + 4, on.device().memoryBytes());
    first.close();
    w.close();
    w.close();
    assertFalse(second.isOpen());
    assertFalse(offsets.isOpen());
    assertThrows(IllegalStateException.class, offsets::toArray);
    assertEquals(before, on.device().memoryBytes());
    String message = assertThrows(IllegalStateException.class, () -> w.tensor(1)).getMessage();
    assertEquals("the workspace is closed; Tensor 1 cannot be made in it", message);
  }

  @EachBackend
  void tooMuchMemoryIsAnErrorThatNamesTheOwners(Subject on) {
    Device device = on.device();
    long before = device.memoryBytes();
    try (Tensor largest = device.tensor(12_345)) {
      DeviceException error = assertThrows(DeviceException.class, () -> device.tensor(1L << 58));
      assertTrue(error.getMessage().contains("Tensor 288230376151711744"), error.getMessage());
      assertTrue(error.getMessage().contains("1152921504606846976 bytes"), error.getMessage());
      assertTrue(error.getMessage().contains("Tensor 12345 (49380 bytes)"), error.getMessage());
      assertEquals(12_345, largest.size());
    }
    assertThrows(IllegalArgumentException.class, () -> device.tensor(1L << 62));
    assertThrows(DeviceException.class, () -> device.tensor(Long.MAX_VALUE / 4));
    assertEquals(before, device.memoryBytes());
  }
}
