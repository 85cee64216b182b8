package io.vfr.bench.flow;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.vfr.schemas.Topics;
import io.vfr.streams.config.AppConfig;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
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
 * What a competent engineer would write in a day for the same prices and one or all of the shipped
 * models: the streams DSL, bars as JSON in a window store with its default cache, indicators of
 * ta4j that are carried from bar to bar, xgboost4j, lightgbm4j and ONNX Runtime for one record at a
 * time, Jackson for messages.
 *
 * <p>Kept honest: what is slow by choice is avoided. Bars are stored one by one and not as one list
 * a symbol; a symbol's series and indicators stay on the heap and are rebuilt from the store only
 * after a restart; numbers of ta4j are doubles; each stream thread has models of its own, with one
 * thread each. It does less than ours: no exactness after a restart (recursive indicators begin
 * anew from the bars kept), no late events, intervals, outcomes, explanations, alerts, swaps of
 * models or checks of its input, and features that need other inputs than prices are missing. Its
 * messages tell all of the 31 features instead of the five that count most.
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
      Map<String, Double> models,
      Map<String, Double> features) {}

  /**
   * Starts it.
   *
   * @param ours our configuration in the same run
   * @param models directories of the models' versions, in the order in which they are asked
   */
  static OneDayFlow start(Settings settings, AppConfig ours, List<Path> models) {
    StreamsBuilder builder = new StreamsBuilder();
    builder.addStateStore(
        Stores.windowStoreBuilder(
                Stores.persistentWindowStore(
                    BARS, BAR.multipliedBy(TaFeatures.BARS_KEPT + 50L), BAR, false),
                Serdes.String(),
                json(Price.class))
            .withCachingEnabled());
    builder.stream(Topics.PRICES.name(), Consumed.with(Serdes.String(), json(Price.class)))
        .processValues(() -> new Score(models), BARS)
        .to(PlainFlow.OUTPUT_TOPIC, Produced.with(Serdes.String(), json(Prediction.class)));
    KafkaStreams streams = new KafkaStreams(builder.build(), PlainFlow.properties(settings, ours));
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
    private final List<Path> versions;
    private final Map<String, Hot> hot = new HashMap<>();
    private final List<DayModel> models = new ArrayList<>();
    private @Nullable WindowStore<String, Price> store;

    /** A symbol on the heap: its indicators, and their values at the last bars. */
    private record Hot(TaFeatures features, List<Map<String, Double>> rows) {
      void add(Price price) {
        features.add(price);
        rows.add(features.values());
        if (rows.size() > DayModel.ROWS_MAX) {
          rows.removeFirst();
        }
      }
    }

    Score(List<Path> versions) {
      this.versions = versions;
    }

    @Override
    public void init(FixedKeyProcessorContext<String, Prediction> context) {
      super.init(context);
      store = context.getStateStore(BARS);
      try {
        for (Path version : versions) {
          models.add(DayModels.open(version));
        }
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    @Override
    public void process(FixedKeyRecord<String, Price> record) {
      WindowStore<String, Price> store = this.store;
      if (store == null) {
        throw new IllegalStateException("not initialised");
      }
      Price price = record.value();
      Hot symbol = hot.computeIfAbsent(price.symbol(), name -> load(store, price));
      symbol.add(price);
      store.put(price.symbol(), price, price.ts());
      Map<String, Double> values = symbol.rows().getLast();
      Map<String, Double> outputs = new LinkedHashMap<>();
      for (DayModel model : models) {
        outputs.put(model.id(), model.score(symbol.rows(), outputs));
      }
      double score = outputs.getOrDefault(models.getLast().id(), Double.NaN);
      double volatility = values.getOrDefault("volatility_20d", Double.NaN);
      double expected = Double.isNaN(volatility * score) ? 0 : score * volatility;
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
                      outputs,
                      values)));
    }

    private static Hot load(WindowStore<String, Price> store, Price next) {
      Hot symbol = new Hot(new TaFeatures(), new ArrayList<>());
      try (WindowStoreIterator<Price> bars =
          store.fetch(
              next.symbol(),
              Instant.ofEpochMilli(next.ts()).minus(BAR.multipliedBy(TaFeatures.BARS_KEPT)),
              Instant.ofEpochMilli(next.ts()).minus(BAR))) {
        while (bars.hasNext()) {
          KeyValue<Long, Price> bar = bars.next();
          symbol.add(bar.value);
        }
      }
      return symbol;
    }

    @Override
    public void close() {
      models.forEach(DayModel::close);
      models.clear();
    }
  }

  @Override
  public void close() {
    streams.close(CloseOptions.timeout(Duration.ofSeconds(30)));
  }
}
