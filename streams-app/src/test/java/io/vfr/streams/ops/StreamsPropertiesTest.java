package io.vfr.streams.ops;

import static org.assertj.core.api.Assertions.assertThat;

import io.vfr.streams.config.AppConfig;
import io.vfr.streams.config.ConfigLoader;
import java.time.Duration;
import java.util.Optional;
import java.util.Properties;
import org.junit.jupiter.api.Test;

/** What keeps transactions small in number and requests, and what is not waited for. */
class StreamsPropertiesTest {
  private static Properties of(String... settings) {
    AppConfig config = ConfigLoader.load(ConfigLoader.Sources.ofArguments(settings)).config();
    return StreamsProperties.of(config, Duration.ofSeconds(6), Optional.empty());
  }

  @Test
  void exactlyOnce_lingersForTheCommitInterval_halfOfAShortOne_aSecondAtMost() {
    assertThat(of().get("producer.linger.ms")).isEqualTo(100);
    assertThat(of("processing.commit-interval=PT0.02S").get("producer.linger.ms")).isEqualTo(10);
    assertThat(of("processing.commit-interval=PT0.05S").get("producer.linger.ms")).isEqualTo(25);
    assertThat(of("processing.commit-interval=PT0.06S").get("producer.linger.ms")).isEqualTo(60);
    assertThat(of("processing.commit-interval=PT30S").get("producer.linger.ms")).isEqualTo(1000);
  }

  @Test
  void atLeastOnce_isReadBeforeTheCommit_andHardlyLingers() {
    assertThat(of("processing.mode=at-least-once").get("producer.linger.ms")).isEqualTo(1);
  }

  @Test
  void buffersOfSockets_areTheSystems() {
    assertThat(of().get("consumer.receive.buffer.bytes")).isEqualTo(-1);
    assertThat(of().get("producer.send.buffer.bytes")).isEqualTo(-1);
  }

  @Test
  void restoring_waitsForNoFetch_unlessItIsToldTo() {
    String restore = "restore.consumer.fetch.max.wait.ms";
    assertThat(of().get(restore)).isEqualTo(20);
    assertThat(of("kafka." + restore + "=70").get(restore)).isEqualTo("70");
    assertThat(of("kafka.fetch.max.wait.ms=70")).doesNotContainKey(restore);
    assertThat(of("kafka.consumer.fetch.max.wait.ms=70")).doesNotContainKey(restore);
  }

  @Test
  void whatIsAskedAgain_isAskedSoon() {
    assertThat(of().get("retry.backoff.ms")).isEqualTo(20L);
    assertThat(of().get("poll.ms")).isEqualTo(20L);
    assertThat(of("kafka.poll.ms=100").get("poll.ms")).isEqualTo("100");
  }

  @Test
  void commits_areAskedFor_andTimedOnlyForWhatNobodyAsksFor() {
    assertThat(of().get("commit.interval.ms")).isEqualTo(5_000L);
    assertThat(of("processing.commit-interval=PT30S").get("commit.interval.ms")).isEqualTo(30_000L);
  }
}
