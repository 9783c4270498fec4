/**
 * The speed table: Talus, its peers and the machine's limits in interleaved rounds, in several
 * processes, judged against the targets.
 */
package io.talus.bench.table;
