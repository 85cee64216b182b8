package io.vfr.streams.scoring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.vfr.schemas.PriceBar;
import io.vfr.schemas.Topics;
import io.vfr.streams.config.AppConfig;
import io.vfr.streams.config.ConfigLoader;
import io.vfr.streams.ops.Application;
import io.vfr.streams.ops.TopicSetup;
import io.vfr.streams.ops.broker.EmbeddedKafka;
import java.io.InputStream;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListOffsetsOptions;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * When state is written and predictions are shown: at least once behind batches, exactly once with
 * the commit. Outcomes, which leave together at least once, wait for neither.
 */
class StateBeforeCommitIT {
  /** Long enough for what is between two commits, and shorter than a transaction may take. */
  private static final Duration COMMIT_INTERVAL = Duration.ofSeconds(8);

  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final Duration DAY = Duration.ofDays(1);
  private static final long TODAY = Instant.now().toEpochMilli() / DAY.toMillis();

  /**
   * Each changes its bar, enough for a batch and too few for memory; and its waiting prediction,
   * which is left for the commit.
   */
  private static final int SYMBOLS = 128;

  @TempDir private Path directory;

  @ParameterizedTest
  @CsvSource({"at-least-once, true", "exactly-once, false"})
  void manyChanges_areWrittenAndShownBeforeTheCommit_onlyAtLeastOnce(String mode, boolean behindIt)
      throws Exception {
    try (EmbeddedKafka kafka =
            EmbeddedKafka.start(EmbeddedKafka.Options.in(directory.resolve("broker")));
        Admin admin = Admin.create(Map.of("bootstrap.servers", kafka.bootstrapServers()))) {
      AppConfig config = config(kafka, mode);
      TopicSetup.createMissing(config, 1, line -> {}, () -> false);
      String changelog = config.applicationId() + "-task-state-changelog";
      try (Application application = Application.start(config, InstantSource.system())) {
        assertThat(application.awaitRunning(PATIENCE)).isTrue();
        // The first records are committed soon, and the next commit is an interval away. Later ones
        // find their symbols on the heap: reading a symbol's state writes what waits.
        send(kafka, 3);
        send(kafka, 2);
        await("the first commit")
            .atMost(PATIENCE)
            .until(() -> committed(admin, config) == 2 * SYMBOLS && !isOpen(admin, changelog));
        long state = end(admin, changelog, IsolationLevel.READ_UNCOMMITTED);
        long predictions = end(admin, Topics.PREDICTIONS.name(), IsolationLevel.READ_UNCOMMITTED);

        send(kafka, 1);
        await("the other predictions")
            .atMost(COMMIT_INTERVAL)
            .until(() ->
                end(admin, Topics.PREDICTIONS.name(), IsolationLevel.READ_UNCOMMITTED)
                    >= predictions + SYMBOLS);
        if (behindIt) {
          await("outcomes of the predictions of three days ago")
              .atMost(COMMIT_INTERVAL.dividedBy(2))
              .until(() ->
                  end(admin, Topics.OUTCOMES.name(), IsolationLevel.READ_UNCOMMITTED) == SYMBOLS);
          await("its state")
              .atMost(COMMIT_INTERVAL.dividedBy(2))
              .until(() -> end(admin, changelog, IsolationLevel.READ_UNCOMMITTED) > state);
          await("what the API shows")
              .atMost(COMMIT_INTERVAL.dividedBy(2))
              .until(() -> shown(application) == daysAgo(1));
          assertThat(end(admin, changelog, IsolationLevel.READ_UNCOMMITTED) - state)
              .as("changes of state before the commit, waiting predictions not among them")
              .isLessThan(2 * SYMBOLS);
        } else {
          assertThat(end(admin, changelog, IsolationLevel.READ_UNCOMMITTED)).isEqualTo(state);
          assertThat(shown(application)).as("what the API shows").isEqualTo(daysAgo(2));
        }
        assertThat(committed(admin, config)).as("committed offset").isEqualTo(2 * SYMBOLS);
      }
    }
  }

  private AppConfig config(EmbeddedKafka kafka, String mode) {
    return ConfigLoader.load(
            ConfigLoader.Sources.ofArguments(
                "bootstrap.servers=" + kafka.bootstrapServers(),
                "streams.state-dir=" + directory.resolve("state"),
                "models.dir=" + Path.of("..", "models", "registry"),
                "processing.mode=" + mode,
                "processing.commit-interval=" + COMMIT_INTERVAL,
                "http.port=0"))
        .config();
  }

  private static long daysAgo(int days) {
    return (TODAY - days) * DAY.toMillis();
  }

  /** Event time of the prediction that the API shows of the last symbol. */
  private static long shown(Application application) throws Exception {
    URI uri =
        URI.create(
            "http://127.0.0.1:" + application.httpPort() + "/v1/predictions/S" + (SYMBOLS - 1));
    try (InputStream in = uri.toURL().openStream()) {
      return Topics.PREDICTIONS
          .deserializer()
          .deserialize(Topics.PREDICTIONS.name(), in.readAllBytes())
          .ts();
    }
  }

  private static void send(EmbeddedKafka kafka, int daysAgo) throws Exception {
    try (var producer =
        new KafkaProducer<>(
            Map.<String, Object>of("bootstrap.servers", kafka.bootstrapServers()),
            new StringSerializer(),
            Topics.PRICES.serializer())) {
      for (int i = 0; i < SYMBOLS; i++) {
        PriceBar bar = new PriceBar("S" + i, daysAgo(daysAgo), 99, 101, 98, 100, 10, null);
        producer.send(new ProducerRecord<>(Topics.PRICES.name(), bar.symbol(), bar));
      }
      producer.flush();
    }
  }

  /** How many prices are committed. */
  private static long committed(Admin admin, AppConfig config) throws Exception {
    OffsetAndMetadata offset =
        admin
            .listConsumerGroupOffsets(config.applicationId())
            .partitionsToOffsetAndMetadata()
            .get()
            .get(new TopicPartition(Topics.PRICES.name(), 0));
    return offset == null ? 0 : offset.offset();
  }

  private static boolean isOpen(Admin admin, String topic) throws Exception {
    return end(admin, topic, IsolationLevel.READ_UNCOMMITTED)
        != end(admin, topic, IsolationLevel.READ_COMMITTED);
  }

  private static long end(Admin admin, String topic, IsolationLevel level) throws Exception {
    TopicPartition partition = new TopicPartition(topic, 0);
    return admin
        .listOffsets(Map.of(partition, OffsetSpec.latest()), new ListOffsetsOptions(level))
        .partitionResult(partition)
        .get()
        .offset();
  }
}
