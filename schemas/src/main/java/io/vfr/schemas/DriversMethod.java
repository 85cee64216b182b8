package io.vfr.schemas;

/** How the contributions of a prediction's drivers were computed. */
public enum DriversMethod implements WireEnum {
  /**
   * While scoring, as for every prediction: of trees and linear models by path attribution, the
   * change of the mean leaf value along each decision path; a neural model is one driver as a
   * whole, {@code model.<id>}.
   */
  PATH("path"),
  /**
   * Exactly, as for predictions that raise an alert and on request; how, says {@link
   * Prediction#driversBy} for each model.
   */
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
