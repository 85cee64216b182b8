package io.vfr.streams.ops.api;

import io.vfr.streams.emit.LatestPrediction;
import org.jspecify.annotations.Nullable;

/** Where the API finds the latest prediction of a symbol. Thread-safe. */
@FunctionalInterface
public interface PredictionSource {
  /** The latest prediction that readers of the topic see; null if it is not to be had here. */
  @Nullable LatestPrediction find(String symbol);
}
