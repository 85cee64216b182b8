package io.vfr.streams.cli.models;

import io.vfr.models.Direction;
import io.vfr.models.calibration.Calibration;
import io.vfr.models.calibration.Forecast;
import io.vfr.models.train.ForecastScores;
import io.vfr.models.train.ProbabilityScores;
import io.vfr.streams.cli.models.TrainingRows.Row;
import java.util.List;
import java.util.function.Function;

/** How a model does on one part of the rows. */
record Segment(String name, ForecastScores forecasts, ProbabilityScores probabilities) {
  /** Measures a model's forecasts as the stream would state them. */
  static Segment measure(
      String name,
      Calibration calibration,
      List<Row> rows,
      Function<Row, double[]> outputs,
      double[] baseRates) {
    List<Forecast> forecasts =
        rows.stream()
            .map(row ->
                calibration.forecast(
                    outputs.apply(row),
                    0,
                    row.sigma(),
                    ModelTraining.NEUTRAL_BAND,
                    ModelTraining.COVERAGE))
            .toList();
    double[] realized = rows.stream().mapToDouble(Row::realized).toArray();
    return new Segment(
        name,
        ForecastScores.measure(
            rows.stream().mapToLong(row -> row.day().toEpochDay()).toArray(),
            forecasts.stream().mapToDouble(Forecast::expectedReturn).toArray(),
            realized),
        ProbabilityScores.measure(
            forecasts, rows.stream().map(Segment::outcome).toList(), realized, baseRates));
  }

  /** The direction that a row's realized return took. */
  static Direction outcome(Row row) {
    double z = row.standardized();
    if (z > ModelTraining.NEUTRAL_BAND) {
      return Direction.UP;
    }
    return z < -ModelTraining.NEUTRAL_BAND ? Direction.DOWN : Direction.NEUTRAL;
  }

  /** The share of each direction, by ordinal. */
  static double[] baseRates(List<Row> rows) {
    double[] rates = new double[Direction.values().length];
    rows.forEach(row -> rates[outcome(row).ordinal()] += 1.0 / rows.size());
    return rates;
  }
}
