package io.talus.bench;

import io.talus.bench.work.Work;
import org.openjdk.jmh.annotations.AuxCounters;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/**
 * The secondary results of a benchmark. JMH sums the fields over an iteration and divides by its
 * seconds, whence GFLOP/s, GB/s, and the fractions of what the machine could have done in that
 * time.
 */
@AuxCounters(AuxCounters.Type.OPERATIONS)
@State(Scope.Thread)
public class Rates {
  public double gflops;
  public double gigabytes;
  public double ofFmaLimit;
  public double ofCopyLimit;

  void count(Work work, LimitProbe limits) {
    count(work.flops(), work.bytes(), limits);
  }

  void count(double flops, double bytes, LimitProbe limits) {
    gflops += flops * 1e-9;
    gigabytes += bytes * 1e-9;
    ofFmaLimit += flops * 1e-9 / limits.fmaGflops();
    ofCopyLimit += bytes * 1e-9 / limits.copyGigabytesPerSecond();
  }
}
