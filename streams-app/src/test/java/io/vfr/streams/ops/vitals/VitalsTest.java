package io.vfr.streams.ops.vitals;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vfr.schemas.Alert;
import io.vfr.schemas.AlertState;
import io.vfr.schemas.AlertType;
import io.vfr.schemas.Severity;
import io.vfr.streams.config.AlertsConfig;
import io.vfr.streams.config.VitalsConfig;
import io.vfr.streams.emit.EmitCounters;
import io.vfr.streams.scoring.ScoringCounters;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;

class VitalsTest {
  private static final InstantSource CLOCK =
      InstantSource.fixed(Instant.parse("2026-11-25T12:00:00Z"));

  private final List<Alert> alerts = new ArrayList<>();
  private final List<Boolean> memoryShort = new CopyOnWriteArrayList<>();
  private double value;
  private final Vitals vitals =
      new Vitals(
          List.of(
              Vital.atMost(
                  AlertType.HIGH_LATENCY, Severity.WARNING, "latency is", " ms", 150, () -> value)),
          0.8,
          alerts::add,
          memoryShort::add,
          CLOCK,
          "vfr-1",
          () -> {});

  private List<AlertState> statesAfter(int looks, double value) {
    this.value = value;
    alerts.clear();
    for (int i = 0; i < looks; i++) {
      vitals.check();
    }
    return alerts.stream().map(Alert::state).toList();
  }

  @Test
  void aboveTheLimit_raisesOnce_andSaysWhatAndHowMuch() {
    assertThat(statesAfter(5, 150)).isEmpty();
    assertThat(statesAfter(100, 200)).containsExactly(AlertState.RAISED);
    Alert alert = alerts.getFirst();
    assertThat(alert.message()).isEqualTo("latency is 200.0 ms, the limit is 150.0 ms");
    assertThat(alert.value()).isEqualTo(200);
    assertThat(alert.threshold()).isEqualTo(150);
    assertThat(alert.severity()).isEqualTo(Severity.WARNING);
    assertThat(alert.instance()).isEqualTo("vfr-1");
    assertThat(alert.symbol()).isNull();
  }

  @Test
  void calmForAMinute_clearsOnce() {
    statesAfter(1, 200);
    assertThat(statesAfter(Vitals.CALM_LOOKS - 1, 100)).isEmpty();
    assertThat(statesAfter(1, 100)).containsExactly(AlertState.CLEARED);
    assertThat(statesAfter(100, 100)).isEmpty();
    assertThat(statesAfter(1, 151)).containsExactly(AlertState.RAISED);
  }

  @Test
  void aroundTheLimit_doesNotStorm() {
    assertThat(statesAfter(1, 151)).containsExactly(AlertState.RAISED);
    List<AlertState> states = new ArrayList<>();
    for (int i = 0; i < 200; i++) {
      states.addAll(statesAfter(1, i % 2 == 0 ? 149 : 151));
      states.addAll(statesAfter(Vitals.CALM_LOOKS - 1, 10));
      // Between the clear line and the limit it is not calm.
      states.addAll(statesAfter(1, 121));
    }
    assertThat(states).isEmpty();
  }

  @Test
  void nothingMeasured_raisesNothing_andCountsAsCalm() {
    assertThat(statesAfter(100, Double.NaN)).isEmpty();
    statesAfter(1, 200);
    assertThat(statesAfter(Vitals.CALM_LOOKS, Double.NaN)).containsExactly(AlertState.CLEARED);
    assertThat(alerts.getFirst().value()).isNull();
  }

  @Test
  void belowAFloor_raises_andClearsWellAboveIt() {
    List<Alert> told = new ArrayList<>();
    Vitals watch =
        new Vitals(
            List.of(
                Vital.atLeast(
                    AlertType.LOW_CACHE_HIT_RATIO,
                    Severity.WARNING,
                    "hits are",
                    "",
                    0.8,
                    () -> value)),
            0.8,
            told::add,
            memoryShort::add,
            CLOCK,
            "vfr-1",
            () -> {});
    for (double ratio : new double[] {1, 0.8, Double.NaN}) {
      value = ratio;
      watch.check();
      assertThat(told).isEmpty();
    }
    value = 0.79;
    watch.check();
    watch.check();
    assertThat(told).extracting(Alert::state).containsExactly(AlertState.RAISED);
    assertThat(told.getFirst().message()).isEqualTo("hits are 0.7900, the limit is 0.8000");
    told.clear();
    value = 0.83;
    for (int i = 0; i < 2 * Vitals.CALM_LOOKS; i++) {
      watch.check();
    }
    assertThat(told).isEmpty();
    value = 0.85;
    for (int i = 0; i < Vitals.CALM_LOOKS; i++) {
      watch.check();
    }
    assertThat(told).extracting(Alert::state).containsExactly(AlertState.CLEARED);
  }

  /** Limits so low that a working instance exceeds all of them. */
  @Test
  void realSignals_raiseEachAlert() {
    AlertsConfig config =
        new AlertsConfig(
            0.8,
            2,
            0.8,
            0.04,
            0.25,
            new VitalsConfig(Duration.ofMillis(1), Duration.ofMillis(1), 1e-9, Duration.ZERO, 0.8));
    SimpleMeterRegistry meters = new SimpleMeterRegistry();
    new ScoringCounters(meters);
    new EmitCounters(meters);
    // Of a number the registry would hold a weak reference.
    Gauge.builder("vfr.model.cache.hit.ratio", () -> 0.5).register(meters);
    List<Alert> told = new CopyOnWriteArrayList<>();
    try (Vitals watch = Vitals.watch(config, meters, told::add, memoryShort::add, CLOCK, "vfr-1")) {
      watch.check();
      assertThat(told).extracting(Alert::type).contains(AlertType.LOW_CACHE_HIT_RATIO);
      told.clear();
      meters.get("vfr.scoring.batch").timer().record(Duration.ofMillis(20));
      for (int i = 0; i < 100; i++) {
        meters.get("vfr.prediction.latency").timer().record(Duration.ofMillis(i));
      }
      await()
          .atMost(Duration.ofSeconds(30))
          .until(() -> {
            // Some garbage, and a collection that pauses.
            byte[][] garbage = new byte[64][1 << 20];
            System.gc();
            watch.check();
            return garbage.length > 0 && told.stream().map(Alert::type).distinct().count() >= 3;
          });
    }
    assertThat(told)
        .extracting(Alert::type)
        .contains(AlertType.SLOW_PREDICTION, AlertType.HIGH_LATENCY)
        .doesNotHaveDuplicates();
  }

  @Test
  void memoryThatIsShort_isTold_whileTheAlertStands() {
    Vitals watch =
        new Vitals(
            List.of(
                Vital.atMost(
                    AlertType.HIGH_MEMORY, Severity.CRITICAL, "heap", "", 0.9, () -> value)),
            0.8,
            alerts::add,
            memoryShort::add,
            CLOCK,
            "vfr-1",
            () -> {});
    value = 0.95;
    watch.check();
    for (int i = 1; i < Vitals.SHORT_LOOKS; i++) {
      watch.check();
    }
    value = 0.92;
    assertThat(memoryShort).containsExactly(true);
    watch.check();
    assertThat(memoryShort).as("it lasts").containsExactly(true, true);
    for (int i = 0; i < 2 * Vitals.SHORT_LOOKS; i++) {
      watch.check();
    }
    assertThat(memoryShort).as("no collection since").hasSize(2);
    value = 0.91;
    watch.check();
    assertThat(memoryShort).containsExactly(true, true, true);
    assertThat(alerts).hasSize(1);
    value = 0.5;
    for (int i = 0; i < Vitals.CALM_LOOKS; i++) {
      watch.check();
    }
    assertThat(memoryShort).containsExactly(true, true, true, false);
  }

  @Test
  void collectorsThatDoNotPause_areLeftOut() {
    assertThat(List.of("G1 Young Generation", "G1 Old Generation", "MarkSweepCompact", "Copy"))
        .allMatch(GcPauses::isPause);
    assertThat(
            List.of(
                "G1 Concurrent GC", "ZGC Minor Pauses", "ZGC Major Pauses", "Shenandoah Pauses"))
        .allMatch(GcPauses::isPause);
    assertThat(List.of("ZGC Minor Cycles", "ZGC Major Cycles", "Shenandoah Cycles"))
        .noneMatch(GcPauses::isPause);
  }

  @Test
  void pauses_areHeardOf() {
    try (GcPauses pauses = new GcPauses()) {
      await()
          .atMost(Duration.ofSeconds(30))
          .until(() -> {
            System.gc();
            return pauses.takeLongestMillis() > 0;
          });
    }
  }
}
