/**
 * The benchmarks that JMH runs, one class for each family of operations, and the main class of
 * {@code bench/table}.
 *
 * <p>What is timed comes from {@code work}, what it is compared with from {@code peer}.
 */
package io.talus.bench;
