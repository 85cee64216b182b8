package io.vfr.streams.emit;

import io.vfr.models.schema.FeatureSchema;
import io.vfr.models.schema.FeatureSlots;
import io.vfr.schemas.Alert;
import io.vfr.schemas.FeatureSummary;
import io.vfr.schemas.Prediction;
import io.vfr.schemas.SourceRef;
import io.vfr.streams.config.AppConfig;
import io.vfr.streams.features.FeatureVector;
import io.vfr.streams.scoring.Forecast;
import io.vfr.streams.scoring.Horizons;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueStore;
import org.jspecify.annotations.Nullable;

/** Turns each forecast into one prediction and the alerts that begin or end with it. */
final class EmitProcessor implements Processor<String, Forecast, String, Object> {

  private final InstantSource clock;
  private final EmitCounters counters;
  private final Duration horizon;
  private final String horizonName;
  private final AlertRules rules;
  private final ModelAlerts modelAlerts;
  private final FeatureSchema schema = FeatureSchema.current();

  private @Nullable ProcessorContext<String, Object> context;
  private @Nullable KeyValueStore<Bytes, byte[]> memory;

  EmitProcessor(
      AppConfig config,
      FeatureSlots slots,
      ModelAlerts modelAlerts,
      EmitCounters counters,
      InstantSource clock,
      String instance) {
    this.clock = clock;
    this.counters = counters;
    this.modelAlerts = modelAlerts;
    // Forecasts are of the next bar's return.
    horizon = config.bars().interval();
    horizonName = Horizons.name(horizon);
    this.rules = new AlertRules(config.alerts(), config.features(), slots, instance);
  }

  @Override
  public void init(ProcessorContext<String, Object> context) {
    this.context = context;
    this.memory = context.getStateStore(Emit.ALERT_MEMORY);
  }

  @Override
  public void process(Record<String, Forecast> record) {
    ProcessorContext<String, Object> context = initialised(this.context);
    Forecast forecast = record.value();
    Prediction prediction = prediction(forecast);
    context.forward(record.withValue(prediction), Emit.PREDICTIONS_CHILD);
    counters.predicted(prediction);
    List<Alert> alerts = new ArrayList<>();
    remember(prediction, forecast.vector(), alerts);
    modelAlerts.check(prediction, alerts);
    for (Alert alert : alerts) {
      String key = alert.symbol() == null ? alert.instance() : alert.symbol();
      context.forward(new Record<>(key, alert, record.timestamp()), Emit.ALERTS_CHILD);
      counters.alerted(alert);
    }
  }

  private void remember(Prediction prediction, FeatureVector vector, List<Alert> alerts) {
    KeyValueStore<Bytes, byte[]> store = initialised(memory);
    Bytes key = Bytes.wrap(prediction.symbol().getBytes(StandardCharsets.UTF_8));
    AlertMemory before = AlertMemory.read(store.get(key));
    AlertMemory after = rules.apply(before, prediction, vector, alerts);
    if (!after.equals(before)) {
      store.put(key, after.bytes());
    }
  }

  private Prediction prediction(Forecast forecast) {
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
        forecast.drivers(),
        forecast.driversMethod(),
        new FeatureSummary(schema.id(), completeness(vector), vector.imputed()),
        forecast.reasons(),
        new SourceRef(vector.topic(), vector.partition(), vector.offset()),
        Math.max(0, now - vector.appendedAt()));
  }

  private double completeness(FeatureVector vector) {
    int known = 0;
    for (int slot = 0; slot < schema.size(); slot++) {
      known += Double.isNaN(vector.value(slot)) ? 0 : 1;
    }
    return (double) known / schema.size();
  }

  private static <T> T initialised(@Nullable T part) {
    if (part == null) {
      throw new IllegalStateException("the processor was not initialised");
    }
    return part;
  }
}
