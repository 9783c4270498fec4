package io.talus.train;

import io.talus.Device;
import io.talus.op.Axpby;
import io.talus.op.Copy;
import io.talus.op.Fill;
import io.talus.op.GatherRows;
import io.talus.op.Softmax;
import io.talus.op.Unary;
import io.talus.op.UnaryFunction;
import io.talus.tensor.IntTensor;
import io.talus.tensor.Tensor;
import io.talus.tensor.TensorFactory;
import java.util.ArrayList;
import java.util.List;

/**
 * What a network says of a fixed number of rows, as logits: of the rows as they are, or the
 * logarithm of the mean probability over their {@link Views}. Planned once, run many times.
 */
final class LogitsPlan {
  private final Device device;
  private final Tensor logits;
  private final ForwardPlan forward;
  private final Copy take;
  private final List<GatherRows> views = new ArrayList<>();
  private final Fill begin;
  private final Softmax softmax;
  private final Axpby add;
  private final Unary logarithm;

  /**
   * What plans of up to so many rows work in, one at a time.
   *
   * @param images the rows, as they are; null without views, as what follows
   * @param view the rows as seen in one view
   * @param pixels for each view, where each pixel lies among those of all rows
   * @param mean of the probabilities
   */
  record Buffers(
      ForwardPlan.Buffers forward,
      Views settings,
      Tensor images,
      Tensor view,
      List<IntTensor> pixels,
      Tensor mean) {

    /**
     * @param views or null
     */
    static Buffers of(Network network, int rows, Views views, TensorFactory memory) {
      ForwardPlan.Buffers forward = ForwardPlan.Buffers.of(network, rows, memory);
      if (views == null) {
        return new Buffers(forward, null, null, null, List.of(), null);
      }
      views.requireFits(network);
      return new Buffers(
          forward,
          views,
          memory.tensor(rows, network.inputs()),
          memory.tensor(rows, network.inputs()),
          views.pixels().stream().map(pixels -> ofAllRows(pixels, rows, memory)).toList(),
          memory.tensor(rows, network.classes()));
    }

    private static IntTensor ofAllRows(int[] pixels, int rows, TensorFactory memory) {
      int[] all = new int[Math.multiplyExact(rows, pixels.length)];
      for (int i = 0; i < all.length; i++) {
        all[i] = i / pixels.length * pixels.length + pixels[i % pixels.length];
      }
      return memory.labels(all.length, all.length).copyFrom(all);
    }
  }

  /**
   * @param x the rows that go in
   */
  LogitsPlan(Network network, Tensor x, Buffers buffers) {
    device = network.device();
    if (buffers.settings == null) {
      forward = new ForwardPlan(network, x, buffers.forward);
      logits = forward.logits();
      take = null;
      begin = null;
      softmax = null;
      add = null;
      logarithm = null;
      return;
    }
    long rows = x.rows();
    int channels = buffers.settings.image().channels();
    forward = new ForwardPlan(network, buffers.view.rows(0, rows), buffers.forward);
    logits = buffers.mean.rows(0, rows);
    take = new Copy(x, buffers.images.rows(0, rows));
    Tensor table = pixels(buffers.images, channels);
    for (IntTensor all : buffers.pixels) {
      long count = all.size() / buffers.images.rows() * rows;
      views.add(
          new GatherRows(table, all.rows(0, count), pixels(buffers.view.rows(0, rows), channels)));
    }
    // Not 0: a class that no view has a probability for, in float32, keeps a finite logarithm.
    begin = new Fill(Float.MIN_NORMAL, logits);
    softmax = new Softmax(forward.logits(), forward.logits());
    add = new Axpby(1f / views.size(), forward.logits(), 1, logits);
    logarithm = new Unary(UnaryFunction.LOG, logits, logits);
  }

  private static Tensor pixels(Tensor images, int channels) {
    return images.reshape(images.size() / channels, channels);
  }

  /** Rows x classes, written by {@link #run}. */
  Tensor logits() {
    return logits;
  }

  void run() {
    if (take == null) {
      forward.run();
      return;
    }
    device.copy(take);
    device.fill(begin);
    for (int i = 0; i < views.size(); i++) {
      device.gatherRows(views.get(i));
      forward.run();
      device.softmax(softmax);
      device.axpby(add);
    }
    device.unary(logarithm);
  }
}
