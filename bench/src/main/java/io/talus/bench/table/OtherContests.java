package io.talus.bench.table;

import com.sun.management.ThreadMXBean;
import io.talus.Device;
import io.talus.Devices;
import io.talus.bench.LimitProbe;
import io.talus.bench.work.ConvolutionWork;
import io.talus.bench.work.NamedShape;
import io.talus.bench.work.SoftmaxWork;
import io.talus.bench.work.TrainingStepWork;
import io.talus.bench.work.Work;
import java.lang.management.ManagementFactory;

/** Cross-entropy, convolution and a training step, against the limits. */
final class OtherContests {
  private static final int STEPS = 1000;
  private static final int MANY_STEPS = 2_000;

  private OtherContests() {}

  static Contest crossEntropyAgainstCopy(String shape) {
    Contest contest = new Contest();
    Work work = SoftmaxWork.crossEntropy(Devices.require("cpu"), NamedShape.parse(shape, 2));
    contest.onClose(work::close);
    work.verify();
    contest.timed(Contest.TALUS, work::run);
    LimitProbe probe = new LimitProbe(work.device());
    contest.onClose(probe::close);
    probe.measure();
    return contest.gauge(
        Contest.COPY_LIMIT,
        () -> {
          probe.measure();
          return work.bytes() / (probe.copyGigabytesPerSecond() * 1e9);
        });
  }

  static Contest crossEntropy(String shape) {
    Work work = SoftmaxWork.crossEntropy(Devices.require("cpu"), NamedShape.parse(shape, 2));
    work.verify();
    return new Contest().onClose(work::close).timed(Contest.TALUS, work::run);
  }

  static Contest convolution(String kind, NamedShape shape) {
    Device device = Devices.require("cpu");
    Work work = ConvolutionWork.of(device, kind, shape);
    work.verify();
    return new Contest()
        .onClose(work::close)
        .timed(Contest.TALUS, work::run)
        .gauge(Contest.FMA_LIMIT, () -> work.flops() / (LimitProbe.fmaGflops(device) * 1e9));
  }

  private static Work step(String shape) {
    Work work = TrainingStepWork.of(Devices.require("cpu"), NamedShape.parse(shape));
    work.verify();
    return work;
  }

  static Contest trainingStep(String shape, double flops) {
    Work work = step(shape);
    Device device = work.device();
    return new Contest()
        .onClose(work::close)
        .timed(Contest.TALUS, work::run)
        .gauge(Contest.FMA_LIMIT, () -> flops / (LimitProbe.fmaGflops(device) * 1e9));
  }

  /** Bytes that the thread allocates, less those that asking for them does. */
  static Contest trainingStepHeap(String shape) {
    Work work = step(shape);
    Stopwatch.warmUp(work::run);
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    return new Contest()
        .onClose(work::close)
        .gauge(
            Contest.TALUS,
            () -> {
              threads.getCurrentThreadAllocatedBytes();
              long first = threads.getCurrentThreadAllocatedBytes();
              long between = threads.getCurrentThreadAllocatedBytes();
              for (int i = 0; i < STEPS; i++) {
                work.run();
              }
              long last = threads.getCurrentThreadAllocatedBytes();
              return (last - between) - (between - first);
            });
  }

  static Contest trainingStepMemory(String shape) {
    Work work = step(shape);
    Stopwatch.warmUp(work::run);
    return new Contest()
        .onClose(work::close)
        .gauge(
            Contest.TALUS,
            () -> {
              long before = ResidentMemory.bytes();
              for (int i = 0; i < MANY_STEPS; i++) {
                work.run();
              }
              return Math.max(0, ResidentMemory.bytes() - before);
            });
  }
}
