package io.vfr.streams.config;

import java.time.Duration;

/**
 * How feature vectors are kept and published.
 *
 * @param emit whether every vector goes to {@code vfr.features}
 * @param hotSymbols symbols whose derived state each task keeps on the heap; others are rebuilt
 *     from their stores when needed
 * @param openNamesMax how many names of open maps (fundamentals, macro series) become features
 * @param fundamentalsStaleAfter age of the fundamentals in force above which STALE_FEATURES is
 *     raised
 * @param sentimentStaleAfter age of the newest sentiment above which STALE_FEATURES is raised
 */
public record FeaturesConfig(
    boolean emit,
    int hotSymbols,
    int openNamesMax,
    Duration fundamentalsStaleAfter,
    Duration sentimentStaleAfter) {}
