package io.vfr.schemas;

/** What a registered model is used for. */
public enum ModelStage implements WireEnum {
  /** Scored and reported, weight 0. */
  SHADOW("shadow"),
  /** Part of the ensemble. */
  CHAMPION("champion"),
  /** Not scored any more. */
  RETIRED("retired");

  private final String wire;

  ModelStage(String wire) {
    this.wire = wire;
  }

  @Override
  public String wire() {
    return wire;
  }
}
