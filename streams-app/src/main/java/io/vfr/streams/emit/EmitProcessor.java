package io.vfr.streams.emit;

import io.vfr.models.schema.FeatureSchema;
import io.vfr.models.schema.FeatureSlots;
import io.vfr.schemas.Alert;
import io.vfr.schemas.AlertState;
import io.vfr.schemas.DriversMethod;
import io.vfr.schemas.FeatureSummary;
import io.vfr.schemas.Prediction;
import io.vfr.schemas.SourceRef;
import io.vfr.schemas.Topics;
import io.vfr.streams.config.AppConfig;
import io.vfr.streams.config.ProcessingConfig;
import io.vfr.streams.features.FeatureVector;
import io.vfr.streams.scoring.Explanation;
import io.vfr.streams.scoring.Forecast;
import io.vfr.streams.scoring.Horizons;
import io.vfr.streams.state.CommitBarrier;
import io.vfr.streams.state.HeapPools;
import io.vfr.streams.state.HotSymbols;
import io.vfr.streams.state.StateTable;
import io.vfr.streams.state.TaskState.Table;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.processor.PunctuationType;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.jspecify.annotations.Nullable;

/**
 * Turns each forecast into one prediction and the alerts that begin or end with it. A prediction
 * that raises an alert carries exact drivers, unless memory is short; which ones do depends on the
 * symbol's own predictions alone, so that a replay explains the same.
 */
final class EmitProcessor implements Processor<String, Forecast, String, Object> {
  /** How long a prediction waits at most to be shown, once consumers can see it. */
  private static final Duration SHOW_AFTER = Duration.ofMillis(50);

  private final InstantSource clock;
  private final EmitCounters counters;
  private final Duration horizon;
  private final String horizonName;
  private final AlertRules rules;
  private final ModelAlerts modelAlerts;
  private final LatestPredictions latest;
  private final String schemaId = FeatureSchema.current().id();
  private final int schemaSize = FeatureSchema.current().size();
  private final HeapPools pools;
  private final HotSymbols<AlertMemory> hot;
  private final boolean readsUncommitted;

  private @Nullable ProcessorContext<String, Object> context;
  private @Nullable StateTable memory;
  private @Nullable EmittedView view;

  EmitProcessor(
      AppConfig config,
      FeatureSlots slots,
      ModelAlerts modelAlerts,
      LatestPredictions latest,
      HeapPools pools,
      EmitCounters counters,
      InstantSource clock,
      String instance) {
    this.clock = clock;
    this.latest = latest;
    this.counters = counters;
    this.modelAlerts = modelAlerts;
    // Forecasts are of the next bar's return.
    horizon = config.bars().interval();
    horizonName = Horizons.name(horizon);
    this.pools = pools;
    hot = pools.symbols("alert-memory", config.features().hotSymbols());
    readsUncommitted = config.processing().mode() == ProcessingConfig.Mode.AT_LEAST_ONCE;
    this.rules = new AlertRules(config.alerts(), config.features(), slots, instance);
  }

  @Override
  public void init(ProcessorContext<String, Object> context) {
    this.context = context;
    hot.clear();
    this.memory = CommitBarrier.stateOf(context).table(Table.ALERT_MEMORY);
    EmittedView view = new EmittedView(latest, context.taskId().partition(), readsUncommitted);
    this.view = view;
    CommitBarrier barrier = context.getStateStore(CommitBarrier.NAME);
    barrier.lastBeforeCommit(view::beforeCommit);
    context.schedule(
        SHOW_AFTER, PunctuationType.WALL_CLOCK_TIME, timestamp -> view.publishVisible());
  }

  @Override
  public void process(Record<String, Forecast> record) {
    ProcessorContext<String, Object> context = initialised(this.context);
    EmittedView view = initialised(this.view);
    view.publish();
    Forecast forecast = record.value();
    List<Alert> alerts = new ArrayList<>();
    remember(forecast, alerts);
    boolean explains = raisesAny(alerts) && !pools.isShedding();
    Prediction prediction = prediction(forecast, explains ? forecast.explain() : null);
    byte[] message = Topics.PREDICTIONS.codec().write(prediction);
    context.forward(record.withValue(message), Emit.PREDICTIONS_CHILD);
    counters.predicted(prediction);
    view.emitted(new LatestPrediction(message, forecast.vector()));
    // Models fail for an instance, not for a symbol: these alerts leave the drivers as they are.
    modelAlerts.check(prediction, alerts);
    for (Alert alert : alerts) {
      String key = alert.symbol() == null ? alert.instance() : alert.symbol();
      context.forward(new Record<>(key, alert, record.timestamp()), Emit.ALERTS_CHILD);
      counters.alerted(alert);
    }
  }

  private static boolean raisesAny(List<Alert> alerts) {
    for (Alert alert : alerts) {
      if (alert.state() == AlertState.RAISED) {
        return true;
      }
    }
    return false;
  }

  private void remember(Forecast forecast, List<Alert> alerts) {
    StateTable store = initialised(memory);
    String symbol = forecast.vector().symbol();
    AlertMemory before = hot.get(symbol);
    if (before == null) {
      before = AlertMemory.read(store.get(key(symbol)));
      hot.put(symbol, before);
    }
    AlertMemory after = rules.apply(before, forecast, alerts);
    if (!after.saysNoMoreThan(before)) {
      store.put(key(symbol), after.bytes());
      hot.put(symbol, after);
    }
  }

  private static Bytes key(String symbol) {
    return Bytes.wrap(symbol.getBytes(StandardCharsets.UTF_8));
  }

  private Prediction prediction(Forecast forecast, @Nullable Explanation exact) {
    FeatureVector vector = forecast.vector();
    long now = clock.millis();
    return new Prediction(
        forecast.id(),
        vector.symbol(),
        vector.ts(),
        now,
        vector.barEndMillis() + horizon.toMillis(),
        horizonName,
        forecast.expectedReturn(),
        forecast.direction(),
        forecast.probability(),
        forecast.confidence(),
        forecast.interval(),
        forecast.volatility(),
        forecast.consensus(),
        forecast.models(),
        exact == null ? forecast.drivers() : exact.drivers(),
        exact == null ? DriversMethod.PATH : DriversMethod.SHAP,
        exact == null ? Map.of() : exact.by(),
        new FeatureSummary(schemaId, completeness(vector), vector.imputed()),
        forecast.reasons(),
        new SourceRef(vector.topic(), vector.partition(), vector.offset()),
        Math.max(0, now - vector.appendedAt()));
  }

  private double completeness(FeatureVector vector) {
    double[] values = vector.values();
    int known = 0;
    for (int slot = 0; slot < schemaSize && slot < values.length; slot++) {
      known += Double.isNaN(values[slot]) ? 0 : 1;
    }
    return (double) known / schemaSize;
  }

  @Override
  public void close() {
    if (view != null) {
      view.close();
    }
  }

  private static <T> T initialised(@Nullable T part) {
    if (part == null) {
      throw new IllegalStateException("the processor was not initialised");
    }
    return part;
  }
}
