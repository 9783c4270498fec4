package io.talus.train;

import io.talus.Device;

/** One layer's way forward for a fixed number of rows: its ops, made once and run many times. */
interface LayerForward {
  void run(Device device);
}
