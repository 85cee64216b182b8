package io.vfr.streams.emit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vfr.models.schema.FeatureSchema;
import io.vfr.models.schema.FeatureSlots;
import io.vfr.schemas.Alert;
import io.vfr.schemas.AlertState;
import io.vfr.schemas.AlertType;
import io.vfr.schemas.Breakdown;
import io.vfr.schemas.Consensus;
import io.vfr.schemas.Direction;
import io.vfr.schemas.Probability;
import io.vfr.schemas.Signal;
import io.vfr.streams.TestConfigs;
import io.vfr.streams.config.AlertsConfig;
import io.vfr.streams.config.FeaturesConfig;
import io.vfr.streams.features.FeatureVector;
import io.vfr.streams.scoring.Forecast;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Each condition raises once, clears once with hysteresis, and cannot storm. */
class AlertRulesTest {
  private static final long DAY = Duration.ofDays(1).toMillis();
  private static final long START = 20_000 * DAY;

  private final FeatureSlots slots = new FeatureSlots(FeatureSchema.current(), 4);
  private final AlertRules rules = rules(0.5);
  private final List<Alert> alerts = new ArrayList<>();
  private AlertMemory memory = AlertMemory.EMPTY;
  private int day;
  private boolean newest = true;

  @Test
  void strongSignal_raisesOnceAndClearsBelowTheRatio() {
    for (double confidence : new double[] {0.49, 0.5, 0.9, 0.41, 0.5, 0.39, 0.3, 0.6}) {
      predict(Signal.BULLISH, confidence, false);
    }
    assertThat(told(AlertType.STRONG_SIGNAL))
        .containsExactly("raised day 1", "cleared day 5", "raised day 7");
  }

  @Test
  void strongSignal_togglingWithinABar_changesOncePerBar() {
    for (int tick = 0; tick < 50; tick++) {
      day = 0;
      predict(tick % 2 == 0 ? Signal.BULLISH : Signal.NEUTRAL, 0.9, false);
    }
    for (int tick = 0; tick < 50; tick++) {
      day = 1;
      predict(tick % 2 == 0 ? Signal.BULLISH : Signal.NEUTRAL, 0.9, false);
    }
    assertThat(told(AlertType.STRONG_SIGNAL)).containsExactly("raised day 0", "cleared day 1");
  }

  @Test
  void strongSignal_ofTheOtherSide_clearsAndIsRaisedWithTheNextBar() {
    predict(Signal.BULLISH, 0.9, false);
    predict(Signal.BEARISH, 0.9, false);
    day--;
    predict(Signal.BEARISH, 0.9, false);
    predict(Signal.BEARISH, 0.9, false);
    predict(Signal.BEARISH, 0.9, false);
    assertThat(told(AlertType.STRONG_SIGNAL))
        .containsExactly("raised day 0", "cleared day 1", "raised day 2");
    assertThat(alerts.stream().filter(a -> a.type() == AlertType.STRONG_SIGNAL).map(Alert::message))
        .containsExactly(
            "AAA is BULLISH with confidence 0.90",
            "AAA is no longer surely BULLISH",
            "AAA is BEARISH with confidence 0.90");
    assertThat(alerts).extracting(Alert::id).doesNotHaveDuplicates();
  }

  @Test
  void strongSignal_confidenceGoneOrModelsDisagree_clears() {
    predict(Signal.BULLISH, 0.9, false);
    predict(Signal.NEUTRAL, 0, false);
    predict(Signal.BULLISH, 0.9, false);
    predict(Signal.BULLISH, 0.9, true);
    assertThat(told(AlertType.STRONG_SIGNAL))
        .containsExactly("raised day 0", "cleared day 1", "raised day 2", "cleared day 3");
  }

  @Test
  void strongSignal_limitOfZero_isNotRaisedForNeutral() {
    AlertRules any = rules(0);
    memory = apply(any, nothing(), Signal.NEUTRAL, 0.9, false);
    assertThat(memory.isRaised(AlertType.STRONG_SIGNAL)).isFalse();
    day++;
    memory = apply(any, nothing(), Signal.BEARISH, 0, false);
    assertThat(memory.strongSide()).isEqualTo(Signal.BEARISH);
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
  void signalFlip_suppressedInItsBar_isToldWithTheNextIfItPersists() {
    predict(Signal.BULLISH, 0.1, false);
    predict(Signal.BEARISH, 0.1, false);
    day--;
    predict(Signal.BULLISH, 0.1, false);
    predict(Signal.BULLISH, 0.1, false);
    assertThat(alerts.stream().map(Alert::message))
        .containsExactly(
            "AAA turned from BULLISH to BEARISH", "AAA turned from BEARISH to BULLISH");
    assertThat(told(AlertType.SIGNAL_FLIP)).containsExactly("raised day 1", "raised day 2");
  }

  @Test
  void lateEvents_alternatingWithCurrentOnes_changeNothing() {
    day = 100;
    double range = 0.02;
    run(vector(range, 0.01, 1, 1), Signal.BULLISH, 0.1, false);
    AlertMemory before = memory;
    for (int i = 0; i < 50; i++) {
      day = i;
      newest = false;
      run(vector(10 * range, 0.01, 500, 1), Signal.BEARISH, 0.9, true);
      assertThat(memory).isEqualTo(before);
      day = 100;
      newest = true;
      run(vector(range, 0.01, 1, 1), Signal.BULLISH, 0.1, false);
    }
    assertThat(alerts).isEmpty();
  }

  /** What is not stored anew, because only the bar is another, makes no difference later. */
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void memoryThatIsStoredOnlyWhenItSaysMore_tellsTheSame(long seed) {
    Random random = new Random(seed);
    AlertMemory full = AlertMemory.EMPTY;
    AlertMemory stored = AlertMemory.EMPTY;
    int changes = 0;
    int writes = 0;
    int predictions = 5_000;
    for (int i = 0; i < predictions; i++) {
      day += random.nextInt(3) == 0 ? 0 : 1;
      newest = random.nextInt(10) > 0;
      Signal signal = Signal.values()[random.nextInt(3)];
      double confidence = random.nextInt(4) == 0 ? random.nextDouble() : 0.1;
      boolean low = i / 40 % 2 == 0;
      FeatureVector vector =
          vector(random.nextInt(8) == 0 ? 0.1 : 0.001, 0.01, random.nextInt(9) == 0 ? 200 : 1, 1);
      memory = full;
      full = apply(rules, vector, signal, confidence, low);
      changes += full.equals(memory) ? 0 : 1;
      List<Alert> told = List.copyOf(alerts);
      alerts.clear();
      memory = stored;
      AlertMemory next = apply(rules, vector, signal, confidence, low);
      assertThat(alerts).as("seed %d, prediction %d", seed, i).isEqualTo(told);
      alerts.clear();
      if (!next.saysNoMoreThan(stored)) {
        stored = next;
        writes++;
      }
    }
    assertThat(writes).isBetween(predictions / 20, changes - predictions / 20);
  }

  @Test
  void decimals_areThoseOfFormat() {
    Random random = new Random(1);
    for (int i = 0; i < 10_000; i++) {
      double value = random.nextGaussian() * Math.pow(10, random.nextInt(-6, 7));
      int places = random.nextInt(3);
      assertThat(AlertRules.decimal(value, places).replaceFirst("^-(0(\\.0+)?)$", "$1"))
          .isEqualTo(
              String.format(Locale.ROOT, "%." + places + "f", value)
                  .replaceFirst("^-(0(\\.0+)?)$", "$1"));
    }
    assertThat(AlertRules.decimal(Double.POSITIVE_INFINITY, 2)).isEqualTo("Infinity");
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
  void levelConditions_swingingWithinABar_changeOncePerBar() {
    for (int bar = 0; bar < 3; bar++) {
      for (int tick = 0; tick < 20; tick++) {
        day = bar;
        boolean high = tick % 2 == 0;
        run(vector(high ? 1 : 0.001, 0.01, high ? 500 : 1, 1), Signal.NEUTRAL, 0.1, false);
      }
    }
    String[] oncePerBar = {"raised day 0", "cleared day 1", "raised day 2"};
    assertThat(told(AlertType.VOLATILITY_SPIKE)).containsExactly(oncePerBar);
    assertThat(told(AlertType.STALE_FEATURES)).containsExactly(oncePerBar);
    assertThat(alerts).hasSize(6);
  }

  @Test
  void memory_survivesItsBytes() {
    predict(Signal.BULLISH, 0.9, false);
    assertThat(AlertMemory.read(memory.bytes())).isEqualTo(memory);
    predict(Signal.BEARISH, 0.9, true);
    assertThat(AlertMemory.read(memory.bytes())).isEqualTo(memory);
    assertThat(AlertMemory.read(null)).isEqualTo(AlertMemory.EMPTY);
  }

  @Test
  void memory_bytes_arePinned() {
    AlertMemory all = new AlertMemory(1, 0, 0, Signal.BULLISH, Signal.BEARISH, 2, 3);
    for (AlertType type :
        List.of(
            AlertType.STRONG_SIGNAL,
            AlertType.VOLATILITY_SPIKE,
            AlertType.LOW_CONSENSUS,
            AlertType.STALE_FEATURES)) {
      all = all.with(type, true);
    }
    all = all.withFlip(Signal.BEARISH);
    assertThat(HexFormat.of().formatHex(all.bytes()))
        .isEqualTo(
            "02"
                + "0000000000000001"
                + "0000001d"
                + "0000001f"
                + "01"
                + "02"
                + "0000000000000002"
                + "00000003");
  }

  @Test
  void memory_codes_arePinned() {
    assertThat(AlertMemory.code(AlertType.STRONG_SIGNAL)).isZero();
    assertThat(AlertMemory.code(AlertType.SIGNAL_FLIP)).isEqualTo(1);
    assertThat(AlertMemory.code(AlertType.VOLATILITY_SPIKE)).isEqualTo(2);
    assertThat(AlertMemory.code(AlertType.LOW_CONSENSUS)).isEqualTo(3);
    assertThat(AlertMemory.code(AlertType.STALE_FEATURES)).isEqualTo(4);
    assertThat(AlertMemory.code(Signal.NEUTRAL)).isEqualTo((byte) 0);
    assertThat(AlertMemory.code(Signal.BULLISH)).isEqualTo((byte) 1);
    assertThat(AlertMemory.code(Signal.BEARISH)).isEqualTo((byte) 2);
    assertThatThrownBy(() -> AlertMemory.code(AlertType.HIGH_MEMORY))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("HIGH_MEMORY");
  }

  @Test
  void memory_ofAnotherFormat_isRefused() {
    byte[] bytes = AlertMemory.EMPTY.bytes();
    bytes[0] = 9;
    assertThatThrownBy(() -> AlertMemory.read(bytes))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("format version 9")
        .hasMessageContaining("reads 2");
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
    run(nothing(), signal, confidence, lowConsensus);
  }

  private AlertRules rules(double strongConfidence) {
    return new AlertRules(
        new AlertsConfig(strongConfidence, 2.0, 0.8, 0.04, 0.25, TestConfigs.VITALS),
        new FeaturesConfig(false, 10, 4, Duration.ofDays(100), Duration.ofDays(7)),
        slots,
        "here");
  }

  private void run(FeatureVector vector, Signal signal, double confidence, boolean lowConsensus) {
    memory = apply(rules, vector, signal, confidence, lowConsensus);
    day++;
  }

  private AlertMemory apply(
      AlertRules by, FeatureVector vector, Signal signal, double confidence, boolean low) {
    Forecast forecast =
        new Forecast(
            vector,
            "id-" + day,
            0,
            Direction.NEUTRAL,
            new Probability(0.25, 0.5, 0.25),
            confidence,
            null,
            null,
            new Consensus(signal, 50, 1, low, new Breakdown(0, 0, 0)),
            List.of(),
            List.of(),
            null,
            List.of());
    return by.apply(memory, forecast, alerts);
  }

  private FeatureVector nothing() {
    return vector(Double.NaN, Double.NaN, Double.NaN, Double.NaN);
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
        sentimentMinutes,
        ts,
        100,
        ts - DAY,
        100,
        Double.NaN,
        newest,
        null);
  }
}
