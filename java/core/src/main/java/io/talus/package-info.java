/**
 * The way in: choose a {@link io.talus.Device}, make tensors, run operations.
 *
 * <p>Imports {@code backend}, {@code op} and {@code tensor}; {@code data}, {@code train} and {@code
 * recommend} build on this.
 */
package io.talus;
