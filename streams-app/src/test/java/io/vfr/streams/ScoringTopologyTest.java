package io.vfr.streams;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vfr.models.registry.ModelSet;
import io.vfr.models.schema.FeatureSchema;
import io.vfr.models.schema.FeatureSlots;
import io.vfr.streams.emit.LatestPredictions;
import io.vfr.streams.ingest.Partitioning;
import io.vfr.streams.scoring.Standings;
import io.vfr.streams.steward.Rollbacks;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * The topology's names are a contract with every running state: a rename is a decision, made in the
 * golden file.
 */
class ScoringTopologyTest {
  @Test
  void describe_isTheGoldenFile() throws IOException {
    String described =
        new ScoringTopology(
                TestConfigs.daily(Path.of("unused")),
                new Partitioning(1),
                new FeatureSlots(FeatureSchema.current(), 16),
                () -> ModelSet.ofChampions(List.of()),
                () -> Standings.NONE,
                new LatestPredictions(1),
                Rollbacks.NONE,
                new SimpleMeterRegistry(),
                InstantSource.system(),
                "test")
            .build()
            .describe()
            .toString();
    try (InputStream golden = ScoringTopologyTest.class.getResourceAsStream("topology.txt")) {
      assertThat(golden).as("resource topology.txt").isNotNull();
      assertThat(described.strip())
          .isEqualTo(new String(golden.readAllBytes(), StandardCharsets.UTF_8).strip());
    }
  }
}
