package io.vfr.streams.config;

import java.time.Duration;

/**
 * Limits of an instance's health.
 *
 * @param slowPrediction time to score one batch that raises SLOW_PREDICTION
 * @param highLatency 95th percentile of the time from append to emission that raises HIGH_LATENCY
 * @param heapRatio part of the heap that is in use after collections that raises HIGH_MEMORY
 * @param longGcPause pause of a garbage collection that raises LONG_GC_PAUSE
 * @param cacheHitRatio part of the requests for a loaded model below which LOW_CACHE_HIT_RATIO is
 *     raised
 */
public record VitalsConfig(
    Duration slowPrediction,
    Duration highLatency,
    double heapRatio,
    Duration longGcPause,
    double cacheHitRatio) {}
