package io.vfr.streams.ops.vitals;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.distribution.ValueAtPercentile;
import io.vfr.schemas.Alert;
import io.vfr.schemas.AlertState;
import io.vfr.schemas.AlertType;
import io.vfr.schemas.Severity;
import io.vfr.streams.config.AlertsConfig;
import io.vfr.streams.config.VitalsConfig;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.lang.management.MemoryType;
import java.lang.management.MemoryUsage;
import java.time.Duration;
import java.time.InstantSource;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks every five seconds at what an operator is paged for, and raises SLOW_PREDICTION,
 * HIGH_LATENCY, HIGH_MEMORY, LONG_GC_PAUSE and LOW_CACHE_HIT_RATIO. Each is raised when its figure
 * crosses the limit, and cleared when it kept clear of it for a minute, so none can storm.
 */
public final class Vitals implements AutoCloseable {
  /** How often it is looked. */
  static final Duration INTERVAL = Duration.ofSeconds(5);

  /** After how many calm looks an alert is cleared. */
  static final int CALM_LOOKS = 12;

  /** After how many looks that find memory short it is told again: what was done did not do. */
  static final int SHORT_LOOKS = 12;

  private static final double P95 = 0.95;
  private static final Logger LOG = LoggerFactory.getLogger(Vitals.class);

  private final List<Vital> vitals;
  private final double clearRatio;
  private final Consumer<Alert> publish;
  private final Consumer<Boolean> memoryShort;
  private final InstantSource clock;
  private final String instance;
  private final Runnable closing;

  /** How many calm looks there have been since an alert that is raised was last needed; guarded. */
  private final Map<AlertType, Integer> raised = new EnumMap<>(AlertType.class);

  /** Looks that found memory short since that was last told; guarded. */
  private int shortLooks;

  /** What told it: the same number as long as no collection has renewed it; guarded. */
  private double shortValue;

  private final ScheduledExecutorService executor =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().daemon().name("vitals").factory());

  Vitals(
      List<Vital> vitals,
      double clearRatio,
      Consumer<Alert> publish,
      Consumer<Boolean> memoryShort,
      InstantSource clock,
      String instance,
      Runnable closing) {
    this.vitals = List.copyOf(vitals);
    this.clearRatio = clearRatio;
    this.publish = publish;
    this.memoryShort = memoryShort;
    this.clock = clock;
    this.instance = instance;
    this.closing = closing;
  }

  /**
   * Begins to look.
   *
   * @param meters where the flow counts
   * @param publish takes each alert
   * @param memoryShort is told when HIGH_MEMORY is raised, again after each minute of looks that
   *     find it so, if collections have been since, and when it is cleared
   */
  public static Vitals watch(
      AlertsConfig config,
      MeterRegistry meters,
      Consumer<Alert> publish,
      Consumer<Boolean> memoryShort,
      InstantSource clock,
      String instance) {
    VitalsConfig limits = config.vitals();
    GcPauses pauses = new GcPauses();
    List<Vital> vitals =
        List.of(
            Vital.atMost(
                AlertType.SLOW_PREDICTION,
                Severity.WARNING,
                "scoring a batch took",
                " ms",
                limits.slowPrediction().toMillis(),
                () -> slowestMillis(meters)),
            Vital.atMost(
                AlertType.HIGH_LATENCY,
                Severity.WARNING,
                "the 95th percentile of latency, from append to emission, is",
                " ms",
                limits.highLatency().toMillis(),
                () -> latencyMillis(meters)),
            Vital.atMost(
                AlertType.HIGH_MEMORY,
                Severity.CRITICAL,
                "what garbage collections have left fills the heap to",
                "",
                limits.heapRatio(),
                Vitals::heapRatio),
            Vital.atMost(
                AlertType.LONG_GC_PAUSE,
                Severity.WARNING,
                "a garbage collection paused the instance for",
                " ms",
                limits.longGcPause().toMillis(),
                pauses::takeLongestMillis),
            Vital.atLeast(
                AlertType.LOW_CACHE_HIT_RATIO,
                Severity.WARNING,
                "of the requests for a model that had been in memory it was met there in",
                "",
                limits.cacheHitRatio(),
                () -> hitRatio(meters)));
    Vitals watch =
        new Vitals(
            vitals, config.clearRatio(), publish, memoryShort, clock, instance, pauses::close);
    watch.executor.scheduleWithFixedDelay(
        watch::look, INTERVAL.toMillis(), INTERVAL.toMillis(), TimeUnit.MILLISECONDS);
    return watch;
  }

  private static double slowestMillis(MeterRegistry meters) {
    Timer timer = meters.find("vfr.scoring.batch").timer();
    return timer == null ? Double.NaN : timer.max(TimeUnit.MILLISECONDS);
  }

  private static double hitRatio(MeterRegistry meters) {
    Gauge gauge = meters.find("vfr.model.cache.hit.ratio").gauge();
    return gauge == null ? Double.NaN : gauge.value();
  }

  private static double latencyMillis(MeterRegistry meters) {
    Timer timer = meters.find("vfr.prediction.latency").timer();
    if (timer != null) {
      for (ValueAtPercentile value : timer.takeSnapshot().percentileValues()) {
        if (value.percentile() == P95) {
          return value.value(TimeUnit.MILLISECONDS);
        }
      }
    }
    return Double.NaN;
  }

  /** What was in use after the last collection of each pool, of the most that the heap may have. */
  private static double heapRatio() {
    long used = 0;
    for (MemoryPoolMXBean pool : ManagementFactory.getMemoryPoolMXBeans()) {
      MemoryUsage usage = pool.getType() == MemoryType.HEAP ? pool.getCollectionUsage() : null;
      used += usage == null ? 0 : usage.getUsed();
    }
    return (double) used / Runtime.getRuntime().maxMemory();
  }

  private void look() {
    try {
      check();
    } catch (RuntimeException e) {
      // A task that throws is never run again.
      LOG.warn("The instance's vitals cannot be told", e);
    }
  }

  /** Looks once. */
  synchronized void check() {
    for (Vital vital : vitals) {
      double value = vital.value().getAsDouble();
      if (vital.isCrossedBy(value)) {
        if (raised.put(vital.type(), 0) == null) {
          tell(vital, AlertState.RAISED, vital.severity(), value);
        } else if (vital.type() == AlertType.HIGH_MEMORY) {
          lasts(vital, value);
        }
      } else if (raised.containsKey(vital.type())) {
        calm(vital, value);
      }
    }
  }

  private void calm(Vital vital, double value) {
    if (!vital.isCalmAt(value, clearRatio)) {
      raised.put(vital.type(), 0);
    } else if (raised.merge(vital.type(), 1, Integer::sum) == CALM_LOOKS) {
      raised.remove(vital.type());
      tell(vital, AlertState.CLEARED, Severity.INFO, value);
    }
  }

  private void tell(Vital vital, AlertState state, Severity severity, double value) {
    long now = clock.millis();
    String message = vital.message(value);
    if (vital.type() == AlertType.HIGH_MEMORY) {
      tellMemory(state == AlertState.RAISED, value);
    }
    LOG.warn("{} {}: {}", vital.type(), state, message);
    publish.accept(
        new Alert(
            vital.type() + ":" + instance + ":" + state.name().toLowerCase(Locale.ROOT) + ":" + now,
            now,
            vital.type(),
            severity,
            state,
            null,
            message,
            Double.isNaN(value) ? null : value,
            vital.limit(),
            null,
            instance));
  }

  private void lasts(Vital memory, double value) {
    shortLooks++;
    if (shortLooks >= SHORT_LOOKS && value != shortValue) {
      LOG.warn("{} lasts: {}", memory.type(), memory.message(value));
      tellMemory(true, value);
    }
  }

  private void tellMemory(boolean isShort, double value) {
    shortLooks = 0;
    shortValue = value;
    memoryShort.accept(isShort);
  }

  @Override
  public void close() {
    executor.shutdownNow();
    closing.run();
  }
}
