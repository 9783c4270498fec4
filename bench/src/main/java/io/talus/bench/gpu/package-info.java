/**
 * The check of a real GPU, {@code bench/gpu-check}: contract tests, speed and bit patterns, each in
 * processes of their own, and one report.
 */
package io.talus.bench.gpu;
