package io.vfr.schemas;

/** What an alert is about. */
public enum AlertType implements WireEnum {
  /** A directional consensus is very sure. */
  STRONG_SIGNAL,
  /** The consensus changed from bullish to bearish or back. */
  SIGNAL_FLIP,
  /** Volatility by the bar's high-low range is far above its usual level. */
  VOLATILITY_SPIKE,
  /** The models disagree. */
  LOW_CONSENSUS,
  /** Fundamentals or sentiment are too old. */
  STALE_FEATURES,
  /** A feature's distribution left that of the training data. */
  FEATURE_DRIFT,
  /** Outcomes no longer match the stated probabilities. */
  CALIBRATION_DRIFT,
  /** A model was verified, warmed and taken into use. */
  MODEL_LOADED,
  /** A model failed verification and was not taken into use. */
  MODEL_REJECTED,
  /** A model failed while scoring. */
  MODEL_FAILED,
  /** A model was replaced by the version before it. */
  MODEL_ROLLED_BACK,
  /** One prediction took longer than 100 ms. */
  SLOW_PREDICTION,
  /** The 95th percentile of latency is above 150 ms. */
  HIGH_LATENCY,
  /** Memory use is close to its limit, and load is shed. */
  HIGH_MEMORY,
  /** The model cache misses more than one time in five. */
  LOW_CACHE_HIT_RATIO,
  /** A garbage collection paused the instance for more than 100 ms. */
  LONG_GC_PAUSE,
  /** A producer puts symbols on partitions that the Java partitioner would not choose. */
  MISPARTITIONED_INPUT;

  @Override
  public String wire() {
    return name();
  }
}
