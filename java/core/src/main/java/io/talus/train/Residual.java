package io.talus.train;

import io.talus.op.Activation;
import io.talus.tensor.Shape;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A residual block: {@code y = activation(body(x) + shortcut(x))}.
 *
 * <p>Source: He et al., "Deep residual learning for image recognition", 2016.
 *
 * @param body layers one after another
 * @param shortcut the same; none: {@code shortcut(x) = x}
 * @param activation of the sum; not GELU
 */
public record Residual(List<Layer> body, List<Layer> shortcut, Activation activation)
    implements Layer {

  public Residual {
    body = List.copyOf(body);
    shortcut = List.copyOf(shortcut);
    if (body.isEmpty()) {
      throw new IllegalArgumentException("residual: the body has no layers");
    }
    body.forEach(LayerKind::requireInside);
    shortcut.forEach(LayerKind::requireInside);
    if (activation.needsInput()) {
      throw new IllegalArgumentException(
          "residual: the activation of the sum cannot be " + activation);
    }
    Shape in = body.get(0).input();
    Shape out = body.get(body.size() - 1).output();
    Shape other = shortcut.isEmpty() ? in : shortcut.get(shortcut.size() - 1).output();
    boolean sameInput = shortcut.isEmpty() || shortcut.get(0).input().size() == in.size();
    if (out.size() != other.size() || !sameInput) {
      throw new IllegalArgumentException(
          "residual: the body makes " + out + " of " + in + ", the shortcut " + other);
    }
  }

  @Override
  public Shape input() {
    return body.get(0).input();
  }

  @Override
  public Shape output() {
    return body.get(body.size() - 1).output();
  }

  /** Those of the body's layers, then those of the shortcut's. */
  @Override
  public List<Parameter> parameters() {
    return Stream.concat(named("body", body), named("shortcut", shortcut)).toList();
  }

  private static Stream<Parameter> named(String part, List<Layer> layers) {
    Stream.Builder<Parameter> all = Stream.builder();
    for (int i = 0; i < layers.size(); i++) {
      for (Parameter its : layers.get(i).parameters()) {
        all.add(its.named(part + "." + i + "." + its.name()));
      }
    }
    return all.build();
  }

  @Override
  public long flops() {
    return Stream.concat(body.stream(), shortcut.stream()).mapToLong(Layer::flops).sum();
  }

  /** Those of all its layers, and of the sum of both parts and its activation. */
  @Override
  public long otherFlops() {
    return Stream.concat(body.stream(), shortcut.stream()).mapToLong(Layer::otherFlops).sum()
        + (activation == Activation.IDENTITY ? 1 : 2) * output().size();
  }

  @Override
  public String describe() {
    String sum = shortcut.isEmpty() ? "x" : "(" + describe(shortcut) + ")";
    String end =
        activation == Activation.IDENTITY ? "" : ", " + activation.name().toLowerCase(Locale.ROOT);
    return "residual (" + describe(body) + ") + " + sum + end;
  }

  private static String describe(List<Layer> layers) {
    return layers.stream().map(Layer::describe).collect(Collectors.joining("; "));
  }
}
