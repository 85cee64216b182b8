package io.vfr.streams.ops.view;

import org.jspecify.annotations.Nullable;

/**
 * What a chart shows of a prediction that met its horizon.
 *
 * @param ts when it met it, epoch milliseconds
 * @param predicted expected return, a fraction
 * @param realized realised return, a fraction
 * @param inside whether the interval held it; null if there was none
 */
public record OutcomePoint(long ts, double predicted, double realized, @Nullable Boolean inside) {}
