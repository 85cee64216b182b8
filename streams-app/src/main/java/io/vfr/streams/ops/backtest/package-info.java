/**
 * History played through the topology that serves, and what its predictions were worth: reads the
 * outputs as any consumer would, and measures them with nothing of the pipeline's own counting.
 */
@NullMarked
package io.vfr.streams.ops.backtest;

import org.jspecify.annotations.NullMarked;
