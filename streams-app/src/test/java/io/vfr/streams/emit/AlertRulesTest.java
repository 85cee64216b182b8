package io.vfr.streams.emit;

import static org.assertj.core.api.Assertions.assertThat;

import io.vfr.models.schema.FeatureSchema;
import io.vfr.models.schema.FeatureSlots;
import io.vfr.schemas.Alert;
import io.vfr.schemas.AlertState;
import io.vfr.schemas.AlertType;
import io.vfr.schemas.Breakdown;
import io.vfr.schemas.Consensus;
import io.vfr.schemas.Direction;
import io.vfr.schemas.DriversMethod;
import io.vfr.schemas.FeatureSummary;
import io.vfr.schemas.Prediction;
import io.vfr.schemas.Probability;
import io.vfr.schemas.Signal;
import io.vfr.schemas.SourceRef;
import io.vfr.streams.config.AlertsConfig;
import io.vfr.streams.config.FeaturesConfig;
import io.vfr.streams.features.FeatureVector;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Each condition raises once, clears once with hysteresis, and cannot storm. */
class AlertRulesTest {
  private static final long DAY = Duration.ofDays(1).toMillis();
  private static final long START = 20_000 * DAY;

  private final FeatureSlots slots = new FeatureSlots(FeatureSchema.current(), 4);
  private final AlertRules rules =
      new AlertRules(
          new AlertsConfig(0.5, 2.0, 0.8),
          new FeaturesConfig(false, 10, 4, Duration.ofDays(100), Duration.ofDays(7)),
          slots,
          "here");
  private final List<Alert> alerts = new ArrayList<>();
  private AlertMemory memory = AlertMemory.EMPTY;
  private int day;

  @Test
  void strongSignal_raisesOnceAndClearsBelowTheRatio() {
    for (double confidence : new double[] {0.49, 0.5, 0.9, 0.41, 0.5, 0.39, 0.3, 0.6}) {
      predict(Signal.BULLISH, confidence, false);
    }
    assertThat(told(AlertType.STRONG_SIGNAL))
        .containsExactly("raised day 1", "cleared day 5", "raised day 7");
  }

  @Test
  void signalFlip_isToldOncePerBar_andNotForTheFirstDirection() {
    predict(Signal.BULLISH, 0.1, false);
    predict(Signal.NEUTRAL, 0.1, false);
    predict(Signal.BEARISH, 0.1, false);
    day--;
    predict(Signal.BULLISH, 0.1, false);
    day--;
    predict(Signal.BEARISH, 0.1, false);
    predict(Signal.BULLISH, 0.1, true);
    predict(Signal.BULLISH, 0.1, false);
    assertThat(told(AlertType.SIGNAL_FLIP)).containsExactly("raised day 2", "raised day 4");
  }

  @Test
  void lowConsensus_isToldWhenItLasts() {
    for (int i = 0; i < 20; i++) {
      predict(Signal.BULLISH, 0.1, i % 2 == 0);
    }
    assertThat(told(AlertType.LOW_CONSENSUS)).isEmpty();
    for (int i = 0; i < 8; i++) {
      predict(Signal.BULLISH, 0.1, true);
    }
    for (int i = 0; i < 8; i++) {
      predict(Signal.BULLISH, 0.1, false);
    }
    assertThat(told(AlertType.LOW_CONSENSUS)).containsExactly("raised day 24", "cleared day 32");
  }

  @Test
  void volatilitySpike_comparesTheRangeWithTheUsualVolatility() {
    double usual = 0.01;
    double rangeOfUsual = usual * 2 * Math.sqrt(Math.log(2));
    for (double ratio : new double[] {1, 1.99, 2.01, 3, 1.7, 1.5, 1}) {
      run(vector(ratio * rangeOfUsual, usual, Double.NaN, Double.NaN), Signal.NEUTRAL, 0.1, false);
    }
    assertThat(told(AlertType.VOLATILITY_SPIKE)).containsExactly("raised day 2", "cleared day 5");
  }

  @Test
  void staleFeatures_raiseWhenDataStopsComing() {
    for (double age : new double[] {10, 99, 101, 150, 90, 1}) {
      run(vector(Double.NaN, Double.NaN, age, Double.NaN), Signal.NEUTRAL, 0.1, false);
    }
    assertThat(told(AlertType.STALE_FEATURES)).containsExactly("raised day 2", "cleared day 5");
  }

  @Test
  void memory_survivesItsBytes() {
    predict(Signal.BULLISH, 0.9, false);
    predict(Signal.BEARISH, 0.9, true);
    assertThat(AlertMemory.read(memory.bytes())).isEqualTo(memory);
  }

  private List<String> told(AlertType type) {
    return alerts.stream()
        .filter(a -> a.type() == type)
        .map(a ->
            (a.state() == AlertState.RAISED ? "raised" : "cleared")
                + " day "
                + (a.ts() - START) / DAY)
        .toList();
  }

  private void predict(Signal signal, double confidence, boolean lowConsensus) {
    run(vector(Double.NaN, Double.NaN, Double.NaN, Double.NaN), signal, confidence, lowConsensus);
  }

  private void run(FeatureVector vector, Signal signal, double confidence, boolean lowConsensus) {
    Prediction prediction =
        new Prediction(
            "id-" + day,
            "AAA",
            vector.ts(),
            vector.ts(),
            vector.ts() + DAY,
            "1d",
            0,
            Direction.NEUTRAL,
            new Probability(0.25, 0.5, 0.25),
            confidence,
            null,
            null,
            new Consensus(signal, 50, 1, lowConsensus, new Breakdown(0, 0, 0)),
            List.of(),
            List.of(),
            DriversMethod.PATH,
            new FeatureSummary("schema", 1, List.of()),
            List.of(),
            new SourceRef("vfr.prices", 0, day),
            0);
    memory = rules.apply(memory, prediction, vector, alerts);
    day++;
  }

  private FeatureVector vector(
      double range, double volatility, double fundamentalsDays, double sentimentMinutes) {
    double[] values = new double[slots.size()];
    Arrays.fill(values, Double.NaN);
    values[slots.slot("intraday_volatility")] = range;
    values[slots.slot("volatility_20d")] = volatility;
    long ts = START + day * DAY;
    return new FeatureVector(
        "AAA",
        ts,
        ts + DAY,
        values,
        List.of(),
        ts,
        "vfr.prices",
        0,
        day,
        fundamentalsDays,
        sentimentMinutes);
  }
}
