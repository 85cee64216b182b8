package io.vfr.schemas;

/**
 * How many of the models with a weight voted which way.
 *
 * @param bullish votes for a rise
 * @param bearish votes for a fall
 * @param neutral votes for neither
 */
public record Breakdown(int bullish, int bearish, int neutral) {
  public Breakdown {
    Bounds.notNegative("breakdown.bullish", bullish);
    Bounds.notNegative("breakdown.bearish", bearish);
    Bounds.notNegative("breakdown.neutral", neutral);
  }
}
