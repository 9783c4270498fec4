package io.talus.backend.cuda;

import jcuda.driver.CUfunction;

/**
 * A kernel that is loaded.
 *
 * @param parameters how many it takes: a launch with another number is refused, since the driver
 *     would read beyond the arguments
 */
record Kernel(String name, CUfunction function, int parameters) {}
