package io.vfr.streams;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vfr.models.registry.ModelSet;
import io.vfr.models.schema.FeatureSchema;
import io.vfr.models.schema.FeatureSlots;
import io.vfr.streams.emit.LatestPredictions;
import io.vfr.streams.ingest.Partitioning;
import io.vfr.streams.scoring.Standings;
import io.vfr.streams.state.HeapPools;
import io.vfr.streams.steward.Rollbacks;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Properties;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.TopologyTestDriver;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The topology's names are a contract with every running state: a rename is a decision, made in the
 * golden file.
 */
class ScoringTopologyTest {
  @Test
  void describe_isTheGoldenFile() throws IOException {
    String described = topology(Path.of("unused")).describe().toString();
    try (InputStream golden = ScoringTopologyTest.class.getResourceAsStream("topology.txt")) {
      assertThat(golden).as("resource topology.txt").isNotNull();
      assertThat(described.strip())
          .isEqualTo(new String(golden.readAllBytes(), StandardCharsets.UTF_8).strip());
    }
  }

  /** What it is told by: beats come ten times a commit interval of 100 ms, all else more seldom. */
  @Test
  void macroScoringAndSteward_keepTheCommitPace(@TempDir Path dir) {
    Properties properties = TestConfigs.ofDriver("pace", dir);
    properties.put(StreamsConfig.METRICS_RECORDING_LEVEL_CONFIG, "DEBUG");
    int beats = 50;
    try (TopologyTestDriver driver = new TopologyTestDriver(topology(dir), properties)) {
      for (int i = 0; i < beats; i++) {
        driver.advanceWallClockTime(Duration.ofMillis(10));
      }
      double punctuations =
          driver.metrics().values().stream()
              .filter(metric -> metric.metricName().name().equals("punctuate-total"))
              .mapToDouble(metric -> (Double) metric.metricValue())
              .sum();
      // Macro ingestion, scoring and the steward; the driver runs all of them as one task.
      assertThat(punctuations).isGreaterThanOrEqualTo(3 * beats);
    }
  }

  /** The topology of the tests' configuration, which has every part. */
  static Topology topology(Path stateDir) {
    return new ScoringTopology(
            TestConfigs.daily(stateDir),
            new Partitioning(1),
            new FeatureSlots(FeatureSchema.current(), 16),
            () -> ModelSet.ofChampions(List.of()),
            () -> Standings.NONE,
            new LatestPredictions(1, () -> 0),
            new HeapPools(new SimpleMeterRegistry()),
            Rollbacks.NONE,
            new SimpleMeterRegistry(),
            InstantSource.system(),
            "test")
        .build();
  }
}
