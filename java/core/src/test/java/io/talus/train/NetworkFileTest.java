package io.talus.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.talus.Device;
import io.talus.Devices;
import io.talus.data.Dataset;
import io.talus.data.ImageShape;
import io.talus.data.MalformedFileException;
import io.talus.op.Activation;
import io.talus.op.PoolFunction;
import io.talus.op.Window;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class NetworkFileTest {
  private final Device java = Devices.require("java");
  private long memoryBefore;
  @TempDir Path folder;

  @BeforeEach
  void rememberMemory() {
    memoryBefore = java.memoryBytes();
  }

  @AfterEach
  void nothingIsLost() {
    assertEquals(memoryBefore, java.memoryBytes());
  }

  private static Network network(Device device) {
    return Network.builder(6)
        .dense(9, Activation.GELU)
        .residual(Activation.RELU, body -> body.dropout(0.1f).dense(9, Activation.RELU))
        .batchNorm(Activation.TANH)
        .dense(5, Activation.TANH)
        .classes(3)
        .seed(4)
        .build(device);
  }

  /**
   * Trained here and loaded on every device, and the reverse. A probability is the outcome of four
   * layers of sums of at most 9 products below 1, each within a few units of 6e-8.
   */
  @ParameterizedTest
  @MethodSource("io.talus.train.TrainDevices#all")
  void networksGoFromDeviceToDevice(Device device) throws IOException {
    Path file = folder.resolve("m.safetensors");
    Dataset data = Examples.noise(20, 6, 3);
    for (Device other : Devices.available()) {
      for (boolean isBack : new boolean[] {false, true}) {
        Device from = isBack ? other : device;
        Device to = isBack ? device : other;
        try (Network network = network(from)) {
          new TrainingLoop().epochs(2).batch(8).train(network, data);
          network.save(file);
          try (Network loaded = Network.load(file, to)) {
            assertArrayEquals(network.values().toArray(), loaded.values().toArray());
            Predictions here = network.predict(data);
            Predictions there = loaded.predict(data);
            for (int row = 0; row < data.rows(); row++) {
              assertArrayEquals(
                  here.probabilities(row), there.probabilities(row), 1e-5f, from + " to " + to);
            }
          }
        }
      }
    }
  }

  @ParameterizedTest
  @MethodSource("io.talus.train.TrainDevices#all")
  void aLoadedNetworkPredictsTheSameBits(Device device) throws IOException {
    Path file = folder.resolve("m.safetensors");
    Dataset data = Examples.noise(20, 6, 3);
    try (Network network = network(device)) {
      new TrainingLoop().epochs(2).batch(8).train(network, data);
      network.save(file);
      try (Network loaded = Network.load(file, device);
          Network elsewhere = Network.load(file, java)) {
        assertEquals(network.layers().toString(), loaded.layers().toString());
        assertArrayEquals(network.values().toArray(), loaded.values().toArray());
        assertArrayEquals(network.values().toArray(), elsewhere.values().toArray());
        for (int row = 0; row < data.rows(); row++) {
          assertArrayEquals(
              network.predict(data).probabilities(row), loaded.predict(data).probabilities(row));
        }
      }
    }
  }

  @ParameterizedTest
  @MethodSource("io.talus.train.TrainDevices#all")
  void aNetworkOfImagesIsLoadedToTheSameBits(Device device) throws IOException {
    Path file = folder.resolve("images.safetensors");
    Dataset data = Examples.noise(9, 6 * 5 * 3, 3);
    try (Network network =
        Network.builder(new ImageShape(6, 5, 3))
            .convolution(4, Window.of(3, 2).padding(1, 0).stride(1, 2), Activation.RELU)
            .convolution(6, Window.of(2, 2), 2, Activation.TANH)
            .layerNorm()
            .pool(PoolFunction.AVERAGE, Window.of(2, 1))
            .classes(3)
            .build(device)) {
      network.save(file);
      try (Network loaded = Network.load(file, device)) {
        assertEquals(network.toString(), loaded.toString());
        assertEquals(network.layers(), loaded.layers());
        assertArrayEquals(
            network.predict(data).probabilities(8), loaded.predict(data).probabilities(8));
      }
    }
  }

  @ParameterizedTest
  @MethodSource("io.talus.train.TrainDevices#all")
  void aNetworkOfSequencesIsLoadedToTheSameBits(Device device) throws IOException {
    Path file = folder.resolve("sequences.safetensors");
    Dataset data = Examples.noise(9, 4 * 3, 3);
    try (Network network =
        Network.builder(4, 3).lstmSequence(5).gruSequence(4).lstm(3).classes(3).build(device)) {
      network.save(file);
      try (Network loaded = Network.load(file, device)) {
        assertEquals(network.layers(), loaded.layers());
        assertArrayEquals(
            network.predict(data).probabilities(8), loaded.predict(data).probabilities(8));
      }
    }
  }

  @Test
  void theSameNetworkMakesTheSameFile() throws IOException {
    try (Network network = network(java)) {
      network.save(folder.resolve("a"));
      network.save(folder.resolve("b"));
    }
    byte[] bytes = Files.readAllBytes(folder.resolve("a"));
    assertArrayEquals(bytes, Files.readAllBytes(folder.resolve("b")));
    assertEquals(0, headerLength(bytes) % 8, "other readers want the numbers aligned");
    String header = header(bytes);
    assertTrue(header.contains("\"layers.0.weight\":{\"dtype\":\"F32\",\"shape\":[6,9],"), header);
  }

  @Test
  void aFailedSaveLeavesTheOldFile() throws IOException {
    Path file = folder.resolve("m");
    Network network = network(java);
    network.save(file);
    byte[] before = Files.readAllBytes(file);
    network.close();
    assertThrows(IllegalStateException.class, () -> network.save(file));
    assertArrayEquals(before, Files.readAllBytes(file));
    try (var files = Files.list(folder)) {
      assertEquals(1, files.count());
    }
  }

  private static long headerLength(byte[] bytes) {
    return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).getLong();
  }

  private static String header(byte[] bytes) {
    return new String(bytes, 8, (int) headerLength(bytes), StandardCharsets.UTF_8);
  }

  private byte[] saved() throws IOException {
    Path file = folder.resolve("m");
    try (Network network = network(java)) {
      network.save(file);
    }
    return Files.readAllBytes(file);
  }

  private String refused(byte[] bytes) throws IOException {
    Path file = Files.write(folder.resolve("bad"), bytes);
    String message =
        assertThrows(MalformedFileException.class, () -> Network.load(file, java)).getMessage();
    assertTrue(message.startsWith(file + ": "), message);
    return message.substring((file + ": ").length());
  }

  /** The saved file with another header. */
  private String refusedHeader(UnaryOperator<String> change) throws IOException {
    byte[] bytes = saved();
    byte[] header = change.apply(header(bytes)).getBytes(StandardCharsets.UTF_8);
    int dataStart = 8 + (int) headerLength(bytes);
    ByteBuffer changed =
        ByteBuffer.allocate(8 + header.length + bytes.length - dataStart)
            .order(ByteOrder.LITTLE_ENDIAN);
    changed.putLong(header.length).put(header).put(bytes, dataStart, bytes.length - dataStart);
    return refused(changed.array());
  }

  private String refusedReplacing(String old, String with) throws IOException {
    return refusedHeader(
        header -> {
          assertTrue(header.contains(old), header);
          return header.replace(old, with);
        });
  }

  @Test
  void refusesFilesThatAreNotWhole() throws IOException {
    byte[] whole = saved();
    assertEquals(
        "has 5 bytes; a safetensors file has 8 and a header at least",
        refused(Arrays.copyOf(whole, 5)));
    // Wherever it is cut, it is refused.
    for (int length = 0; length < whole.length; length += 13) {
      refused(Arrays.copyOf(whole, length));
    }
    assertTrue(
        refused(Arrays.copyOf(whole, whole.length - 1)).endsWith("the file is cut off or damaged"));
    assertTrue(refused(Arrays.copyOf(whole, whole.length + 4)).contains("the tensors need "));
    byte[] longHeader = whole.clone();
    longHeader[7] = 1;
    assertTrue(refused(longHeader).startsWith("announces a header of 72057594037"));
    longHeader[7] = -1;
    assertTrue(refused(longHeader).startsWith("announces a header of -"));
    assertThrows(NoSuchFileException.class, () -> Network.load(folder.resolve("none"), java));
  }

  @Test
  void refusesHeadersThatAreNotOurs() throws IOException {
    assertTrue(refusedHeader(header -> header.substring(1)).startsWith("the header is not JSON"));
    assertTrue(refusedHeader(header -> "[1]").startsWith("the header is not JSON"));
    assertEquals(
        "has no 'talus.network' in its metadata: it is no network saved by Talus",
        refusedReplacing("talus.network", "other"));
    assertEquals(
        "describes no network that can be made: version 9; expected 1",
        refusedReplacing("\\\"version\\\":1", "\\\"version\\\":9"));
    assertTrue(refusedReplacing("\\\"tanh\\\"", "\\\"wave\\\"").startsWith("describes no network"));
    assertTrue(
        refusedReplacing("\\\"dense\\\"", "\\\"conv\\\"")
            .endsWith(
                "kind conv; known are [batch_norm, convolution, dense, dropout, embedding, gru,"
                    + " layer_norm, lstm, pool, residual]"));
    assertEquals(
        "describes no network that can be made: layer 1 does not take what the layer before it"
            + " gives",
        refusedReplacing("\\\"inputs\\\":9", "\\\"inputs\\\":8"));
    assertEquals(
        "describes no network that can be made: dense: 6 inputs and -9 outputs; both must be"
            + " positive",
        refusedReplacing("\\\"outputs\\\":9", "\\\"outputs\\\":-9"));
  }

  @Test
  void refusesTensorsThatDoNotBelongToTheNetwork() throws IOException {
    assertEquals(
        "layers.0.weight has shape [9, 6]; expected [6, 9]", refusedReplacing("[6,9]", "[9,6]"));
    assertEquals("layers.0.weight is of type F64; expected F32", refusedReplacing("F32", "F64"));
    assertEquals(
        "holds a tensor 'layers.0.scale' that its description does not name",
        refusedReplacing("layers.0.bias", "layers.0.scale"));
    assertEquals(
        "lacks the tensor 'layers.4.bias' of its description",
        refusedHeader(
            header -> {
              int at = header.indexOf(",\"layers.4.bias\"");
              return header.substring(0, at) + "}";
            }));
    assertEquals(
        "layers.0.weight has 212 bytes; expected 216", refusedReplacing("[0,216]", "[4,216]"));
    assertTrue(refusedReplacing("[0,216]", "[-216,0]").contains("cut off or damaged"));
    assertTrue(refusedReplacing("[0,216]", "[216,0]").contains("cut off or damaged"));
    assertTrue(refusedReplacing("[0,216]", "[0]").contains("cut off or damaged"));
    assertTrue(refusedReplacing("[0,216]", "\"all\"").contains("cut off or damaged"));
  }

  @Test
  void refusesNumbersThatWereChanged() throws IOException {
    byte[] bytes = saved();
    bytes[bytes.length - 5] ^= 1;
    assertEquals("is damaged: its checksum is not that of its contents", refused(bytes));
  }
}
