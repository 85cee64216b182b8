/**
 * {@code vfr bench}: whole flows over a broker, each contender in a process of its own, side by
 * side in one run.
 */
@NullMarked
package io.vfr.bench.flow;

import org.jspecify.annotations.NullMarked;
