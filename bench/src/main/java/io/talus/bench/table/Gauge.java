package io.talus.bench.table;

/** Measures one quantity once: seconds of one run, mostly. */
@FunctionalInterface
interface Gauge {
  double measure();
}
