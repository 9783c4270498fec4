package io.talus.bench.peers;

import java.util.ArrayList;
import java.util.List;

/** The networks that are trained: of 784 features, or images of 28 x 28, and 10 classes. */
enum Net {
  SMALL_128("784-512-10, batch 128", 128, 512),
  DEEP_128("784-512-512-10, batch 128", 128, 512, 512),
  SMALL_32("784-512-10, batch 32", 32, 512),
  DEEP_32("784-512-512-10, batch 32", 32, 512, 512),
  CONVOLUTIONAL("28x28x1, 5x5x32, pool, 5x5x64, pool, 512, 10, batch 128", 128);

  static final int SIDE = 28;
  static final int FEATURES = SIDE * SIDE;
  static final int CLASSES = 10;
  static final int WINDOW = 5;
  static final float RATE = 0.01f;

  /** What is left of the side after two poolings. */
  private static final int POOLED = SIDE / 4;

  final String title;
  final int batch;
  private final int[] hidden;

  Net(String title, int batch, int... hidden) {
    this.title = title;
    this.batch = batch;
    this.hidden = hidden;
  }

  /**
   * A layer with weights: {@code places} of a window or of the image that comes in, the channels of
   * each, and the outputs.
   *
   * @param pixels of the image that comes out; 1 for a fully connected layer
   */
  record Layer(int places, int channels, int outputs, int pixels) {
    boolean isConvolution() {
      return pixels > 1;
    }

    int inputs() {
      return places * channels;
    }

    int size() {
      return inputs() * outputs;
    }

    /** From places x channels x outputs to libtorch's outputs x channels x places. */
    float[] turned(float[] weights) {
      float[] turned = new float[weights.length];
      for (int place = 0; place < places; place++) {
        for (int channel = 0; channel < channels; channel++) {
          for (int output = 0; output < outputs; output++) {
            turned[(output * channels + channel) * places + place] =
                weights[(place * channels + channel) * outputs + output];
          }
        }
      }
      return turned;
    }
  }

  boolean isConvolutional() {
    return this == CONVOLUTIONAL;
  }

  List<Layer> layers() {
    if (isConvolutional()) {
      return List.of(
          new Layer(WINDOW * WINDOW, 1, 32, FEATURES),
          new Layer(WINDOW * WINDOW, 32, 64, FEATURES / 4),
          new Layer(POOLED * POOLED, 64, 512, 1),
          new Layer(1, 512, CLASSES, 1));
    }
    List<Layer> layers = new ArrayList<>();
    int inputs = FEATURES;
    for (int outputs : hidden) {
      layers.add(new Layer(1, inputs, outputs, 1));
      inputs = outputs;
    }
    layers.add(new Layer(1, inputs, CLASSES, 1));
    return layers;
  }

  /** Flops of a step's products: three for each layer, without a gradient for the input. */
  double flops() {
    double multiplyAdds = 0;
    for (Layer layer : layers()) {
      multiplyAdds += 3.0 * layer.size() * layer.pixels();
    }
    Layer first = layers().get(0);
    return 2 * batch * (multiplyAdds - (double) first.size() * first.pixels());
  }
}
