package io.vfr.streams.config;

import java.time.Duration;

/**
 * How vectors are scored.
 *
 * @param deterministic fixed batch shape for neural models, so that scores never depend on batch
 *     neighbours
 * @param batchRowsMax most rows scored together, 1..32
 * @param batchWaitMax longest time that a row may wait for others, at most 50 ms
 * @param neutralBand half width of the NEUTRAL class, as a fraction of the forecast volatility
 * @param coverage nominal coverage of the prediction interval, in (0, 1)
 */
public record ScoringConfig(
    boolean deterministic,
    int batchRowsMax,
    Duration batchWaitMax,
    double neutralBand,
    double coverage) {}
