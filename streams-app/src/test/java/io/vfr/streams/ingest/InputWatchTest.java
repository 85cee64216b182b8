package io.vfr.streams.ingest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vfr.models.StoredFormat;
import io.vfr.schemas.Alert;
import io.vfr.schemas.AlertState;
import io.vfr.schemas.AlertType;
import io.vfr.schemas.Topics;
import io.vfr.streams.TestConfigs;
import io.vfr.streams.config.AppConfig;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Properties;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.streams.TestInputTopic;
import org.apache.kafka.streams.TestOutputTopic;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.TopologyTestDriver;
import org.apache.kafka.streams.processor.StateStore;
import org.apache.kafka.streams.processor.api.MockProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.Stores;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class InputWatchTest {
  private static final Duration SECOND = Duration.ofSeconds(1);

  /** Longer than it takes until somebody looks whether a topic is quiet. */
  private static final Duration LOOK = Duration.ofSeconds(11);

  @TempDir Path directory;
  private Instant now = Instant.parse("2026-11-25T08:00:00Z");
  private String application;
  private TopologyTestDriver driver;
  private TestInputTopic<String, byte[]> notices;
  private TestOutputTopic<String, Alert> alerts;

  @BeforeEach
  void open() {
    AppConfig config = TestConfigs.daily(directory);
    application = config.applicationId();
    Topology topology = new Topology();
    Ingest.addWatch(topology, config, () -> now, "test-instance");
    Properties properties = TestConfigs.ofDriver(application, directory);
    driver = new TopologyTestDriver(topology, properties, now);
    notices =
        driver.createInputTopic(
            Topics.NOTICES.name(), new StringSerializer(), new ByteArraySerializer());
    alerts =
        driver.createOutputTopic(
            Topics.ALERTS.name(), new StringDeserializer(), Topics.ALERTS.deserializer());
  }

  @AfterEach
  void close() {
    driver.close();
  }

  @Test
  void stored_isReadAndANewerVersionRefused() {
    byte[] written = InputWatch.bytes(7_000_000_000_000L);
    assertThat(written).startsWith((byte) 1).hasSize(1 + Long.BYTES);
    assertThat(InputWatch.newestMillis(written)).isEqualTo(7_000_000_000_000L);
    written[0] = 2;
    assertThatThrownBy(() -> InputWatch.newestMillis(written))
        .isInstanceOf(StoredFormat.UnknownVersionException.class)
        .hasMessageContaining("a stored input alert has format version 2, this build reads 1");
  }

  private void notice(String application, String topic) {
    notices.pipeInput(
        topic, new PartitionNotice(application, topic, 1, 7, "AAPL", 3, now.toEpochMilli()).json());
  }

  private List<AlertState> statesAfter(Duration time) {
    now = now.plus(time);
    driver.advanceWallClockTime(LOOK);
    return alerts.readValuesToList().stream().map(Alert::state).toList();
  }

  @Test
  void notices_raiseOncePerTopic_andSayWhatToDo() {
    notice(application, Topics.PRICES.name());
    notice(application, Topics.PRICES.name());
    notice(application, Topics.SENTIMENT.name());
    assertThat(alerts.readValuesToList())
        .hasSize(2)
        .allSatisfy(alert -> {
          assertThat(alert.type()).isEqualTo(AlertType.MISPARTITIONED_INPUT);
          assertThat(alert.state()).isEqualTo(AlertState.RAISED);
          assertThat(alert.message())
              .contains("AAPL came on partition 1 at offset 7 and belongs on 3")
              .contains("partitioner=murmur2_random");
        });
  }

  @Test
  void quiet_clearsOnce_andTheNextNoticeRaisesAgain() {
    notice(application, Topics.PRICES.name());
    assertThat(statesAfter(InputWatch.QUIET)).containsExactly(AlertState.RAISED);
    assertThat(statesAfter(SECOND)).containsExactly(AlertState.CLEARED);
    assertThat(statesAfter(InputWatch.QUIET)).isEmpty();
    notice(application, Topics.PRICES.name());
    assertThat(statesAfter(SECOND)).containsExactly(AlertState.RAISED);
  }

  @Test
  void anotherNotice_beginsTheQuietTimeAnew() {
    notice(application, Topics.PRICES.name());
    assertThat(statesAfter(InputWatch.QUIET)).containsExactly(AlertState.RAISED);
    notice(application, Topics.PRICES.name());
    assertThat(statesAfter(SECOND)).isEmpty();
    assertThat(statesAfter(InputWatch.QUIET)).containsExactly(AlertState.CLEARED);
  }

  /** A task that moves, or an instance that starts again, has the store and nothing else. */
  @Test
  void restart_whileRaised_neitherRepeatsNorForgets() {
    KeyValueStore<String, byte[]> store =
        Stores.keyValueStoreBuilder(
                Stores.inMemoryKeyValueStore(Ingest.INPUT_ALERTS),
                Serdes.String(),
                Serdes.ByteArray())
            .withLoggingDisabled()
            .build();
    MockProcessorContext<String, Alert> first = context(store);
    store.init(first.getStateStoreContext(), store);
    InputWatch watch = watch(first);
    watch.process(record());
    assertThat(states(first)).containsExactly(AlertState.RAISED);

    MockProcessorContext<String, Alert> second = context(store);
    InputWatch restarted = watch(second);
    restarted.process(record());
    now = now.plus(InputWatch.QUIET);
    second.scheduledPunctuators().getFirst().getPunctuator().punctuate(now.toEpochMilli());
    assertThat(states(second)).isEmpty();
    now = now.plus(SECOND);
    second.scheduledPunctuators().getFirst().getPunctuator().punctuate(now.toEpochMilli());
    assertThat(states(second)).containsExactly(AlertState.CLEARED);
  }

  private InputWatch watch(MockProcessorContext<String, Alert> context) {
    InputWatch watch = new InputWatch(application, "test-instance", () -> now);
    watch.init(context);
    return watch;
  }

  private static MockProcessorContext<String, Alert> context(StateStore store) {
    MockProcessorContext<String, Alert> context = new MockProcessorContext<>();
    context.addStateStore(store);
    return context;
  }

  private Record<String, byte[]> record() {
    byte[] notice =
        new PartitionNotice(application, Topics.PRICES.name(), 1, 7, "AAPL", 3, now.toEpochMilli())
            .json();
    return new Record<>(Topics.PRICES.name(), notice, now.toEpochMilli());
  }

  private static List<AlertState> states(MockProcessorContext<String, Alert> context) {
    return context.forwarded().stream()
        .map(forward -> ((Alert) forward.record().value()).state())
        .toList();
  }

  @Test
  void oldForeignAndBrokenNotices_raiseNothing() {
    notice("another-application", Topics.PRICES.name());
    notice(application, Topics.OUTCOMES.name());
    notices.pipeInput(Topics.PRICES.name(), "{".getBytes(StandardCharsets.UTF_8));
    byte[] old =
        new PartitionNotice(application, Topics.PRICES.name(), 1, 7, "AAPL", 3, now.toEpochMilli())
            .json();
    now = now.plus(InputWatch.QUIET).plus(SECOND);
    notices.pipeInput(Topics.PRICES.name(), old);
    assertThat(statesAfter(SECOND)).isEmpty();
  }
}
