package io.vfr.schemas;

/** Whether an alert begins or ends a condition. */
public enum AlertState implements WireEnum {
  /** The condition holds from now on. */
  RAISED("raised"),
  /** The condition no longer holds. */
  CLEARED("cleared");

  private final String wire;

  AlertState(String wire) {
    this.wire = wire;
  }

  @Override
  public String wire() {
    return wire;
  }
}
