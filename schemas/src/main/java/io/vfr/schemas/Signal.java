package io.vfr.schemas;

/** A model's or the ensemble's vote. */
public enum Signal implements WireEnum {
  /** For a rise. */
  BULLISH,
  /** For a fall. */
  BEARISH,
  /** For neither. */
  NEUTRAL;

  @Override
  public String wire() {
    return name();
  }
}
