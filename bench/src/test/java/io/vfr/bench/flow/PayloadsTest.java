package io.vfr.bench.flow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vfr.schemas.Topics;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PayloadsTest {
  private static final int RECORDS = 2500;

  @TempDir private Path directory;

  @Test
  void newest_areTheLastOfTheFirstPartition_andTheSameFromAFile() throws Exception {
    List<byte[]> sent = random(RECORDS, 3);
    Payloads newest;
    try (BenchBroker kafka = BenchBroker.start()) {
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
        for (byte[] value : sent) {
          producer.send(new ProducerRecord<>(Topics.PREDICTIONS.name(), 0, null, value));
        }
      }
      newest = Payloads.newest(kafka.bootstrapServers());
    }
    List<ByteBuffer> expected = buffers(sent.subList(RECORDS - 2000, RECORDS));
    assertThat(buffers(newest.values())).isEqualTo(expected);
    Path file = directory.resolve("payloads");
    newest.write(file);
    assertThat(buffers(Payloads.read(file).values())).isEqualTo(expected);
  }

  @Test
  void told_saysHowMuchCompressionLeaves() throws Exception {
    assertThat(new Payloads(random(100, 3)).compressed()).isBetween(0.95, 1.05);
    byte[] same = random(1, 3).getFirst();
    assertThat(new Payloads(List.of(same, same, same, same)).told())
        .isEqualTo("4 predictions of 1,000 bytes in the mean, 0.26 of it with LZ4");
  }

  @Test
  void none_isRefused() {
    assertThatThrownBy(() -> new Payloads(List.of())).hasMessageContaining("no predictions");
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
