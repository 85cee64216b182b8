package io.vfr.bench.flow;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import io.vfr.schemas.Topics;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PayloadsTest {
  private static final int RECORDS = 2500;

  @TempDir private Path directory;

  @Test
  void written_isWhatCameSince_andTheSameFromAFile() throws Exception {
    List<byte[]> predictions = random(RECORDS, 3);
    List<byte[]> outcomes = random(1000, 4);
    byte[] key = "key".getBytes(UTF_8);
    Written written;
    try (BenchBroker kafka = BenchBroker.start()) {
      try (Admin admin = Admin.create(Map.of("bootstrap.servers", kafka.bootstrapServers()))) {
        admin
            .createTopics(
                List.of(
                    new NewTopic("ours-task-state-changelog", BenchBroker.PARTITIONS, (short) 1)))
            .all()
            .get();
      }
      send(kafka, Topics.OUTCOMES.name(), null, random(7, 5));
      Written.Before before = new Written.Before(kafka);
      send(kafka, Topics.PREDICTIONS.name(), null, predictions);
      send(kafka, Topics.OUTCOMES.name(), null, outcomes);
      send(kafka, "ours-task-state-changelog", key, random(500, 6));
      written = before.since("ours", 2000);
    }
    assertThat(written.parts())
        .extracting(Written.Part::topic, Written.Part::perPrice)
        // No alert was written.
        .containsExactly(
            tuple("bench-out", 1.0), tuple("bench-outcomes", 0.5), tuple("bench-state", 0.25));
    List<ByteBuffer> newest = buffers(predictions.subList(RECORDS - 2000, RECORDS));
    assertThat(values(written, 0)).isEqualTo(newest);
    assertThat(values(written, 1).subList(7, 1007)).isEqualTo(buffers(outcomes));
    byte[] change = random(500, 6).getFirst();
    assertThat(values(written, 2).getFirst())
        .isEqualTo(ByteBuffer.allocate(1003).put(key).put(change).flip());
    assertThat(written.told().lines()).hasSize(3).element(1).asString().contains("0.50 for each");
    Path file = directory.resolve("written");
    written.write(file);
    Written read = Written.read(file);
    assertThat(read.parts())
        .extracting(Written.Part::topic, Written.Part::perPrice)
        .isEqualTo(
            written.parts().stream().map(part -> tuple(part.topic(), part.perPrice())).toList());
    for (int i = 0; i < 3; i++) {
      assertThat(values(read, i)).isEqualTo(values(written, i));
    }
    assertThat(read.predictions().parts()).hasSize(1).first().isEqualTo(read.parts().getFirst());
  }

  private static List<ByteBuffer> values(Written written, int part) {
    return buffers(written.parts().get(part).payloads().values());
  }

  private static void send(
      BenchBroker kafka, String topic, byte @Nullable [] key, List<byte[]> values) {
    try (KafkaProducer<byte[], byte[]> producer =
        new KafkaProducer<>(
            // The topic is new: see PriceFeed.
            Map.of(
                "bootstrap.servers",
                kafka.bootstrapServers(),
                "max.in.flight.requests.per.connection",
                1),
            new ByteArraySerializer(),
            new ByteArraySerializer())) {
      for (byte[] value : values) {
        producer.send(new ProducerRecord<>(topic, 0, key, value));
      }
    }
  }

  @Test
  void told_saysHowMuchCompressionLeaves() throws Exception {
    assertThat(new Payloads(random(100, 3)).compressed()).isBetween(0.95, 1.05);
    byte[] same = random(1, 3).getFirst();
    assertThat(new Payloads(List.of(same, same, same, same)).told())
        .isEqualTo("4 records of 1,000 bytes in the mean, 0.26 of it with LZ4");
  }

  @Test
  void none_isRefused() {
    assertThatThrownBy(() -> new Payloads(List.of())).hasMessageContaining("no records");
  }

  /** Which are equal if their bytes are. */
  private static List<ByteBuffer> buffers(List<byte[]> values) {
    return values.stream().map(ByteBuffer::wrap).toList();
  }

  private static List<byte[]> random(int count, long seed) {
    Random random = new Random(seed);
    List<byte[]> values = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      byte[] value = new byte[1000];
      random.nextBytes(value);
      values.add(value);
    }
    return values;
  }
}
