package io.vfr.streams.ops.backtest;

import io.vfr.schemas.Codecs;
import io.vfr.schemas.DegradedReason;
import io.vfr.schemas.FeatureValues;
import io.vfr.schemas.Outcome;
import io.vfr.schemas.Prediction;
import io.vfr.schemas.Topics;
import io.vfr.streams.config.AppConfig;
import io.vfr.streams.config.KafkaProperties;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;

/**
 * Reads the committed predictions, outcomes and feature vectors of a run, and brings together what
 * belongs together, whichever of a pair is read first.
 */
final class OutputReader implements AutoCloseable {
  private static final String VOLATILITY = "volatility_20d";
  private static final Duration POLL = Duration.ofMillis(100);

  private final Window window;
  private final long intervalMillis;
  private final Consumer<String, byte[]> consumer;
  private final List<TopicPartition> partitions = new ArrayList<>();
  private final Map<String, MetPrediction> predicted = new HashMap<>();
  private final Map<String, Outcome> early = new HashMap<>();
  private final Map<String, TimeSeries> usual = new HashMap<>();
  private final RowCollector rows = new RowCollector(usual);
  private final Map<String, Long> degraded = new TreeMap<>();
  private final DriftCounts drift;
  private long predictions;
  private long degradedPredictions;
  private long outcomes;
  private long vectors;
  private long inWindow;

  /**
   * Connects; reads nothing yet.
   *
   * @param window which predictions to evaluate, by the start of their bar
   */
  OutputReader(AppConfig config, Window window, DriftCounts drift) {
    this.window = window;
    this.drift = drift;
    intervalMillis = config.bars().interval().toMillis();
    Map<String, Object> properties = new HashMap<>(KafkaProperties.consumer(config));
    properties.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
    properties.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
    properties.put(ConsumerConfig.CLIENT_ID_CONFIG, "vfr-backtest");
    consumer =
        new KafkaConsumer<>(properties, new StringDeserializer(), new ByteArrayDeserializer());
    for (var topic : List.of(Topics.PREDICTIONS, Topics.OUTCOMES, Topics.FEATURES)) {
      consumer
          .partitionsFor(topic.name())
          .forEach(info -> partitions.add(new TopicPartition(info.topic(), info.partition())));
    }
    consumer.assign(partitions);
    consumer.seekToBeginning(partitions);
  }

  /** Takes what has come since the last call, or waits a moment for it. */
  void poll() {
    consumer.poll(POLL).forEach(this::take);
  }

  /** Where the outputs end now. */
  Map<TopicPartition, Long> ends() {
    return consumer.endOffsets(partitions);
  }

  /** Whether everything before these ends was read. */
  boolean reached(Map<TopicPartition, Long> ends) {
    return ends.entrySet().stream()
        .allMatch(end -> consumer.position(end.getKey()) >= end.getValue());
  }

  private void take(ConsumerRecord<String, byte[]> record) {
    if (record.topic().equals(Topics.PREDICTIONS.name())) {
      take(Codecs.PREDICTION.read(record.value()));
    } else if (record.topic().equals(Topics.OUTCOMES.name())) {
      take(Codecs.OUTCOME.read(record.value()));
    } else {
      take(Codecs.FEATURES.read(record.value()));
    }
  }

  private void take(Prediction prediction) {
    predictions++;
    degradedPredictions += prediction.degraded() ? 1 : 0;
    for (DegradedReason reason : prediction.degradedReasons()) {
      degraded.merge(reason.wire(), 1L, Long::sum);
    }
    MetPrediction kept = MetPrediction.of(prediction, intervalMillis);
    if (window.holds(kept.barMillis())) {
      inWindow++;
    } else {
      kept = MetPrediction.OUTSIDE;
    }
    Outcome outcome = early.remove(prediction.id());
    if (outcome == null) {
      predicted.put(prediction.id(), kept);
    } else {
      join(kept, outcome);
    }
  }

  private void take(Outcome outcome) {
    outcomes++;
    MetPrediction prediction = predicted.remove(outcome.predictionId());
    if (prediction == null) {
      early.put(outcome.predictionId(), outcome);
    } else {
      join(prediction, outcome);
    }
  }

  private void join(MetPrediction prediction, Outcome outcome) {
    if (prediction != MetPrediction.OUTSIDE) {
      rows.add(prediction, outcome);
    }
  }

  private void take(FeatureValues vector) {
    vectors++;
    if (!window.holds(Math.floorDiv(vector.ts(), intervalMillis) * intervalMillis)) {
      return;
    }
    int at = vector.names().indexOf(VOLATILITY);
    if (at >= 0) {
      usual
          .computeIfAbsent(vector.symbol(), symbol -> new TimeSeries())
          .put(vector.ts(), vector.value(at));
    }
    drift.add(vector);
  }

  /** The predictions of the window that met their horizon. */
  RowCollector rows() {
    return rows;
  }

  /** Predictions read. */
  long predictions() {
    return predictions;
  }

  /** Of them those that are degraded, for one reason or several. */
  long degradedPredictions() {
    return degradedPredictions;
  }

  /** Predictions by what they are degraded by. */
  Map<String, Long> degraded() {
    return new TreeMap<>(degraded);
  }

  /** Outcomes read. */
  long outcomes() {
    return outcomes;
  }

  /** Feature vectors read. */
  long vectors() {
    return vectors;
  }

  /** Predictions of the window; all of them but those that wait for their horizon became rows. */
  long inWindow() {
    return inWindow;
  }

  /** Predictions, of the window or not, that have no outcome. */
  long withoutOutcome() {
    return predicted.size();
  }

  /** Outcomes that name a prediction which was not read: none, if all is well. */
  long withoutPrediction() {
    return early.size();
  }

  @Override
  public void close() {
    consumer.close();
  }
}
