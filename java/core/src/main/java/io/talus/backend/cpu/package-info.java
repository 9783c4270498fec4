/**
 * The native CPU backend: hands each op to the C++ kernels of {@code native/cpu}.
 *
 * <p>Belongs here: the binding of the C ABI and the backend over it. Nothing outside imports this
 * package.
 */
package io.talus.backend.cpu;
