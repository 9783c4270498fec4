/**
 * What a device must be able to do, and the choice among those that are there.
 *
 * <p>Belongs here: the {@link io.talus.backend.Backend} interface, its providers and the reasons
 * why one was passed over. Imports {@code io.talus.op} and {@code io.talus.tensor}; the packages
 * below it implement one backend each.
 */
package io.talus.backend;
