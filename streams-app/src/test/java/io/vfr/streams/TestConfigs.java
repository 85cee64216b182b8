package io.vfr.streams;

import io.vfr.streams.config.AlertsConfig;
import io.vfr.streams.config.AppConfig;
import io.vfr.streams.config.BarsConfig;
import io.vfr.streams.config.FeaturesConfig;
import io.vfr.streams.config.HttpConfig;
import io.vfr.streams.config.IngestConfig;
import io.vfr.streams.config.MembershipConfig;
import io.vfr.streams.config.ModelsConfig;
import io.vfr.streams.config.ProcessingConfig;
import io.vfr.streams.config.ScoringConfig;
import io.vfr.streams.config.SentimentConfig;
import io.vfr.streams.config.StreamsSettings;
import io.vfr.streams.config.VitalsConfig;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import org.apache.kafka.streams.StreamsConfig;

/** Configurations for tests. */
public final class TestConfigs {
  /** Limits of an instance's health as they are by default. */
  public static final VitalsConfig VITALS =
      new VitalsConfig(
          Duration.ofMillis(100), Duration.ofMillis(150), 0.9, Duration.ofMillis(100), 0.8);

  private TestConfigs() {}

  /** Daily bars with two bars of grace, features emitted. */
  public static AppConfig daily(Path stateDir) {
    return bars(stateDir, Duration.ofDays(1), Duration.ofDays(2));
  }

  /** Bars of any interval and grace, features emitted. */
  public static AppConfig bars(Path stateDir, Duration interval, Duration grace) {
    LinkedHashMap<String, Double> sources = new LinkedHashMap<>();
    sources.put("news", 0.7);
    sources.put("reddit", 0.3);
    return new AppConfig(
        "vfr-test",
        "127.0.0.1:9092",
        new BarsConfig(interval, grace),
        new IngestConfig(Duration.ofHours(1), 1 << 20),
        new SentimentConfig(sources, Duration.ofHours(24), Duration.ofMinutes(15)),
        new FeaturesConfig(true, 1000, 64, Duration.ofDays(180), Duration.ofDays(7)),
        new ScoringConfig(true, 32, Duration.ofMillis(50), 0.25, 0.9),
        new AlertsConfig(0.8, 2.0, 0.8, 0.04, 0.25, VITALS),
        new ModelsConfig(
            Path.of("models/registry"),
            List.of(),
            List.of(),
            10,
            1L << 30,
            Duration.ofMillis(50),
            0.01,
            Duration.ofSeconds(10)),
        new ProcessingConfig(ProcessingConfig.Mode.EXACTLY_ONCE, Duration.ofMillis(100)),
        new StreamsSettings(
            1,
            0,
            stateDir,
            new MembershipConfig(
                Duration.ofSeconds(6),
                MembershipConfig.OnStop.LEAVE,
                Optional.empty(),
                "127.0.0.1",
                0)),
        new HttpConfig("127.0.0.1", 0, Optional.empty(), Optional.empty()),
        Map.of());
  }

  /** What a {@code TopologyTestDriver} runs with. */
  public static Properties ofDriver(String applicationId, Path stateDir) {
    Properties properties = new Properties();
    properties.put(StreamsConfig.APPLICATION_ID_CONFIG, applicationId);
    properties.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, "unused:1");
    properties.put(StreamsConfig.STATE_DIR_CONFIG, stateDir.toString());
    return properties;
  }

  /** The same with other feature settings. */
  public static AppConfig with(AppConfig config, FeaturesConfig features) {
    return with(config, features, config.alerts(), config.processing());
  }

  /** The same with other alert settings. */
  public static AppConfig with(AppConfig config, AlertsConfig alerts) {
    return with(config, config.features(), alerts, config.processing());
  }

  /** The same with other processing settings. */
  public static AppConfig with(AppConfig config, ProcessingConfig processing) {
    return with(config, config.features(), config.alerts(), processing);
  }

  private static AppConfig with(
      AppConfig config, FeaturesConfig features, AlertsConfig alerts, ProcessingConfig processing) {
    return new AppConfig(
        config.applicationId(),
        config.bootstrapServers(),
        config.bars(),
        config.ingest(),
        config.sentiment(),
        features,
        config.scoring(),
        alerts,
        config.models(),
        processing,
        config.streams(),
        config.http(),
        config.kafka());
  }
}
