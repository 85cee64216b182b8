package io.vfr.schemas;

/** How one model's share of a forecast was attributed to drivers. */
public enum AttributionMethod implements WireEnum {
  /** Path attribution. */
  PATH("path"),
  /** Exact Shapley values; contributions add up. */
  SHAP("shap"),
  /**
   * What the output loses when a feature has its mean, in a sequence over all bars; contributions
   * need not add up.
   */
  OCCLUSION("occlusion"),
  /** Not attributed to features; the model is one driver, {@code model.<id>}. */
  WHOLE("whole");

  private final String wire;

  AttributionMethod(String wire) {
    this.wire = wire;
  }

  @Override
  public String wire() {
    return wire;
  }
}
