package io.vfr.streams.config;

import static org.assertj.core.api.Assertions.assertThat;

import io.vfr.streams.TestConfigs;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import org.junit.jupiter.api.Test;

/** Each record twice: without any source, and with every one of its keys set. */
class ConfigRecordsTest {
  private static final AppConfig DEFAULTS = ConfigLoader.defaults();

  @Test
  void application_defaults() {
    assertThat(DEFAULTS.applicationId()).isEqualTo("vfr-streams");
    assertThat(DEFAULTS.bootstrapServers()).isEqualTo("127.0.0.1:9092");
    assertThat(DEFAULTS.kafka()).isEmpty();
  }

  @Test
  void application_fullMapping() {
    AppConfig config =
        load("application.id=mine", "bootstrap.servers=a:1,b:2", "kafka.security.protocol=SSL");
    assertThat(config.applicationId()).isEqualTo("mine");
    assertThat(config.bootstrapServers()).isEqualTo("a:1,b:2");
    assertThat(config.kafka()).containsExactly(Map.entry("security.protocol", "SSL"));
  }

  @Test
  void bars_defaults() {
    assertThat(DEFAULTS.bars()).isEqualTo(new BarsConfig(Duration.ofDays(1), Duration.ofDays(2)));
  }

  @Test
  void bars_fullMapping() {
    assertThat(load("bars.interval=PT1M", "bars.grace=PT90S").bars())
        .isEqualTo(new BarsConfig(Duration.ofMinutes(1), Duration.ofSeconds(90)));
  }

  @Test
  void bars_intervalAlone_graceFollows() {
    assertThat(load("bars.interval=PT5M").bars().grace()).isEqualTo(Duration.ofMinutes(10));
  }

  @Test
  void ingest_defaults() {
    assertThat(DEFAULTS.ingest()).isEqualTo(new IngestConfig(Duration.ofHours(1), 1_048_576));
  }

  @Test
  void ingest_fullMapping() {
    assertThat(load("ingest.max-ahead=PT2M", "ingest.max-bytes=64KiB").ingest())
        .isEqualTo(new IngestConfig(Duration.ofMinutes(2), 65_536));
  }

  @Test
  void sentiment_defaults() {
    SequencedMap<String, Double> sources = new LinkedHashMap<>();
    sources.put("news", 0.7);
    sources.put("reddit", 0.3);
    assertThat(DEFAULTS.sentiment())
        .isEqualTo(new SentimentConfig(sources, Duration.ofHours(24), Duration.ofMinutes(15)));
  }

  @Test
  void sentiment_fullMapping() {
    SentimentConfig sentiment =
        load(
                "sentiment.sources=twitter=0.5, news=0.25",
                "sentiment.window=PT6H",
                "sentiment.hop=PT30M")
            .sentiment();
    assertThat(sentiment.sources().sequencedEntrySet())
        .containsExactly(Map.entry("twitter", 0.5), Map.entry("news", 0.25));
    assertThat(sentiment.window()).isEqualTo(Duration.ofHours(6));
    assertThat(sentiment.hop()).isEqualTo(Duration.ofMinutes(30));
  }

  @Test
  void features_defaults() {
    assertThat(DEFAULTS.features())
        .isEqualTo(
            new FeaturesConfig(false, 20_000, 256, Duration.ofDays(180), Duration.ofDays(7)));
  }

  @Test
  void features_fullMapping() {
    assertThat(
            load(
                    "features.emit=true",
                    "features.hot-symbols=5",
                    "features.open-names-max=7",
                    "features.fundamentals-stale-after=P30D",
                    "features.sentiment-stale-after=P3D")
                .features())
        .isEqualTo(new FeaturesConfig(true, 5, 7, Duration.ofDays(30), Duration.ofDays(3)));
  }

  @Test
  void scoring_defaults() {
    assertThat(DEFAULTS.scoring())
        .isEqualTo(new ScoringConfig(true, 32, Duration.ofMillis(50), 0.35, 0.9));
  }

  @Test
  void scoring_fullMapping() {
    assertThat(
            load(
                    "scoring.deterministic=false",
                    "scoring.batch-rows-max=8",
                    "scoring.batch-wait-max=PT0.02S",
                    "scoring.neutral-band=0.5",
                    "scoring.coverage=0.8")
                .scoring())
        .isEqualTo(new ScoringConfig(false, 8, Duration.ofMillis(20), 0.5, 0.8));
  }

  @Test
  void alerts_defaults() {
    assertThat(DEFAULTS.alerts())
        .isEqualTo(new AlertsConfig(0.15, 2.0, 0.8, 0.04, 0.25, TestConfigs.VITALS));
  }

  @Test
  void alerts_fullMapping() {
    assertThat(
            load(
                    "alerts.strong-confidence=0.9",
                    "alerts.volatility-spike-ratio=3",
                    "alerts.clear-ratio=0.5",
                    "alerts.coverage-tolerance=0.1",
                    "alerts.feature-drift=1",
                    "alerts.slow-prediction=PT0.2S",
                    "alerts.high-latency=PT1S",
                    "alerts.heap-ratio=0.7",
                    "alerts.long-gc-pause=PT0.05S",
                    "alerts.cache-hit-ratio=0.6")
                .alerts())
        .isEqualTo(
            new AlertsConfig(
                0.9,
                3,
                0.5,
                0.1,
                1,
                new VitalsConfig(
                    Duration.ofMillis(200),
                    Duration.ofSeconds(1),
                    0.7,
                    Duration.ofMillis(50),
                    0.6)));
  }

  @Test
  void models_defaults() {
    assertThat(DEFAULTS.models())
        .isEqualTo(
            new ModelsConfig(
                Path.of("models/registry"),
                List.of(),
                List.of(),
                10,
                1L << 30,
                Duration.ofMillis(50),
                0.01,
                Duration.ofSeconds(10)));
  }

  @Test
  void models_fullMapping() {
    assertThat(
            load(
                    "models.dir=elsewhere",
                    "models.active=a, b",
                    "models.warm=c",
                    "models.cache-models-max=3",
                    "models.cache-bytes-max=256MiB",
                    "models.timeout=PT1S",
                    "models.rollback-level=0.05",
                    "models.registry-wait=PT3S")
                .models())
        .isEqualTo(
            new ModelsConfig(
                Path.of("elsewhere"),
                List.of("a", "b"),
                List.of("c"),
                3,
                1L << 28,
                Duration.ofSeconds(1),
                0.05,
                Duration.ofSeconds(3)));
  }

  @Test
  void processing_defaults() {
    assertThat(DEFAULTS.processing())
        .isEqualTo(
            new ProcessingConfig(ProcessingConfig.Mode.EXACTLY_ONCE, Duration.ofMillis(100)));
  }

  @Test
  void processing_fullMapping() {
    assertThat(
            load("processing.mode=at-least-once", "processing.commit-interval=PT0.02S")
                .processing())
        .isEqualTo(
            new ProcessingConfig(ProcessingConfig.Mode.AT_LEAST_ONCE, Duration.ofMillis(20)));
  }

  @Test
  void processing_atLeastOnce_nobodyWaitsForItsCommits() {
    assertThat(load("processing.mode=at-least-once").processing())
        .isEqualTo(
            new ProcessingConfig(ProcessingConfig.Mode.AT_LEAST_ONCE, Duration.ofSeconds(1)));
  }

  @Test
  void streams_defaults() {
    assertThat(DEFAULTS.streams())
        .isEqualTo(
            new StreamsSettings(
                1,
                0,
                Path.of("data/state"),
                new MembershipConfig(
                    Duration.ofSeconds(6),
                    MembershipConfig.OnStop.LEAVE,
                    Optional.empty(),
                    "127.0.0.1",
                    0)));
  }

  @Test
  void streams_fullMapping() {
    assertThat(
            load(
                    "streams.threads=4",
                    "streams.standby=1",
                    "streams.state-dir=/var/lib/vfr",
                    "streams.session-timeout=PT10S",
                    "streams.on-stop=remain",
                    "streams.instance-id=vfr-2",
                    "streams.peer-host=10.0.0.7",
                    "streams.peer-port=7000")
                .streams())
        .isEqualTo(
            new StreamsSettings(
                4,
                1,
                Path.of("/var/lib/vfr"),
                new MembershipConfig(
                    Duration.ofSeconds(10),
                    MembershipConfig.OnStop.REMAIN,
                    Optional.of("vfr-2"),
                    "10.0.0.7",
                    7000)));
  }

  @Test
  void http_defaults() {
    assertThat(DEFAULTS.http())
        .isEqualTo(new HttpConfig("127.0.0.1", 8080, Optional.empty(), Optional.empty()));
  }

  @Test
  void http_fullMapping() {
    assertThat(
            load(
                    "http.host=0.0.0.0",
                    "http.port=0",
                    "http.advertised=vfr-0.vfr:8080",
                    "http.token=s3cret")
                .http())
        .isEqualTo(
            new HttpConfig("0.0.0.0", 0, Optional.of("vfr-0.vfr:8080"), Optional.of("s3cret")));
  }

  private static AppConfig load(String... arguments) {
    return ConfigLoader.load(ConfigLoader.Sources.ofArguments(arguments)).config();
  }
}
