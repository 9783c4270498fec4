package io.talus.bench;

import io.talus.Devices;
import io.talus.bench.peer.GemmPeers;
import io.talus.bench.peer.Peer;
import io.talus.bench.work.GemmShape;
import io.talus.bench.work.GemmWork;
import io.talus.bench.work.Work;
import io.talus.op.Gemm;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * The matrix products of {@link GemmBench} by oneDNN and OpenBLAS, called directly on memory
 * outside the heap. JMH gives each peer processes of its own, so that no two thread pools spin
 * against each other. {@code bench/table} compares more closely: in interleaved rounds.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(2)
public class GemmPeerBench {
  @Param({GemmPeers.ONEDNN_MATMUL, GemmPeers.ONEDNN_SGEMM, GemmPeers.OPENBLAS_SGEMM})
  public String peer;

  @Param({
    "square-256",
    "square-512",
    "square-1024",
    "square-2048",
    "dense-128x784x512-forward",
    "dense-128x784x512-weights",
    "dense-128x784x512-input",
    "dense-128x512x512-forward",
    "dense-128x512x512-weights",
    "dense-128x512x512-input",
    "dense-128x512x10-forward",
    "dense-128x512x10-weights",
    "dense-128x512x10-input"
  })
  public String shape;

  private Work work;
  private Peer library;
  private LimitProbe probe;

  @Setup
  public void prepareAndVerify() {
    work = GemmWork.of(Devices.require("cpu"), GemmShape.parse(shape));
    library = GemmPeers.of(peer, (Gemm) work.op());
    library.run();
    work.check();
    probe = new LimitProbe(work.device());
  }

  @Setup(Level.Iteration)
  public void measureLimits() {
    probe.measure();
  }

  @Benchmark
  public void run(Rates rates) {
    library.run();
    rates.count(work, probe);
  }

  @TearDown
  public void close() {
    library.close();
    work.close();
    probe.close();
  }
}
