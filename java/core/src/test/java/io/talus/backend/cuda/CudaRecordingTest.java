package io.talus.backend.cuda;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.talus.Device;
import io.talus.Devices;
import io.talus.Workspace;
import io.talus.op.Axpby;
import io.talus.op.Fill;
import io.talus.op.Recording;
import io.talus.tensor.Tensor;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What would spoil a recording is refused or waits, and the recording is what it should be. */
@Tag("emulated")
class CudaRecordingTest {
  private static final float[] ONE_TWO_THREE = {1, 2, 3};

  private final ExecutorService another = Executors.newSingleThreadExecutor();
  private Device cuda;
  private Workspace mine;
  private Workspace others;
  private Tensor x;
  private Tensor y;
  private Tensor z;

  @BeforeEach
  void start() {
    SoftwareDevice.folder();
    cuda = Devices.require("cuda");
    mine = cuda.workspace();
    others = cuda.workspace();
    x = mine.tensor(ONE_TWO_THREE, 3);
    y = mine.tensor(3);
    z = others.tensor(3);
  }

  @AfterEach
  void end() {
    another.shutdown();
    if (mine != null) {
      others.close();
      mine.close();
    }
  }

  private void assertRecordsRightly(Runnable meanwhile) {
    try (Recording recording =
        mine.record(
            () -> {
              cuda.axpby(new Axpby(2, x, 0, y));
              meanwhile.run();
              cuda.axpby(new Axpby(1, x, 1, y));
            })) {
      recording.run();
      assertArrayEquals(new float[] {3, 6, 9}, y.toArray());
    }
  }

  private static <T> T get(Future<T> future) {
    try {
      return future.get(1, TimeUnit.MINUTES);
    } catch (ExecutionException failed) {
      if (failed.getCause() instanceof RuntimeException cause) {
        throw cause;
      }
      throw new AssertionError(failed);
    } catch (InterruptedException | TimeoutException failed) {
      throw new AssertionError(failed);
    }
  }

  @Test
  void anotherThreadsOperationsOnItsTensorsAreRefusedMeanwhile() {
    Axpby reads = new Axpby(1, x, 0, z);
    assertRecordsRightly(
        () -> {
          Future<?> refused = another.submit(() -> cuda.axpby(reads));
          String message =
              assertThrows(IllegalStateException.class, () -> get(refused)).getMessage();
          assertTrue(message.contains("another thread is recording"), message);
        });
    get(another.submit(() -> cuda.axpby(reads)));
    assertArrayEquals(ONE_TWO_THREE, z.toArray());
  }

  @Test
  void anotherThreadsWaitForTheDeviceLastsUntilItIsMade() {
    Future<?>[] waiting = new Future<?>[1];
    assertRecordsRightly(() -> waiting[0] = another.submit(cuda::synchronize));
    get(waiting[0]);
  }

  @Test
  void whatIsNoOperationIsRefusedWithin() {
    Runnable[] refused = {
      cuda::synchronize,
      () -> y.toArray(),
      () -> x.copyFrom(ONE_TWO_THREE),
      () -> mine.tensor(3),
      () -> mine.measureNanos(() -> {}),
      () -> mine.record(() -> {}),
      () -> mine.close()
    };
    for (Runnable one : refused) {
      Workspace kept = mine;
      String message =
          assertThrows(IllegalStateException.class, () -> assertRecordsRightly(one)).getMessage();
      assertTrue(message.contains("recording"), message);
      if (one != refused[refused.length - 1]) {
        assertRecordsRightly(() -> {});
      }
      assertEquals(kept, mine);
    }
  }

  /** Either it is refused or it comes before or after a recording, never into one. */
  @Test
  void operationsAndRecordingsOfTwoThreadsAtOnce() {
    AtomicBoolean done = new AtomicBoolean();
    AtomicInteger ran = new AtomicInteger();
    Future<?> operations =
        another.submit(
            () -> {
              while (!done.get()) {
                try {
                  cuda.axpby(new Axpby(1, x, 0, z));
                  ran.incrementAndGet();
                } catch (IllegalStateException refused) {
                  Thread.onSpinWait();
                }
              }
            });
    for (int i = 0; i < 50 || (ran.get() < 5 && !operations.isDone()); i++) {
      cuda.fill(new Fill(i, y));
      assertRecordsRightly(() -> {});
    }
    done.set(true);
    get(operations);
    assertArrayEquals(ONE_TWO_THREE, z.toArray());
  }
}
