package io.vfr.schemas;

/** How the contributions of a prediction's drivers were computed. */
public enum DriversMethod implements WireEnum {
  /** Path attribution: the change of the mean leaf value along each decision path. */
  PATH("path"),
  /** Exact Shapley values of the trees. */
  SHAP("shap");

  private final String wire;

  DriversMethod(String wire) {
    this.wire = wire;
  }

  @Override
  public String wire() {
    return wire;
  }
}
