package io.vfr.streams.cli.models;

import io.vfr.models.schema.FeatureSchema;
import io.vfr.streams.features.window.Bar;
import io.vfr.streams.features.window.IndicatorState;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/**
 * Feature vectors with what came next. A row at t holds what was known at t: indicators over bars
 * up to t, macro series and fundamentals as of t; its target is the return to the symbol's next
 * bar.
 */
final class TrainingRows {
  /** A longer gap is a halt or a change of listing, not a next bar. */
  private static final long GAP_MILLIS_MAX = Duration.ofDays(7).toMillis();

  /** Below this a price does not move, and dividing by it means nothing. */
  private static final double SIGMA_MIN = 1e-4;

  /** One symbol-day. */
  record Row(
      String symbol,
      LocalDate day,
      LocalDate nextDay,
      double[] features,
      double realized,
      double sigma) {
    /** The realized return in units of the volatility known at the row's time. */
    double standardized() {
      return realized / sigma;
    }

    /** Every fifth symbol, by its hash, is kept out of training altogether. */
    boolean heldOutSymbol() {
      return Math.floorMod(symbol.hashCode(), 5) == 0;
    }
  }

  private final List<String> names;
  private final FeatureSchema schema = FeatureSchema.current();
  private final MacroHistory macro;
  private final FundamentalsHistory fundamentals;
  private final List<Row> rows = new ArrayList<>();

  /**
   * Makes an empty set.
   *
   * @param names the features of every row, in order
   */
  TrainingRows(List<String> names, MacroHistory macro, FundamentalsHistory fundamentals) {
    this.names = List.copyOf(names);
    this.macro = macro;
    this.fundamentals = fundamentals;
  }

  List<String> names() {
    return names;
  }

  List<Row> rows() {
    return rows;
  }

  /** Adds the rows of one symbol, whose bars are in order of time. */
  void add(String symbol, List<Bar> bars) {
    IndicatorState state = new IndicatorState();
    double[] vector = new double[schema.size()];
    int sigmaIndex = schema.indexOf("volatility_20d");
    for (int i = 0; i + 1 < bars.size(); i++) {
      Bar bar = bars.get(i);
      Bar next = bars.get(i + 1);
      Arrays.fill(vector, Double.NaN);
      state.compute(bar, vector);
      state.append(bar);
      double sigma = vector[sigmaIndex];
      if (sigma >= SIGMA_MIN && next.startMillis() - bar.startMillis() <= GAP_MILLIS_MAX) {
        rows.add(
            new Row(
                symbol,
                day(bar),
                day(next),
                features(symbol, bar.startMillis(), vector),
                (next.close() - bar.close()) / bar.close(),
                sigma));
      }
    }
  }

  private double[] features(String symbol, long millis, double[] vector) {
    double[] features = new double[names.size()];
    for (int f = 0; f < features.length; f++) {
      String name = names.get(f);
      int index = schema.indexOf(name);
      if (index >= 0 && index < schema.barFeatures()) {
        features[f] = vector[index];
        continue;
      }
      double fromMacro = macro.valueAt(name, millis);
      features[f] =
          Double.isNaN(fromMacro) ? fundamentals.valueAt(symbol, name, millis) : fromMacro;
    }
    return features;
  }

  private static LocalDate day(Bar bar) {
    return Instant.ofEpochMilli(bar.startMillis()).atZone(ZoneOffset.UTC).toLocalDate();
  }

  /** All rows of a history; the callback is told after each symbol. */
  void addAll(Map<String, List<Bar>> bySymbol, Runnable onSymbol) {
    bySymbol.forEach((symbol, bars) -> {
      add(symbol, bars);
      onSymbol.run();
    });
  }
}
