package io.vfr.streams.scoring;

import static org.assertj.core.api.Assertions.assertThat;

import io.vfr.schemas.Prediction;
import io.vfr.schemas.PriceBar;
import io.vfr.schemas.PriceEvent;
import io.vfr.schemas.PriceTick;
import io.vfr.schemas.Topics;
import io.vfr.streams.ops.broker.EmbeddedKafka;
import io.vfr.streams.ops.broker.TopicAdmin;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Instances die with rows in their batches, again and again; no row is lost or scored twice. */
class BatchCrashIT {
  private static final long DAY = Duration.ofDays(1).toMillis();
  private static final int EVENTS = 600;
  private static final int SYMBOLS = 5;
  static final int PARTITIONS = 2;
  private static final Duration PATIENCE = Duration.ofSeconds(90);

  /** At the first batch, at one behind others of its commit, and later. */
  private static final List<Integer> DEATHS = List.of(1, 2, 7);

  @TempDir Path dir;

  @ParameterizedTest
  @ValueSource(strings = {"exactly-once", "at-least-once"})
  void diesBetweenBufferingAndFlush_everyEventHasItsPrediction(String mode) throws Exception {
    try (EmbeddedKafka kafka =
        EmbeddedKafka.start(EmbeddedKafka.Options.in(dir.resolve("broker")))) {
      Map<String, Object> client = Map.of("bootstrap.servers", kafka.bootstrapServers());
      try (TopicAdmin admin = TopicAdmin.connect(client)) {
        admin.create(PARTITIONS, Optional.empty());
      }
      send(client);
      for (int batch : DEATHS) {
        Process dying = instance(kafka, mode, batch);
        assertThat(dying.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
        assertThat(dying.exitValue()).isEqualTo(HaltingInstance.EXIT_CODE);
      }
      Process last = instance(kafka, mode, 0);
      try {
        Map<String, List<Prediction>> predictions =
            predictions(
                client, mode.equals("exactly-once") ? "read_committed" : "read_uncommitted");
        assertThat(predictions).hasSize(EVENTS);
        assertThat(predictions.values().stream().filter(same -> !same.getFirst().degraded()))
            .hasSize(EVENTS - SYMBOLS);
        if (mode.equals("exactly-once")) {
          assertThat(predictions.values()).allSatisfy(same -> assertThat(same).hasSize(1));
        } else {
          assertThat(predictions.values())
              .allSatisfy(same ->
                  assertThat(same.stream().map(BatchCrashIT::result).distinct()).hasSize(1));
        }
      } finally {
        last.destroyForcibly().waitFor();
      }
    }
  }

  /** What a prediction says, without when it was made. */
  private static String result(Prediction p) {
    return p.source()
        + " "
        + p.ts()
        + " "
        + p.models().stream().map(m -> Arrays.toString(m.output())).toList();
  }

  private Process instance(EmbeddedKafka kafka, String mode, int haltAt) throws IOException {
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=allow",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-Xmx512m",
                "-cp",
                System.getProperty("java.class.path"),
                HaltingInstance.class.getName(),
                dir.resolve("models").toString(),
                Integer.toString(haltAt),
                "bootstrap.servers=" + kafka.bootstrapServers(),
                "streams.state-dir=" + dir.resolve("state"),
                "processing.mode=" + mode,
                // At least once, what a poll brought forth is held until the next one.
                "kafka.producer.linger.ms=" + (mode.equals("at-least-once") ? 0 : 50)));
    return new ProcessBuilder(command)
        .redirectErrorStream(true)
        .redirectOutput(dir.resolve("instance-" + mode + "-" + haltAt + ".log").toFile())
        .start();
  }

  private static void send(Map<String, Object> client) {
    try (var producer =
        new KafkaProducer<>(client, new StringSerializer(), Topics.PRICES.serializer())) {
      long start = Instant.now().minus(Duration.ofHours(1)).toEpochMilli();
      for (int i = 0; i < EVENTS; i++) {
        String symbol = "SYM-" + i % SYMBOLS;
        // Each symbol's first event is the bar of the day before: then the model has its input.
        PriceEvent event =
            i < SYMBOLS
                ? new PriceBar(symbol, start / DAY * DAY - DAY, 99, 101, 98, 100, 10, null)
                : new PriceTick(symbol, start + i, 100 + i % 7, 1);
        producer.send(new ProducerRecord<>(Topics.PRICES.name(), symbol, event));
      }
    }
  }

  /** The predictions by id, once there are as many ids as events, and a little later. */
  private static Map<String, List<Prediction>> predictions(
      Map<String, Object> client, String isolation) {
    Map<String, Object> p = new TreeMap<>(client);
    p.put("isolation.level", isolation);
    List<Prediction> found = new ArrayList<>();
    Instant deadline = Instant.now().plus(PATIENCE);
    try (var consumer =
        new KafkaConsumer<>(p, new StringDeserializer(), Topics.PREDICTIONS.deserializer())) {
      List<TopicPartition> partitions =
          consumer.partitionsFor(Topics.PREDICTIONS.name()).stream()
              .map(info -> new TopicPartition(info.topic(), info.partition()))
              .toList();
      consumer.assign(partitions);
      consumer.seekToBeginning(partitions);
      while (byId(found).size() < EVENTS && Instant.now().isBefore(deadline)) {
        take(consumer, found);
      }
      // One too many would come with the next commits.
      for (int i = 0; i < 10; i++) {
        take(consumer, found);
      }
    }
    return byId(found);
  }

  private static void take(KafkaConsumer<String, Prediction> consumer, List<Prediction> found) {
    for (ConsumerRecord<String, Prediction> record : consumer.poll(Duration.ofMillis(100))) {
      found.add(record.value());
    }
  }

  private static Map<String, List<Prediction>> byId(List<Prediction> predictions) {
    return predictions.stream().collect(Collectors.groupingBy(Prediction::id));
  }
}
