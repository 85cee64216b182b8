package io.vfr.bench.flow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ProfileCommandTest {
  @Test
  void sample_belongsToTheFirstPartThatItFits() {
    ProfileShares shares = new ProfileShares();
    shares.add(List.of("OrtSession.run", "Explainer.explain", "EmitProcessor.process"), 1);
    shares.add(List.of("OrtSession.run", "Member.score", "ScoringProcessor.flush"), 2);
    shares.add(
        List.of(
            "LZ4JNI.LZ4_compress_limitedOutput",
            "Lz4BlockOutputStream.writeBlock",
            "RecordAccumulator.append",
            "KafkaProducer.send",
            "EmitProcessor.process"),
        1);
    shares.add(List.of("StreamThread.run"), 4);
    Map<String, Double> percent = shares.percent();
    assertThat(percent.values().stream().mapToDouble(each -> each).sum())
        .isCloseTo(100, within(1e-9));
    assertThat(percent)
        .containsEntry("ONNX Runtime, to explain alerts", 12.5)
        .containsEntry("ONNX Runtime, to score", 25.0)
        .containsEntry("appending to the producer's batches: LZ4", 12.5)
        .containsEntry("emitting: alerts, what is shown, counters", 0.0)
        .containsEntry("Kafka Streams, consumer, commits, the rest", 50.0);
  }

  @Test
  void threads_thatCount_areThoseThatProcessAndTheirProducers() {
    assertThat(ProfileShares.counts("bench-vfr-1-StreamThread-1")).isTrue();
    assertThat(
            ProfileShares.counts(
                "kafka-producer-network-thread | bench-vfr-1-StreamThread-1-producer"))
        .isTrue();
    assertThat(ProfileShares.counts("model-watchdog")).isFalse();
  }

  @Test
  void fileThatIsNotThere_isRefused() {
    assertThat(BenchLine.refused("profile", "no-such.jfr"))
        .contains("there is no recording no-such.jfr");
  }
}
