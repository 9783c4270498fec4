package io.talus.onnx;

import ai.onnxruntime.NodeInfo;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.TensorInfo;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/** A model of one input and one output in ONNX Runtime, on one thread. */
final class OnnxModel implements AutoCloseable {
  private final OrtEnvironment environment = OrtEnvironment.getEnvironment();
  private final OrtSession session;

  OnnxModel(Path file) throws OrtException {
    try (OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
      options.setIntraOpNumThreads(1);
      session = environment.createSession(file.toString(), options);
    }
  }

  /** Shapes of input and output by their names; -1 is any length. */
  Map<String, String> names() throws OrtException {
    Map<String, String> names = new HashMap<>();
    for (NodeInfo info : session.getInputInfo().values()) {
      names.put(info.getName(), Arrays.toString(shape(info)));
    }
    for (NodeInfo info : session.getOutputInfo().values()) {
      names.put(info.getName(), Arrays.toString(shape(info)));
    }
    return names;
  }

  private static long[] shape(NodeInfo info) {
    return ((TensorInfo) info.getInfo()).getShape();
  }

  /** What comes of as many whole rows as there are. */
  float[] run(float[] features) throws OrtException {
    NodeInfo input = session.getInputInfo().values().iterator().next();
    long[] shape = shape(input).clone();
    long values = Arrays.stream(shape).skip(1).reduce(1, (a, b) -> a * b);
    shape[0] = features.length / values;
    try (OnnxTensor tensor =
            OnnxTensor.createTensor(environment, FloatBuffer.wrap(features), shape);
        OrtSession.Result result = session.run(Map.of(input.getName(), tensor))) {
      FloatBuffer found = ((OnnxTensor) result.get(0)).getFloatBuffer();
      float[] all = new float[found.remaining()];
      found.get(all);
      return all;
    }
  }

  @Override
  public void close() throws OrtException {
    session.close();
  }
}
