package io.talus.train;

import io.talus.data.ImageShape;
import java.util.ArrayList;
import java.util.List;

/**
 * What a network looks at in place of one image at inference, of which the mean of the
 * probabilities counts (test-time augmentation): the image itself, moved up, down, left and right,
 * and all of these mirrored. As many views, so many times the work.
 *
 * <pre>{@code
 * Evaluation.of(network, examples, Views.of(image).mirrored().shifted(1))
 * }</pre>
 *
 * <p>What a move leaves empty takes the nearest pixel.
 *
 * @param image what an example is
 * @param mirror whether each view counts turned left to right too; not for digits or letters
 * @param shift by how many pixels the image is moved; 0 for not at all
 */
public record Views(ImageShape image, boolean mirror, int shift) {
  public Views {
    if (shift < 0 || shift >= Math.min(image.height(), image.width())) {
      throw new IllegalArgumentException(
          "views: a shift of " + shift + " is not in 0 to less than a side of images of " + image);
    }
  }

  /** The image itself, until more is asked for. */
  public static Views of(ImageShape image) {
    return new Views(image, false, 0);
  }

  /** And each view mirrored. */
  public Views mirrored() {
    return new Views(image, true, shift);
  }

  /** And moved by so many pixels in four directions. */
  public Views shifted(int pixels) {
    return new Views(image, mirror, pixels);
  }

  /** How many. */
  public int count() {
    return moves().size() * (mirror ? 2 : 1);
  }

  private List<int[]> moves() {
    List<int[]> moves = new ArrayList<>();
    moves.add(new int[] {0, 0});
    if (shift > 0) {
      moves.addAll(
          List.of(
              new int[] {shift, 0},
              new int[] {-shift, 0},
              new int[] {0, shift},
              new int[] {0, -shift}));
    }
    return moves;
  }

  /** For each view, which pixel of an image each of its pixels is; the image itself comes first. */
  List<int[]> pixels() {
    List<int[]> views = new ArrayList<>();
    for (boolean mirrored : mirror ? new boolean[] {false, true} : new boolean[] {false}) {
      moves().forEach(move -> views.add(pixels(move[0], move[1], mirrored)));
    }
    return views;
  }

  private int[] pixels(int down, int right, boolean mirrored) {
    int[] pixels = new int[image.height() * image.width()];
    for (int i = 0; i < pixels.length; i++) {
      int row = clamp(i / image.width() - down, image.height());
      int column = clamp(i % image.width() - right, image.width());
      pixels[i] = row * image.width() + (mirrored ? image.width() - 1 - column : column);
    }
    return pixels;
  }

  private static int clamp(int place, int size) {
    return Math.max(0, Math.min(size - 1, place));
  }

  /**
   * @throws IllegalArgumentException when the network takes other images
   */
  void requireFits(Network network) {
    if (network.inputs() != image.size()) {
      throw new IllegalArgumentException(
          "views: images of "
              + image
              + " have "
              + image.size()
              + " values; the network takes "
              + network.inputs());
    }
  }
}
