package io.vfr.streams.ops.backtest;

import io.vfr.schemas.PriceBar;
import io.vfr.schemas.PriceEvent;
import io.vfr.streams.ops.replay.PriceRows;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What the pipeline says of outcomes beside the same worked out here.
 *
 * @param symbols symbols whose realised returns were worked out from the closes of the price file
 * @param returns realised returns that were compared
 * @param returnsDiffering of them those that differ by more than {@link #TOLERANCE}
 * @param insideDiffering outcomes whose {@code insideInterval} is not what the interval of the
 *     prediction gives
 * @param hits model forecasts of returns whose {@code hit} was worked out
 * @param hitsDiffering of them those that the pipeline judged otherwise
 */
record CrossCheck(
    int symbols,
    int returns,
    int returnsDiffering,
    int insideDiffering,
    int hits,
    int hitsDiffering) {
  private static final double TOLERANCE = 1e-12;
  private static final int SYMBOLS_MAX = 20;

  /** Whether nothing differs. */
  boolean agrees() {
    return returnsDiffering == 0 && insideDiffering == 0 && hitsDiffering == 0;
  }

  /**
   * Compares.
   *
   * @param prices the price file; bars that it holds more than once, and ticks, are not compared,
   *     for their predictions were made at other prices than the last
   */
  static CrossCheck of(Rows rows, Path prices, long intervalMillis) {
    Map<String, TimeSeries> closes = closes(sample(rows.symbols()), prices, intervalMillis);
    int returns = 0;
    int returnsDiffering = 0;
    int insideDiffering = 0;
    for (int row = 0; row < rows.size(); row++) {
      insideDiffering += Coverage.isInside(rows, row) == rows.saidInside().get(row) ? 0 : 1;
      TimeSeries series = closes.get(rows.symbols().get(rows.symbol()[row]));
      if (series == null) {
        continue;
      }
      double close = series.get(rows.bar()[row]);
      double came = (series.next(rows.bar()[row]) - close) / close;
      if (!Double.isNaN(came)) {
        returns++;
        returnsDiffering += Math.abs(came - rows.realized()[row]) > TOLERANCE ? 1 : 0;
      }
    }
    int hits = 0;
    int hitsDiffering = 0;
    for (Rows.ModelRows model : rows.models()) {
      if (model.isVolatility() || model.isClass()) {
        continue;
      }
      for (int row = 0; row < rows.size(); row++) {
        double forecast = model.forecast()[row];
        if (!Double.isNaN(forecast) && !Double.isNaN(rows.usual()[row])) {
          hits++;
          boolean hit = Math.signum(forecast) * Math.signum(rows.realized()[row]) > 0;
          hitsDiffering += hit == model.saidHit().get(row) ? 0 : 1;
        }
      }
    }
    return new CrossCheck(
        closes.size(), returns, returnsDiffering, insideDiffering, hits, hitsDiffering);
  }

  /** Symbols evenly from the sorted names: the same each time. */
  private static Set<String> sample(List<String> symbols) {
    int step = Math.max(1, symbols.size() / SYMBOLS_MAX);
    Set<String> sample = new HashSet<>();
    for (int i = 0; i < symbols.size() && sample.size() < SYMBOLS_MAX; i += step) {
      sample.add(symbols.get(i));
    }
    return sample;
  }

  private static Map<String, TimeSeries> closes(
      Set<String> symbols, Path prices, long intervalMillis) {
    Map<String, TimeSeries> closes = new HashMap<>();
    PriceRows.read(
        prices,
        symbols::contains,
        event -> {
          TimeSeries series = closes.computeIfAbsent(event.symbol(), symbol -> new TimeSeries());
          long bar = Math.floorDiv(event.ts(), intervalMillis) * intervalMillis;
          series.put(bar, series.has(bar) ? Double.NaN : close(event));
        });
    return closes;
  }

  private static double close(PriceEvent event) {
    return event instanceof PriceBar bar ? bar.close() : Double.NaN;
  }
}
