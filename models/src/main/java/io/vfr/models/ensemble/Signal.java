package io.vfr.models.ensemble;

import io.vfr.models.Direction;

/** The side that a model, or the ensemble, takes. */
public enum Signal {
  BULLISH,
  BEARISH,
  NEUTRAL;

  /** The side that goes with a direction. */
  public static Signal of(Direction direction) {
    return switch (direction) {
      case UP -> BULLISH;
      case DOWN -> BEARISH;
      case NEUTRAL -> NEUTRAL;
    };
  }
}
