package io.talus.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.talus.Devices;
import io.talus.data.ImageShape;
import io.talus.train.Layer;
import io.talus.train.Network;
import java.util.List;
import org.junit.jupiter.api.Test;

class LayersTextTest {
  private static final ImageShape IMAGE = new ImageShape(28, 28, 1);

  private static List<String> layers(String text) {
    try (Network network =
        LayersText.add(text, Network.builder(IMAGE), 10, 0).build(Devices.require("java"))) {
      return network.layers().stream().map(Layer::describe).toList();
    }
  }

  @Test
  void makesWhatItSays() {
    assertEquals(
        List.of(
            "convolution 5x5 of 28x28x1 to 24x24x32, relu",
            "max of 2x2, stride 2x2 to 12x12x32",
            "dense 4608 to 512, relu",
            "dropout 0.5",
            "dense 512 to 10"),
        layers("conv 5x5 32, relu, pool 2, dense 512, relu, dropout 0.5, dense"));
    assertEquals(
        List.of(
            "convolution 3x3, stride 2x2, padding 1x1 of 28x28x1 to 14x14x8",
            "batch norm, relu",
            "average of 3x3 to 12x12x8",
            "layer norm",
            "average of 12x12 to 1x1x8",
            "dense 8 to 10"),
        layers(
            " CONV 3 8 stride 2 pad 1,batchnorm ,relu, average 3 stride 1, layernorm,"
                + " global-average, dense "));
  }

  @Test
  void dealsChannelsIntoGroups() {
    assertEquals(
        List.of(
            "convolution 3x3 of 28x28x1 to 26x26x8",
            "convolution 3x3, stride 2x2 in 8 groups of 26x26x8 to 12x12x8, relu",
            "dense 1152 to 10"),
        layers("conv 3x3 8, conv 3x3 8 groups 8 stride 2, relu, dense"));
  }

  @Test
  void goesThroughTheRowsOfImages() {
    assertEquals(
        List.of("lstm 28x28 to 9, every step", "gru 28x9 to 8", "dense 8 to 10"),
        layers("lstm 9 all, gru 8, dense"));
    assertEquals(
        List.of(
            "max of 4x4, stride 4x4 to 7x7x1",
            "gru 7x7 to 5, every step",
            "lstm 7x5 to 6",
            "dense 6 to 10"),
        layers("pool 4, gru 5 all, lstm 6, dense"));
  }

  @Test
  void makesWaysAround() {
    List<String> found =
        layers(
            "residual (conv 3x3 4 pad 1, batchnorm, relu, conv 3x3 4 pad 1) shortcut (conv 1x1 4),"
                + " relu, residual (conv 3x3 4 pad 1), dense");
    assertEquals(3, found.size());
    assertTrue(found.get(0).startsWith("residual (convolution"), found.get(0));
    assertTrue(found.get(0).endsWith("relu"), found.get(0));
    assertTrue(found.get(1).endsWith(") + x"), found.get(1));
  }

  @Test
  void dropoutGoesBeforeTheLastLayer() {
    try (Network network =
        LayersText.add("dense 8, relu, dense", Network.builder(4), 3, 0.5f)
            .build(Devices.require("java"))) {
      assertEquals("dropout 0.5", network.layers().get(1).describe());
    }
  }

  /** The message, with the text under it and a mark at the place where it is wrong. */
  private static void assertWrong(String text, String place, String what) {
    String message =
        assertThrows(IllegalArgumentException.class, () -> layers(text), text).getMessage();
    assertTrue(message.contains(what), message);
    String[] lines = message.split(System.lineSeparator());
    assertEquals("  " + text, lines[1], message);
    assertEquals("  " + " ".repeat(text.indexOf(place)) + "^", lines[2], message);
    assertTrue(lines[0].startsWith("--layers, at character " + (text.indexOf(place) + 1) + ": "));
  }

  @Test
  void pointsAtMistakes() {
    assertWrong("conv 3x3 8, conf 3x3, dense", "conf", "there is no layer 'conf'; there are conv");
    assertWrong("conv 3x 8, dense", "3x", "'3x' is no size");
    assertWrong("conv 3x3, dense", "conv", "'conv' lacks the number of filters");
    assertWrong("conv 3x3 eight, dense", "eight", "'eight' is no whole number");
    assertWrong("conv 3x3 8 padding 1, dense", "padding", "nothing that belongs to 'conv'");
    assertWrong("pool 2, relu, dense", "relu", "stands behind conv, dense, batchnorm");
    assertWrong("dense 8, relu 3, dense", "3", "nothing that belongs to 'relu'");
    assertWrong("dense 8, relu", "relu", "the last layer must be 'dense'");
    assertWrong("dropout 2, dense", "dropout", "rate 2.0 is not in [0, 1)");
    assertWrong("conv 31x31 8, dense", "conv", "larger than the images");
    assertWrong("dense 8, conv 3x3 8, dense", "conv", "8 comes in");
    assertWrong("conv 3x3 8 groups 3, dense", "conv", "3 groups do not divide 1 channels and 8");
    assertWrong("lstm, dense", "lstm", "'lstm' lacks the number of units");
    assertWrong("gru 4 every, dense", "every", "nothing that belongs to 'gru'");
    assertWrong("lstm 4, gru 4, dense", "gru", "4 comes in");
    assertWrong("residual (dense 4, relu, dense", "(", "never closed");
    assertWrong("dense 4), dense", ")", "closes nothing");
    assertWrong("residual, dense", ", dense", "is missing, in parentheses");
    assertWrong("dense 4, , dense", ", dense", "a name is missing");
    assertWrong("residual (conv 3x3 4 pad 1, conw 3x3 1), dense", "conw", "no layer 'conw'");
  }

  /** What the library's example of the same name costs. */
  @Test
  void recipesAreThoseOfTheExample() {
    assertEquals(29, millionFlops(TrainingRecipe.MNIST, IMAGE));
    assertEquals(58, millionFlops(TrainingRecipe.FASHION, IMAGE));
    assertEquals(191, millionFlops(TrainingRecipe.CIFAR10, new ImageShape(32, 32, 3)));
  }

  private static long millionFlops(TrainingRecipe recipe, ImageShape image) {
    String text = recipe.arguments().options().get("--layers");
    try (Network network =
        LayersText.add(text, Network.builder(image), 10, 0).build(Devices.best())) {
      return Math.round(network.summary().total().flops() / 1e6);
    }
  }
}
