/**
 * Arrays in the memory of a device: what operations read and write.
 *
 * <p>Belongs here: memory blocks, shapes, tensors, their lifetimes and the errors of memory.
 * Imports nothing else of Talus.
 */
package io.talus.tensor;
