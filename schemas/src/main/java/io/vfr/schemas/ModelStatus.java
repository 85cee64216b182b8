package io.vfr.schemas;

/** What became of one model in one prediction. */
public enum ModelStatus implements WireEnum {
  /** Scored, and part of the ensemble. */
  OK("ok"),
  /** Threw, timed out or returned no number; weight 0. */
  FAILED("failed"),
  /** A required feature is not there yet; weight 0. */
  SKIPPED("skipped"),
  /** Scored and reported, but not part of the ensemble; weight 0. */
  SHADOW("shadow");

  private final String wire;

  ModelStatus(String wire) {
    this.wire = wire;
  }

  @Override
  public String wire() {
    return wire;
  }
}
