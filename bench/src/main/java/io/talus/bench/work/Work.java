package io.talus.bench.work;

import io.talus.Device;
import io.talus.Workspace;
import io.talus.op.Op;
import java.util.ArrayList;
import java.util.List;

/** Something to time: its operands are in place, one run does it once, and its answer is known. */
public final class Work implements AutoCloseable {
  private final Workspace workspace;
  private final Op op;
  private final long flops;
  private final long bytes;
  private final Runnable launch;
  private final Runnable check;
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
