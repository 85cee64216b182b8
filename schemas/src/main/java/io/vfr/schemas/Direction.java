package io.vfr.schemas;

/** Where the price is forecast to go within the horizon. */
public enum Direction implements WireEnum {
  /** Above the neutral band. */
  UP,
  /** Below the neutral band. */
  DOWN,
  /** Inside the neutral band, or not known. */
  NEUTRAL;

  @Override
  public String wire() {
    return name();
  }
}
