/**
 * The operations: one record per op with its operands, its only validation, its cost and its
 * contract.
 *
 * <p>A record's constructor reports every mismatch at once, so that all backends fail alike and may
 * assume good arguments. Imports {@code io.talus.tensor} and nothing else of Talus; backends import
 * this.
 *
 * <p><b>Accuracy.</b> Where a contract says "tolerance c", each element differs from the result in
 * exact arithmetic on the same inputs by at most {@code c * eps * (the sum of the absolute values
 * of what is added up)}, with eps = 2^-24. NaN in gives NaN out unless the contract says otherwise.
 * <b>Determinism.</b> The same inputs on the same device give the same bits. On the CPU this holds
 * for every number of threads as well.
 */
package io.talus.op;
