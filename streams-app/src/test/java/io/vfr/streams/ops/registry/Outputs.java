package io.vfr.streams.ops.registry;

import static org.awaitility.Awaitility.await;

import io.vfr.models.load.Sha256;
import io.vfr.schemas.Alert;
import io.vfr.schemas.Codecs;
import io.vfr.schemas.Prediction;
import io.vfr.schemas.Topics;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;

/** The committed predictions and alerts, read as they come. */
final class Outputs implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private final KafkaConsumer<String, byte[]> consumer;
  private final List<Prediction> predictions = new ArrayList<>();
  private final List<Alert> alerts = new ArrayList<>();

  Outputs(String bootstrapServers) {
    consumer =
        new KafkaConsumer<>(
            Map.of(
                "bootstrap.servers",
                bootstrapServers,
                "isolation.level",
                "read_committed",
                "auto.offset.reset",
                "earliest"),
            new StringDeserializer(),
            new ByteArrayDeserializer());
    List<TopicPartition> partitions = new ArrayList<>();
    for (String topic : List.of(Topics.PREDICTIONS.name(), Topics.ALERTS.name())) {
      consumer
          .partitionsFor(topic)
          .forEach(info -> partitions.add(new TopicPartition(topic, info.partition())));
    }
    consumer.assign(partitions);
    consumer.seekToBeginning(partitions);
  }

  private void poll() {
    for (ConsumerRecord<String, byte[]> record : consumer.poll(Duration.ofMillis(50))) {
      if (record.topic().equals(Topics.PREDICTIONS.name())) {
        predictions.add(Codecs.PREDICTION.read(record.value()));
      } else {
        alerts.add(Codecs.ALERT.read(record.value()));
      }
    }
  }

  /** Every prediction so far, of each partition in order. */
  List<Prediction> predictions() {
    return predictions;
  }

  List<Alert> alerts() {
    return alerts;
  }

  /** Waits for this many predictions in all. */
  List<Prediction> awaitPredictions(long count) {
    await("predictions")
        .atMost(PATIENCE)
        .pollInSameThread()
        .pollInterval(Duration.ofMillis(1))
        .until(
            () -> {
              poll();
              return predictions.size();
            },
            size -> size >= count);
    return predictions;
  }

  /** Waits for an alert, among those that came already too. */
  Alert awaitAlert(String what, Predicate<Alert> wanted) {
    await("alert " + what)
        .atMost(PATIENCE)
        .pollInSameThread()
        .pollInterval(Duration.ofMillis(1))
        .until(() -> {
          poll();
          return alerts.stream().anyMatch(wanted);
        });
    return alerts.stream().filter(wanted).findFirst().orElseThrow();
  }

  /** Waits for a prediction made with this set, later than those that came already. */
  void awaitSet(String set) {
    int from = predictions.size();
    await("a prediction with the set " + set)
        .atMost(PATIENCE)
        .pollInSameThread()
        .pollInterval(Duration.ofMillis(1))
        .until(() -> {
          poll();
          return predictions.subList(from, predictions.size()).stream()
              .anyMatch(p -> setOf(p).equals(set));
        });
  }

  /** How often each set was predicted with. */
  Map<String, Integer> sets() {
    Map<String, Integer> sets = new HashMap<>();
    predictions.forEach(p -> sets.merge(setOf(p), 1, Integer::sum));
    return sets;
  }

  /** The digest of the set that a prediction was made with, the digits that stand in its id. */
  static String setOf(Prediction prediction) {
    return prediction.id().substring(prediction.id().lastIndexOf('-') + 1);
  }

  /** The same of a set with this champion alone, by its directory {@code <id>/<version>}. */
  static String setOf(Path champion) throws Exception {
    Path id = champion.getParent();
    if (id == null) {
      throw new IllegalArgumentException(champion + " is not <id>/<version>");
    }
    String line =
        id.getFileName()
            + "@"
            + champion.getFileName()
            + ":"
            + Sha256.hex(Files.readAllBytes(champion.resolve("manifest.json")))
            + "\n";
    return Sha256.hex(line.getBytes(StandardCharsets.UTF_8)).substring(0, 12);
  }

  @Override
  public void close() {
    consumer.close();
  }
}
