package io.talus.backend.cuda;

import io.talus.Device;
import io.talus.Devices;
import io.talus.Workspace;
import io.talus.op.LogSoftmax;
import io.talus.op.Reduction;
import io.talus.op.Softmax;
import io.talus.op.SoftmaxCrossEntropy;
import io.talus.tensor.IntTensor;
import io.talus.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * Rows of a large vocabulary, which several blocks share, in workspaces that are open at once: one
 * after the other, then all again once they have been closed, then at the same time.
 */
final class WideRows {
  static final int ROWS = 2;
  static final int COLUMNS = 128_256;
  static final int WORKSPACES = 3;

  private static final float[] LOGITS = logits();

  private WideRows() {}

  public static void main(String[] arguments) throws Exception {
    Device device = Devices.require("cuda");
    for (int round = 0; round < 2; round++) {
      List<Workspace> open = open(device);
      for (Workspace workspace : open) {
        System.out.println(results(device, workspace));
      }
      open.forEach(Workspace::close);
    }
    ExecutorService threads = Executors.newFixedThreadPool(WORKSPACES);
    List<Workspace> open = open(device);
    try {
      List<Future<Integer>> results = new ArrayList<>();
      for (Workspace workspace : open) {
        results.add(threads.submit(() -> results(device, workspace)));
      }
      for (Future<Integer> result : results) {
        System.out.println(result.get());
      }
    } finally {
      threads.shutdown();
      open.forEach(Workspace::close);
    }
  }

  private static List<Workspace> open(Device device) {
    List<Workspace> open = new ArrayList<>();
    for (int i = 0; i < WORKSPACES; i++) {
      open.add(device.workspace());
    }
    return open;
  }

  private static float[] logits() {
    float[] logits = new float[ROWS * COLUMNS];
    Random random = new Random(1);
    for (int i = 0; i < logits.length; i++) {
      logits[i] = 5 * (float) random.nextGaussian();
    }
    return logits;
  }

  /** Their bits, in one number. */
  private static int results(Device device, Workspace memory) {
    Tensor x = memory.tensor(LOGITS, ROWS, COLUMNS);
    Tensor y = memory.tensor(ROWS, COLUMNS);
    Tensor loss = memory.tensor(1);
    IntTensor targets = memory.labels(COLUMNS, ROWS).copyFrom(COLUMNS - 1, 17);
    device.softmax(new Softmax(x, y));
    int bits = Arrays.hashCode(y.toArray());
    device.softmaxCrossEntropy(
        new SoftmaxCrossEntropy(x, targets, Reduction.MEAN, 0.1f, 1, loss, y));
    bits = 31 * bits + Arrays.hashCode(y.toArray());
    bits = 31 * bits + Arrays.hashCode(loss.toArray());
    device.logSoftmax(new LogSoftmax(x, x));
    return 31 * bits + Arrays.hashCode(x.toArray());
  }
}
