package io.talus.bench.work;

import io.talus.Device;
import io.talus.Workspace;
import io.talus.op.Op;
import io.talus.tensor.DeviceArray;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;

/** Something to time: its operands are in place, one run does it once, and its answer is known. */
public final class Work implements AutoCloseable {
  private final Workspace workspace;
  private final Op op;
  private final long flops;
  private final long bytes;
  private final Runnable launch;
  private final Runnable check;
  private List<? extends DeviceArray> operands;
  private final List<Runnable> closers = new ArrayList<>();

  /**
   * @param workspace holds the operands
   * @param launch hands the op to its device
   * @param check throws {@link WrongAnswerException} unless the outputs of one run on fresh
   *     operands are right
   */
  public Work(Workspace workspace, Op op, Runnable launch, Runnable check) {
    this(workspace, op, op.flops(), op.bytes(), launch, check);
  }

  /** Work of several ops, which knows its own cost. */
  public Work(Workspace workspace, Op op, long flops, long bytes, Runnable launch, Runnable check) {
    this.workspace = workspace;
    this.op = op;
    this.flops = flops;
    this.bytes = bytes;
    this.launch = launch;
    this.check = check;
  }

  /** Names the arrays that work of several ops changes. */
  Work on(List<? extends DeviceArray> arrays) {
    operands = arrays;
    return this;
  }

  /** The arrays it works on, or, where it is several ops, those that it changes. */
  public List<DeviceArray> operands() {
    if (op == null) {
      return List.copyOf(operands);
    }
    List<DeviceArray> all = new ArrayList<>();
    op.forEachOperand(all::add);
    return all;
  }

  /** Something else to close with this, in the order of these calls. */
  Work onClose(Runnable closer) {
    closers.add(closer);
    return this;
  }

  /** One run; returns when the device is done. */
  public void run() {
    launch.run();
    workspace.device().synchronize();
  }

  /**
   * One run; nanoseconds that the device spent on it, or nothing where it spans several streams.
   */
  public OptionalLong measureNanos() {
    return op == null ? OptionalLong.empty() : OptionalLong.of(workspace.measureNanos(launch));
  }

  /**
   * Runs once and compares with an independent computation in double. Call it once, before timing.
   *
   * @throws WrongAnswerException when the answer is wrong
   */
  public void verify() {
    run();
    check.run();
  }

  /** Compares the outputs as they are, such as a peer has left them. */
  public void check() {
    check.run();
  }

  /** Holds the operands; what is made in it lives as long as this. */
  public Workspace workspace() {
    return workspace;
  }

  public Device device() {
    return workspace.device();
  }

  /** The op with its operands; null where the work is several ops. */
  public Op op() {
    return op;
  }

  /** Floating-point operations of one run. */
  public long flops() {
    return flops;
  }

  /** Bytes that one run must at least move. */
  public long bytes() {
    return bytes;
  }

  @Override
  public void close() {
    closers.forEach(Runnable::run);
    workspace.close();
  }
}
