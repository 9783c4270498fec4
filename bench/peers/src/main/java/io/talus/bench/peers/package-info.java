/**
 * What is measured beside libraries too large for everybody's build, each contender in a process of
 * its own. {@code bench/peers-table} builds and runs it.
 */
package io.talus.bench.peers;
