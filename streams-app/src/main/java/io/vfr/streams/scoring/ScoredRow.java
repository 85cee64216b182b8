package io.vfr.streams.scoring;

import java.util.List;

/**
 * One row as the models scored it: the forecast, and what is needed to state its interval and to
 * judge it later.
 *
 * @param scale forecast volatility σ̂ that intervals are in units of, above 0
 * @param usual {@code volatility_20d} or what stands for it, above 0
 * @param band half width of NEUTRAL, a return
 * @param judged every model that made a forecast, champions and shadows
 */
record ScoredRow(
    Forecast forecast, double scale, double usual, double band, List<JudgedForecast> judged) {
  ScoredRow {
    judged = List.copyOf(judged);
  }
}
