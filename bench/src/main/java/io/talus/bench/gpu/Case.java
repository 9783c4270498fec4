package io.talus.bench.gpu;

import io.talus.Device;
import io.talus.bench.work.Catalogue;
import io.talus.bench.work.Work;

/**
 * One work, named as {@link Catalogue} names it.
 *
 * @param group the process that it is timed in
 */
record Case(String group, String kind, String shape) {

  Work make(Device device) {
    return Catalogue.make(device, kind, shape);
  }

  /** As in {@code softmax vocabulary-4096x32000}. */
  @Override
  public String toString() {
    return kind + " " + shape;
  }
}
