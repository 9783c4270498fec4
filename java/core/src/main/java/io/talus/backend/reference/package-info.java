/**
 * The reference backend, device {@code java}: every op as plain loops that accumulate in double.
 *
 * <p>The thing to read first, the oracle of the contract tests, and the last resort where nothing
 * native runs. One class for each family of ops; {@code Floats} is how they see a tensor. Buffers
 * for rows are made anew in each call. Nothing outside imports this package.
 */
package io.talus.backend.reference;
