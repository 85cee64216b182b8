package io.vfr.schemas;

/** How urgent an alert is. */
public enum Severity implements WireEnum {
  /** Nothing to do. */
  INFO("info"),
  /** Look at it soon. */
  WARNING("warning"),
  /** Results are wrong or missing until somebody acts. */
  CRITICAL("critical");

  private final String wire;

  Severity(String wire) {
    this.wire = wire;
  }

  @Override
  public String wire() {
    return wire;
  }
}
