/**
 * Data on its way to and from a device: the files that examples and arrays come in, examples in
 * memory, shuffles and splits.
 *
 * <p>Belongs here: readers and writers of data files, {@link io.talus.data.Dataset}, the order in
 * which examples are drawn. Imports {@code io.talus} and {@code tensor}; {@code train} and {@code
 * recommend} build on this.
 *
 * <p>A file that is not what it should be is a {@link io.talus.data.MalformedFileException}, which
 * says where and what was expected. A file that Talus writes appears whole or not at all.
 */
package io.talus.data;
