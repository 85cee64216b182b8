package io.vfr.streams.ops.api;

import org.jspecify.annotations.Nullable;

/** What {@code vfr.predictions} holds. Thread-safe. */
@FunctionalInterface
public interface PublishedPredictions {
  /** The newest prediction of a symbol, as its message; null if there is none, or none lately. */
  byte @Nullable [] latest(String symbol);
}
