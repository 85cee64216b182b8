package io.vfr.streams.ops.backtest;

import org.jspecify.annotations.Nullable;

/**
 * What is kept of a prediction until its outcome comes.
 *
 * @param barMillis start of its bar, epoch milliseconds
 * @param offset offset of its price record, which orders predictions of one symbol
 * @param lower lower end of the interval; NaN if none was stated
 * @param volatility forecast volatility; NaN if none was stated
 * @param scored whether at least one model took part
 */
record MetPrediction(
    String symbol,
    long ts,
    long barMillis,
    long offset,
    double expected,
    double up,
    double neutral,
    double down,
    double lower,
    double upper,
    double volatility,
    boolean scored) {
  /** Stands for a prediction that is outside of the window that is evaluated. */
  static final MetPrediction OUTSIDE = new MetPrediction("", 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, false);

  static MetPrediction of(io.vfr.schemas.Prediction prediction, long intervalMillis) {
    var interval = prediction.interval();
    @Nullable Double volatility = prediction.volatility();
    return new MetPrediction(
        prediction.symbol(),
        prediction.ts(),
        Math.floorDiv(prediction.ts(), intervalMillis) * intervalMillis,
        prediction.source().offset(),
        prediction.expectedReturn(),
        prediction.probability().up(),
        prediction.probability().neutral(),
        prediction.probability().down(),
        interval == null ? Double.NaN : interval.lower(),
        interval == null ? Double.NaN : interval.upper(),
        volatility == null ? Double.NaN : volatility,
        volatility != null);
  }
}
