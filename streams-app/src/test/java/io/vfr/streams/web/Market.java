package io.vfr.streams.web;

import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.micrometer.core.instrument.Counter;
import io.vfr.schemas.Codecs;
import io.vfr.schemas.PriceTick;
import io.vfr.schemas.Topics;
import io.vfr.streams.cli.demo.feed.FeedRecord;
import io.vfr.streams.cli.demo.feed.MarketConfig;
import io.vfr.streams.cli.demo.feed.MarketSimulator;
import io.vfr.streams.config.AppConfig;
import io.vfr.streams.config.ConfigLoader;
import io.vfr.streams.ops.Application;
import io.vfr.streams.ops.TopicSetup;
import io.vfr.streams.ops.broker.EmbeddedKafka;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.jspecify.annotations.Nullable;

/** A broker, some symbols' history, and instances over them. */
final class Market implements AutoCloseable {
  static final Duration PATIENCE = Duration.ofSeconds(120);
  private static final int PARTITIONS = 4;
  private static final int DAYS = 270;
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Path directory;
  private final EmbeddedKafka kafka;
  private final KafkaProducer<String, byte[]> producer;
  private final SortedSet<String> symbols = new TreeSet<>();
  private final HttpClient client = HttpClient.newHttpClient();
  private final LocalDate today = LocalDate.now(ZoneOffset.UTC);
  private int prices;
  private long lastTick;

  Market(Path directory) throws Exception {
    this.directory = directory;
    kafka = EmbeddedKafka.start(EmbeddedKafka.Options.in(directory.resolve("broker")));
    producer =
        new KafkaProducer<>(
            Map.of(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, kafka.bootstrapServers()),
            new StringSerializer(),
            new ByteArraySerializer());
    TopicSetup.createMissing(config("setup"), PARTITIONS, line -> {}, () -> false);
  }

  /** Starts an instance with a state directory of its own. */
  Application instance(String name, String... settings) throws Exception {
    Application application = Application.start(config(name, settings), InstantSource.system());
    if (!application.awaitRunning(PATIENCE)) {
      throw new IllegalStateException(name + " does not run");
    }
    return application;
  }

  private AppConfig config(String name, String... settings) {
    List<String> arguments =
        new ArrayList<>(
            List.of(
                "bootstrap.servers=" + kafka.bootstrapServers(),
                "streams.state-dir=" + directory.resolve(name),
                "models.dir=" + Path.of("..", "models", "registry"),
                "http.port=0"));
    arguments.addAll(Arrays.asList(settings));
    return ConfigLoader.load(ConfigLoader.Sources.ofArguments(arguments.toArray(String[]::new)))
        .config();
  }

  /** Sends the history of some symbols, the last bar today's. */
  void sendHistory(int symbols) {
    List<FeedRecord> late = new ArrayList<>();
    new MarketSimulator(new MarketConfig(symbols, DAYS, 11, today, 0.15))
        .history()
        .forEachRemaining(record -> {
          if (record.isPrice()) {
            late.add(record);
          } else {
            send(record.topic(), record.key(), record.value());
          }
        });
    late.forEach(record -> {
      this.symbols.add(record.key());
      prices++;
      send(record.topic(), record.key(), record.value());
    });
    producer.flush();
  }

  /** Sends one tick of every symbol. */
  void sendTicks(double price) {
    lastTick = System.currentTimeMillis();
    for (String symbol : symbols) {
      PriceTick tick = new PriceTick(symbol, lastTick, price, 100);
      send(Topics.PRICES.name(), symbol, Codecs.PRICE.write(tick));
      prices++;
    }
    producer.flush();
  }

  void send(String topic, String key, byte @Nullable [] value) {
    producer.send(new ProducerRecord<>(topic, key, value));
  }

  /** Event time of the last ticks, epoch milliseconds. */
  long lastTick() {
    return lastTick;
  }

  String bootstrapServers() {
    return kafka.bootstrapServers();
  }

  SortedSet<String> symbols() {
    return symbols;
  }

  /** Waits until all prices that were sent are predicted by these instances. */
  void awaitPredictions(Collection<Application> instances) {
    await("all predictions")
        .atMost(PATIENCE)
        .until(() ->
            instances.stream()
                    .flatMap(each -> each.meters().find("vfr.predictions").counters().stream())
                    .mapToDouble(Counter::count)
                    .sum()
                >= prices);
  }

  HttpResponse<String> get(Application instance, String path) throws Exception {
    return client.send(
        HttpRequest.newBuilder(URI.create(url(instance) + path))
            .timeout(Duration.ofSeconds(20))
            .build(),
        HttpResponse.BodyHandlers.ofString());
  }

  JsonNode json(Application instance, String path) throws Exception {
    HttpResponse<String> response = get(instance, path);
    if (response.statusCode() != 200) {
      throw new IllegalStateException(path + ": " + response.statusCode() + " " + response.body());
    }
    return JSON.readTree(response.body());
  }

  static String url(Application instance) {
    return "http://127.0.0.1:" + instance.httpPort();
  }

  HttpClient client() {
    return client;
  }

  @Override
  public void close() {
    client.close();
    producer.close();
    kafka.close();
  }
}
