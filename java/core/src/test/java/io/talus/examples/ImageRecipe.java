package io.talus.examples;

import io.talus.Device;
import io.talus.data.Dataset;
import io.talus.data.ImageShape;
import io.talus.op.Activation;
import io.talus.op.ImageChanges;
import io.talus.op.PoolFunction;
import io.talus.op.Window;
import io.talus.train.Augmentation;
import io.talus.train.Network;
import io.talus.train.NetworkBuilder;
import io.talus.train.Optimizer;
import io.talus.train.Schedule;
import io.talus.train.TrainingListener;
import io.talus.train.TrainingLoop;
import io.talus.train.Views;
import java.util.function.UnaryOperator;

/**
 * How images of one kind are learned: the layers, and how far an image may be changed while it is
 * learned from. What works for all of them is here.
 *
 * @param epochs of a whole training
 * @param peak the highest learning rate
 * @param decay of the weights
 * @param layers adds all layers but the last
 */
record ImageRecipe(
    int epochs,
    float peak,
    float decay,
    ImageChanges changes,
    UnaryOperator<NetworkBuilder> layers) {
  private static final int BATCH = 128;
  private static final Window THREE = Window.of(3, 3).padding(1, 1);
  private static final Window HALF = Window.of(2, 2).stride(2, 2);

  /** Digits: moved, turned, scaled and sheared; 29 million flops an image. */
  static final ImageRecipe MNIST =
      new ImageRecipe(
          12,
          0.003f,
          0.01f,
          ImageChanges.NONE.shifted(2).rotated(12).scaled(0.1f).sheared(0.2f),
          ImageRecipe::digits);

  /** Clothes: mirrored and moved; 58 million flops an image. */
  static final ImageRecipe FASHION_MNIST =
      new ImageRecipe(
          14, 0.003f, 0.01f, ImageChanges.NONE.mirrored().shifted(2), ImageRecipe::clothes);

  /** Small photographs: mirrored, moved, with a part cut out; 191 million flops an image. */
  static final ImageRecipe CIFAR_10 =
      new ImageRecipe(
          24,
          0.003f,
          0.1f,
          ImageChanges.NONE.mirrored().shifted(3).cutOut(8),
          ImageRecipe::photographs);

  private static NetworkBuilder convolution(NetworkBuilder layers, int filters) {
    return layers.convolution(filters, THREE, Activation.IDENTITY).batchNorm(Activation.RELU);
  }

  /** A convolution and a way around it. */
  private static NetworkBuilder around(NetworkBuilder layers, int filters) {
    return layers.residual(
        Activation.RELU,
        body ->
            body.convolution(filters, THREE, Activation.IDENTITY).batchNorm(Activation.IDENTITY));
  }

  /** Two convolutions and a way around them. */
  private static NetworkBuilder aroundTwo(NetworkBuilder layers, int filters) {
    return layers.residual(
        Activation.RELU,
        body ->
            convolution(body, filters)
                .convolution(filters, THREE, Activation.IDENTITY)
                .batchNorm(Activation.IDENTITY));
  }

  /** To half the height and width. */
  private static NetworkBuilder halved(NetworkBuilder layers, int filters) {
    return layers
        .convolution(filters, THREE, Activation.IDENTITY)
        .pool(PoolFunction.MAX, HALF)
        .batchNorm(Activation.RELU);
  }

  /** To a quarter of the height and width, of 64 channels. */
  private static NetworkBuilder quartered(NetworkBuilder layers) {
    return around(convolution(halved(layers, 32), 64), 64).pool(PoolFunction.MAX, HALF);
  }

  private static NetworkBuilder digits(NetworkBuilder layers) {
    return convolution(quartered(layers), 128).pool(PoolFunction.MAX, Window.of(7, 7));
  }

  private static NetworkBuilder clothes(NetworkBuilder layers) {
    return aroundTwo(convolution(quartered(layers), 128), 128).globalAverage();
  }

  private static NetworkBuilder photographs(NetworkBuilder layers) {
    aroundTwo(halved(convolution(layers, 32), 64), 64);
    return aroundTwo(halved(halved(layers, 128), 256), 256).pool(PoolFunction.MAX, Window.of(4, 4));
  }

  /** Untrained. */
  Network network(Device device, Dataset examples, long seed) {
    return layers
        .apply(Network.builder(examples.image().orElseThrow()))
        .classes(examples.classes())
        .seed(seed)
        .build(device);
  }

  /**
   * Trains with one cycle of the learning rate, and keeps the weights' average over about the last
   * epoch. What is moved away leaves black behind, or in photographs the mean colour.
   *
   * @param data normalized
   * @param times how often all images are seen; {@link #epochs} for a whole training
   */
  void train(Network network, Dataset.Split data, int times, long seed, TrainingListener listener) {
    Dataset training = data.training();
    ImageShape image = training.image().orElseThrow();
    float black = image.channels() == 1 ? training.feature(0, 0) : 0;
    int stepsOfEpoch = (training.rows() + BATCH - 1) / BATCH;
    new TrainingLoop()
        .epochs(times)
        .batch(BATCH)
        .optimizer(Optimizer.adamW(peak, decay))
        .schedule(Schedule.oneCycle())
        .labelSmoothing(0.05f)
        .averageWeights(1 - 1f / stepsOfEpoch)
        .augment(new Augmentation(image, changes.filledWith(black), seed))
        .seed(seed)
        .listener(listener)
        .train(network, training, data.heldOut());
  }

  /** What counts at inference: the image moved by a pixel, and mirrored if it was in training. */
  Views views(ImageShape image) {
    Views views = Views.of(image).shifted(1);
    return changes.mirror() ? views.mirrored() : views;
  }
}
