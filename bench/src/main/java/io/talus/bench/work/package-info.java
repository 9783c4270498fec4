/**
 * What is timed: an op with operands of a named shape, and the check that refuses a wrong answer.
 *
 * <p>Imports Talus alone; benchmarks and the speed table import this.
 */
package io.talus.bench.work;
