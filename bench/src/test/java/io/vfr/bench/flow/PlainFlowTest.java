package io.vfr.bench.flow;

import static org.assertj.core.api.Assertions.assertThat;

import io.vfr.streams.config.AppConfig;
import io.vfr.streams.config.ConfigLoader;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Properties;
import org.apache.kafka.streams.StreamsConfig;
import org.junit.jupiter.api.Test;

class PlainFlowTest {
  private static Properties properties(boolean exactlyOnce, String... ours) {
    Settings settings =
        new Settings(
            "127.0.0.1:9", "bench", Path.of("state"), 2, exactlyOnce, Duration.ofMillis(20));
    AppConfig config = ConfigLoader.load(ConfigLoader.Sources.ofArguments(ours)).config();
    return PlainFlow.properties(settings, config);
  }

  @Test
  void clients_areSetAsOurs() {
    Properties plain =
        properties(
            true,
            "processing.commit-interval=PT0.02S",
            "kafka.consumer.fetch.min.bytes=1234",
            "kafka.fetch.max.bytes=5678");
    assertThat(plain)
        .containsEntry("producer.linger.ms", 10)
        .containsEntry("producer.compression.type", "lz4")
        .containsEntry("consumer.receive.buffer.bytes", -1)
        .containsEntry("consumer.fetch.min.bytes", "1234")
        .containsEntry("fetch.max.bytes", "5678")
        .containsEntry(StreamsConfig.RETRY_BACKOFF_MS_CONFIG, 20L)
        .containsEntry(StreamsConfig.POLL_MS_CONFIG, 20L);
  }

  @Test
  void lowLatency_lingersAsOurs_andAsItIsSet() {
    assertThat(properties(false, "processing.profile=low-latency"))
        .containsEntry("producer.linger.ms", "0")
        .containsEntry("producer.compression.type", "none");
    assertThat(properties(false, "processing.profile=low-latency", "kafka.producer.linger.ms=3"))
        .containsEntry("producer.linger.ms", "3");
  }

  /** Ours has transactions and a store of its own in both modes. */
  @Test
  void guaranteeAndStores_areKafkaStreamsOwn() {
    assertThat(properties(false, "processing.mode=at-least-once"))
        .containsEntry(StreamsConfig.PROCESSING_GUARANTEE_CONFIG, StreamsConfig.AT_LEAST_ONCE)
        .containsEntry(StreamsConfig.COMMIT_INTERVAL_MS_CONFIG, 20L)
        .containsEntry(StreamsConfig.NUM_STREAM_THREADS_CONFIG, 2)
        .doesNotContainKey(StreamsConfig.ROCKSDB_CONFIG_SETTER_CLASS_CONFIG)
        .doesNotContainKey(StreamsConfig.ENSURE_EXPLICIT_INTERNAL_RESOURCE_NAMING_CONFIG);
    assertThat(properties(true))
        .containsEntry(StreamsConfig.PROCESSING_GUARANTEE_CONFIG, StreamsConfig.EXACTLY_ONCE_V2);
  }
}
