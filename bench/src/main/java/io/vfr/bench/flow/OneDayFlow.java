package io.vfr.bench.flow;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.vfr.schemas.Topics;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import ml.dmlc.xgboost4j.java.Booster;
import ml.dmlc.xgboost4j.java.DMatrix;
import ml.dmlc.xgboost4j.java.XGBoost;
import ml.dmlc.xgboost4j.java.XGBoostError;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.CloseOptions;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.StreamsBuilder;
import org.apache.kafka.streams.kstream.Consumed;
import org.apache.kafka.streams.kstream.Produced;
import org.apache.kafka.streams.processor.api.ContextualFixedKeyProcessor;
import org.apache.kafka.streams.processor.api.FixedKeyProcessorContext;
import org.apache.kafka.streams.processor.api.FixedKeyRecord;
import org.apache.kafka.streams.state.Stores;
import org.apache.kafka.streams.state.WindowStore;
import org.apache.kafka.streams.state.WindowStoreIterator;
import org.jspecify.annotations.Nullable;

/**
 * What a competent engineer would write in a day for the same prices and the XGBoost model: the
 * streams DSL, bars as JSON in a window store with its default cache, indicators of ta4j that are
 * carried from bar to bar, xgboost4j for one record at a time, Jackson for messages.
 *
 * <p>Kept honest: what is slow by choice is avoided. Bars are stored one by one and not as one list
 * a symbol; a symbol's series and indicators stay on the heap and are rebuilt from the store only
 * after a restart; numbers of ta4j are doubles; one model a stream thread, with one thread of its
 * own. It does less than ours: no exactness after a restart (recursive indicators begin anew from
 * the bars kept), no late events, intervals, outcomes, explanations, alerts, swaps of models or
 * checks of its input, and features that need other inputs than prices are missing.
 */
final class OneDayFlow implements AutoCloseable {
  private static final String BARS = "bars";
  private static final Duration BAR = Duration.ofDays(1);
  private static final ObjectMapper JSON = new ObjectMapper();

  private final KafkaStreams streams;

  private OneDayFlow(KafkaStreams streams) {
    this.streams = streams;
  }

  /** A price message. */
  @JsonIgnoreProperties(ignoreUnknown = true)
  record Price(
      String symbol, long ts, double open, double high, double low, double close, double volume) {}

  /** A prediction message. */
  record Prediction(
      String id,
      String symbol,
      long ts,
      long producedAt,
      double expectedReturn,
      String direction,
      double volatility,
      Map<String, Double> features) {}

  /**
   * Starts it.
   *
   * @param model directory of the XGBoost model's version
   */
  static OneDayFlow start(Settings settings, Path model) throws IOException {
    List<String> inputs =
        List.of(
            JSON.treeToValue(
                JSON.readTree(model.resolve("manifest.json").toFile()).get("inputs"),
                String[].class));
    Path file = model.resolve("model.json");
    StreamsBuilder builder = new StreamsBuilder();
    builder.addStateStore(
        Stores.windowStoreBuilder(
                Stores.persistentWindowStore(
                    BARS, BAR.multipliedBy(TaFeatures.BARS_KEPT + 50L), BAR, false),
                Serdes.String(),
                json(Price.class))
            .withCachingEnabled());
    builder.stream(Topics.PRICES.name(), Consumed.with(Serdes.String(), json(Price.class)))
        .processValues(() -> new Score(inputs, file), BARS)
        .to(PlainFlow.OUTPUT_TOPIC, Produced.with(Serdes.String(), json(Prediction.class)));
    KafkaStreams streams = new KafkaStreams(builder.build(), PlainFlow.properties(settings));
    streams.start();
    return new OneDayFlow(streams);
  }

  private static <T> Serde<T> json(Class<T> type) {
    Deserializer<T> deserializer =
        (topic, bytes) -> {
          try {
            return JSON.readValue(bytes, type);
          } catch (IOException e) {
            throw new IllegalStateException(e);
          }
        };
    return Serdes.serdeFrom(
        (topic, message) -> {
          try {
            return JSON.writeValueAsBytes(message);
          } catch (IOException e) {
            throw new IllegalStateException(e);
          }
        },
        deserializer);
  }

  private static final class Score extends ContextualFixedKeyProcessor<String, Price, Prediction> {
    private final List<String> inputs;
    private final Path model;
    private final Map<String, TaFeatures> hot = new HashMap<>();
    private @Nullable WindowStore<String, Price> store;
    private @Nullable Booster booster;

    Score(List<String> inputs, Path model) {
      this.inputs = inputs;
      this.model = model;
    }

    @Override
    public void init(FixedKeyProcessorContext<String, Prediction> context) {
      super.init(context);
      store = context.getStateStore(BARS);
      try {
        Booster loaded = XGBoost.loadModel(model.toString());
        loaded.setParam("nthread", 1);
        booster = loaded;
      } catch (XGBoostError e) {
        throw new IllegalStateException(e);
      }
    }

    @Override
    public void process(FixedKeyRecord<String, Price> record) {
      WindowStore<String, Price> store = this.store;
      Booster booster = this.booster;
      if (store == null || booster == null) {
        throw new IllegalStateException("not initialised");
      }
      Price price = record.value();
      TaFeatures features = hot.computeIfAbsent(price.symbol(), symbol -> load(store, price));
      features.add(price);
      store.put(price.symbol(), price, price.ts());
      Map<String, Double> values = features.values();
      float[] row = new float[inputs.size()];
      for (int i = 0; i < row.length; i++) {
        row[i] = values.getOrDefault(inputs.get(i), Double.NaN).floatValue();
      }
      double score = predict(booster, row);
      double volatility = values.getOrDefault("volatility_20d", Double.NaN);
      double expected = Double.isNaN(volatility) ? 0 : score * volatility;
      long offset = context().recordMetadata().orElseThrow().offset();
      context()
          .forward(
              record.withValue(
                  new Prediction(
                      price.symbol() + "-" + offset,
                      price.symbol(),
                      price.ts(),
                      System.currentTimeMillis(),
                      expected,
                      expected > 0 ? "UP" : expected < 0 ? "DOWN" : "NEUTRAL",
                      volatility,
                      values)));
    }

    private static TaFeatures load(WindowStore<String, Price> store, Price next) {
      TaFeatures features = new TaFeatures();
      try (WindowStoreIterator<Price> bars =
          store.fetch(
              next.symbol(),
              Instant.ofEpochMilli(next.ts()).minus(BAR.multipliedBy(TaFeatures.BARS_KEPT)),
              Instant.ofEpochMilli(next.ts()).minus(BAR))) {
        while (bars.hasNext()) {
          KeyValue<Long, Price> bar = bars.next();
          features.add(bar.value);
        }
      }
      return features;
    }

    private static double predict(Booster booster, float[] row) {
      try {
        DMatrix matrix = new DMatrix(row, 1, row.length, Float.NaN);
        try {
          return booster.predict(matrix)[0][0];
        } finally {
          matrix.dispose();
        }
      } catch (XGBoostError e) {
        throw new IllegalStateException(e);
      }
    }

    @Override
    public void close() {
      if (booster != null) {
        booster.dispose();
      }
    }
  }

  @Override
  public void close() {
    streams.close(CloseOptions.timeout(Duration.ofSeconds(30)));
  }
}
