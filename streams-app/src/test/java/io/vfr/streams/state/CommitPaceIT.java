package io.vfr.streams.state;

import static org.assertj.core.api.Assertions.assertThat;

import io.vfr.streams.ops.broker.EmbeddedKafka;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** That a stream thread as it is tells its pace what it has at hand. */
class CommitPaceIT {
  private static final int KEYS = 5_000;

  @Test
  void whatAPollBrought_isAtHandUntilItIsProcessed(@TempDir Path dir) throws Exception {
    try (EmbeddedKafka kafka =
        EmbeddedKafka.start(EmbeddedKafka.Options.in(dir.resolve("broker")))) {
      CountingFlow.createTopics(kafka);
      try (CountingFlow flow = new CountingFlow(kafka, dir.resolve("state"), "exactly-once")) {
        flow.sendEach(KEYS);
        assertThat(flow.counts(KEYS)).hasSize(KEYS);
        // As many as max.poll.records, by Kafka Streams' default.
        assertThat(flow.mostAtHand()).isBetween(2, 1_000);
      }
    }
  }
}
