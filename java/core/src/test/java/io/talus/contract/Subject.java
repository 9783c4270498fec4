package io.talus.contract;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.fail;

import io.talus.BackendsUnderTest;
import io.talus.Device;
import io.talus.Devices;
import io.talus.Workspace;
import io.talus.backend.cpu.CpuSettings;
import io.talus.tensor.IntTensor;
import io.talus.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.function.Executable;

/**
 * What an op is tested on: a device, and an instruction set where it has several. Makes operands
 * that lie within larger arrays: around an input there is NaN, so that reading beyond it shows in
 * the result; an output is NaN at first and has sentinels around it, which must be there still when
 * the test ends; an input must not have changed.
 */
public final class Subject {
  /** Of all random numbers; -Dtalus.test.seed changes it. */
  static final long SEED = Long.getLong("talus.test.seed", 20260117);

  private static final int SENTINEL = Float.floatToIntBits(-8190.125f);
  private static final int ALIGNED_FRONT = 16;
  private static final int FRONT = 7;
  private static final int BACK = 5;

  private final String name;
  private final String instructionSet;
  private final Device device;
  private final String reason;
  private final List<Runnable> checksAtEnd = new ArrayList<>();
  private Random random;
  private Workspace workspace;
  private int made;
  // In every second case all arrays begin at a cache line; in the others the first, the third, ...
  private boolean allAligned;

  private Subject(String name, String instructionSet, Device device, String reason) {
    this.name = name;
    this.instructionSet = instructionSet;
    this.device = device;
    this.reason = reason;
  }

  /** Those that cannot be used included. */
  static List<Subject> all() {
    List<Subject> all = new ArrayList<>();
    for (Devices.Finding finding : Devices.all()) {
      if (!finding.isAvailable()) {
        all.add(new Subject(finding.name(), null, null, finding.reason().getMessage()));
      } else if (finding.name().equals("cpu")) {
        for (String set : CpuSettings.INSTRUCTION_SETS) {
          all.add(
              new Subject(
                  "cpu[" + set + "]",
                  set,
                  CpuSettings.supports(set) ? finding.device() : null,
                  "this processor lacks " + set));
        }
      } else {
        all.add(new Subject(finding.name(), null, finding.device(), null));
      }
    }
    requireKnown(all);
    return all.stream().filter(subject -> BackendsUnderTest.include(subject.backend())).toList();
  }

  /** Those that can be used. */
  static List<Subject> usable() {
    return all().stream().filter(subject -> subject.device != null).toList();
  }

  private static List<String> required() {
    String list = System.getProperty("talus.backends.required", "");
    // An unset property arrives from Maven as its own name.
    return list.isBlank() || list.startsWith("${") ? List.of() : List.of(list.trim().split(","));
  }

  private static void requireKnown(List<Subject> all) {
    for (String wanted : required()) {
      if (all.stream().noneMatch(subject -> subject.backend().equals(wanted))) {
        fail("talus.backends.required names '" + wanted + "', which no provider has");
      }
    }
  }

  private String backend() {
    return instructionSet == null ? name : "cpu";
  }

  /** Runs a test: the instruction set is chosen before and the sentinels are looked at after. */
  void run(Executable test) throws Throwable {
    if (device == null) {
      if (instructionSet == null && required().contains(backend())) {
        fail("the required backend " + name + " cannot be used: " + reason);
      }
      Assumptions.abort(name + ": " + reason);
    }
    random = new Random(SEED);
    if (instructionSet != null) {
      CpuSettings.selectInstructionSet(instructionSet);
    }
    workspace = device.workspace();
    try {
      test.execute();
      checksAtEnd.forEach(Runnable::run);
    } catch (AssertionError | RuntimeException failure) {
      failure.addSuppressed(new Throwable("on " + name + " with -Dtalus.test.seed=" + SEED));
      throw failure;
    } finally {
      workspace.close();
      if (instructionSet != null) {
        CpuSettings.restore();
      }
      checksAtEnd.clear();
    }
  }

  /** Ends what was begun, for tests of many small cases: checks the sentinels, frees the arrays. */
  void nextCase() {
    checksAtEnd.forEach(Runnable::run);
    checksAtEnd.clear();
    workspace.close();
    workspace = device.workspace();
    allAligned = !allAligned;
  }

  Device device() {
    return device;
  }

  Workspace workspace() {
    return workspace;
  }

  Random random() {
    return random;
  }

  /**
   * {@code few} where instructions are interpreted: just what reaches every kernel and every path
   * of it. {@code many} elsewhere.
   */
  <T> T fewOr(T few, T many) {
    return device.isEmulated() ? few : many;
  }

  /** Whether the number of threads can be set. */
  boolean hasThreads() {
    return instructionSet != null;
  }

  /** Signed values of different sizes, some of them 0. */
  float[] signed(long count) {
    float[] values = new float[Math.toIntExact(count)];
    for (int i = 0; i < values.length; i++) {
      values[i] = random.nextInt(16) == 0 ? 0 : (float) random.nextGaussian();
    }
    return values;
  }

  /** Whole numbers from -4 to 4: sums of products of them are exact in float32. */
  float[] wholes(long count) {
    float[] values = new float[Math.toIntExact(count)];
    for (int i = 0; i < values.length; i++) {
      values[i] = random.nextInt(9) - 4;
    }
    return values;
  }

  /** An operand that is read. */
  Tensor in(float[] values, long... shape) {
    Tensor tensor = guarded(Float.floatToIntBits(Float.NaN), shape).copyFrom(values);
    float[] before = values.clone();
    checksAtEnd.add(() -> Accuracy.assertSameBits("an input afterwards", before, tensor.toArray()));
    return tensor;
  }

  /** An operand that is read and written. */
  Tensor inOut(float[] values, long... shape) {
    return guarded(SENTINEL, shape).copyFrom(values);
  }

  /** An operand that is written and must not be read. */
  Tensor out(long... shape) {
    Tensor tensor = guarded(SENTINEL, shape);
    float[] poison = new float[Math.toIntExact(tensor.size())];
    Arrays.fill(poison, Float.NaN);
    return tensor.copyFrom(poison);
  }

  private Tensor guarded(int sentinel, long... shape) {
    int size = 1;
    for (long length : shape) {
      size = Math.toIntExact(size * length);
    }
    int front = allAligned || made++ % 2 == 0 ? ALIGNED_FRONT : FRONT;
    float[] all = new float[front + size + BACK];
    Arrays.fill(all, Float.intBitsToFloat(sentinel));
    Tensor whole = workspace.tensor(all, all.length);
    int end = front + size;
    checksAtEnd.add(
        () -> {
          float[] now = whole.toArray();
          for (int i = 0; i < now.length; i++) {
            if (i < front || i >= end) {
              assertEquals(
                  sentinel,
                  Float.floatToIntBits(now[i]),
                  "an operand of " + (end - front) + " was written beyond, at " + (i - front));
            }
          }
        });
    return whole.rows(front, end).reshape(shape);
  }

  /** Indices that are written and must not be read, with sentinels around. */
  IntTensor intsOut(long... shape) {
    int size = 1;
    for (long length : shape) {
      size = Math.toIntExact(size * length);
    }
    int end = FRONT + size;
    int[] all = new int[end + BACK];
    Arrays.fill(all, SENTINEL);
    IntTensor whole = workspace.ints(all, all.length);
    checksAtEnd.add(
        () -> {
          int[] now = whole.toArray();
          for (int i = 0; i < now.length; i++) {
            if (i < FRONT || i >= end) {
              assertEquals(SENTINEL, now[i], "indices were written beyond, at " + (i - FRONT));
            }
          }
        });
    return whole.rows(FRONT, end).reshape(shape);
  }

  /** As in {@code cpu[avx2]}. */
  @Override
  public String toString() {
    return name;
  }
}
