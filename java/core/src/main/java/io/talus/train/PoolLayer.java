package io.talus.train;

import io.talus.op.Pool;
import io.talus.op.PoolFunction;
import io.talus.op.Window;
import io.talus.tensor.Shape;
import java.util.List;
import java.util.Locale;

/**
 * The largest or the average of each window of images, height x width x channels.
 *
 * @see Pool
 */
public record PoolLayer(Shape input, PoolFunction function, Window window) implements Layer {

  public PoolLayer {
    Images.requireFits("pooling", input, window);
  }

  @Override
  public Shape output() {
    return Images.output(input, window, input.columns());
  }

  @Override
  public List<Parameter> parameters() {
    return List.of();
  }

  @Override
  public long flops() {
    return 0;
  }

  /** One for each place of each window. */
  @Override
  public long otherFlops() {
    return output().size() * window.height() * window.width();
  }

  @Override
  public String describe() {
    return function.name().toLowerCase(Locale.ROOT)
        + " of "
        + Images.describe(window)
        + " to "
        + output();
  }
}
