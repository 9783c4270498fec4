/**
 * What Talus is compared with, called directly on the same memory: oneDNN, OpenBLAS, and plain Java
 * where no library does the job. The only package that imports the peers.
 */
package io.talus.bench.peer;
