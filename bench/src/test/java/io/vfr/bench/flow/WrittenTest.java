package io.vfr.bench.flow;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import io.vfr.schemas.Topics;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.TestInputTopic;
import org.apache.kafka.streams.TestOutputTopic;
import org.apache.kafka.streams.TopologyTestDriver;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WrittenTest {
  private static final String CHANGELOG = "ours-task-state-changelog";
  private static final byte[] KEY = "key".getBytes(UTF_8);

  @TempDir private Path directory;

  @Test
  void written_isWhatCameSince_andTheSameFromAFile() throws Exception {
    List<byte[]> predictions = PayloadsTest.random(2500, 3);
    List<byte[]> outcomes = PayloadsTest.random(1000, 4);
    List<byte[]> changes = PayloadsTest.random(500, 6);
    Written written;
    try (BenchBroker kafka = BenchBroker.start();
        KafkaProducer<byte[], byte[]> producer = producer(kafka)) {
      send(producer, Topics.OUTCOMES.name(), 3, PayloadsTest.random(7, 5));
      Written.Since since = new Written.Since(kafka, "ours");
      try (Admin admin = Admin.create(Map.of("bootstrap.servers", kafka.bootstrapServers()))) {
        admin
            .createTopics(List.of(new NewTopic(CHANGELOG, BenchBroker.PARTITIONS, (short) 1)))
            .all()
            .get();
      }
      send(producer, Topics.PREDICTIONS.name(), 0, predictions);
      // A transaction, and so a marker, for every second one.
      for (int i = 0; i < outcomes.size(); i += 2) {
        send(producer, Topics.OUTCOMES.name(), 3, outcomes.subList(i, i + 2));
      }
      send(producer, CHANGELOG, 7, changes);
      written = since.written(2000);
    }
    assertThat(written.parts())
        .extracting(Written.Part::topic, part -> Math.round(part.perPrice() * 100))
        // No alert was written.
        .containsExactlyInAnyOrder(
            tuple("bench-out", 100L), tuple("bench-outcomes", 50L), tuple("bench-state", 25L));
    assertThat(values(written, "bench-out")).isEqualTo(buffers(predictions.subList(501, 2500)));
    assertThat(values(written, "bench-outcomes")).isEqualTo(buffers(outcomes));
    assertThat(values(written, "bench-state").getFirst())
        .isEqualTo(ByteBuffer.allocate(1003).put(KEY).put(changes.getFirst()).flip());
    assertThat(written.told().lines()).hasSize(3).first().asString().contains("1.00 for each");
    Path file = directory.resolve("written");
    written.write(file);
    Written read = Written.read(file);
    assertThat(read.parts())
        .extracting(Written.Part::topic, Written.Part::perPrice)
        .isEqualTo(
            written.parts().stream().map(part -> tuple(part.topic(), part.perPrice())).toList());
    for (Written.Part part : written.parts()) {
      assertThat(values(read, part.topic())).isEqualTo(values(written, part.topic()));
    }
    assertThat(read.predictions().parts()).containsExactly(read.parts().getFirst());
  }

  @Test
  void predictions_none_areRefused() {
    assertThatThrownBy(() -> new Written(List.of())).hasMessageContaining("no predictions");
  }

  /** What the flow does for each price, with shares of a record adding up. */
  @Test
  void plainFlow_computesAndWritesTheRecordsOfEachTopicInTurn() {
    Written written =
        new Written(
            List.of(
                new Written.Part("bench-out", 1, texts("p0", "p1", "p2")),
                new Written.Part("bench-alerts", 0.5, texts("a0", "a1")),
                new Written.Part("bench-state", 2.25, texts("s"))));
    Computation computation = new Computation(3);
    Properties properties = new Properties();
    properties.put(StreamsConfig.STATE_DIR_CONFIG, directory.toString());
    try (TopologyTestDriver driver =
        new TopologyTestDriver(PlainFlow.topology(written, () -> computation), properties)) {
      TestInputTopic<byte[], byte[]> prices =
          driver.createInputTopic(
              Topics.PRICES.name(), new ByteArraySerializer(), new ByteArraySerializer());
      byte[] price =
          ("{\"symbol\":\"A\",\"ts\":1700000000000,\"open\":1,\"high\":1,\"low\":1,"
                  + "\"close\":1,\"volume\":1}")
              .getBytes(UTF_8);
      IntStream.range(0, 4).forEach(i -> prices.pipeInput("A".getBytes(UTF_8), price));
      assertThat(texts(driver, "bench-out")).containsExactly("p0", "p1", "p2", "p0");
      assertThat(texts(driver, "bench-alerts")).containsExactly("a0", "a1");
      assertThat(texts(driver, "bench-state")).hasSize(9);
    }
    Computation ofFour = new Computation(4 * 3);
    ofFour.run();
    assertThat(computation.state()).isEqualTo(ofFour.state());
  }

  private static Payloads texts(String... texts) {
    return new Payloads(List.of(texts).stream().map(text -> text.getBytes(UTF_8)).toList());
  }

  private static List<String> texts(TopologyTestDriver driver, String topic) {
    TestOutputTopic<byte[], byte[]> out =
        driver.createOutputTopic(topic, new ByteArrayDeserializer(), new ByteArrayDeserializer());
    return out.readValuesToList().stream().map(value -> new String(value, UTF_8)).toList();
  }

  private static List<ByteBuffer> values(Written written, String topic) {
    return written.parts().stream()
        .filter(part -> part.topic().equals(topic))
        .flatMap(part -> part.payloads().values().stream())
        .map(ByteBuffer::wrap)
        .toList();
  }

  /** Which are equal if their bytes are. */
  private static List<ByteBuffer> buffers(List<byte[]> values) {
    return values.stream().map(ByteBuffer::wrap).toList();
  }

  private static KafkaProducer<byte[], byte[]> producer(BenchBroker kafka) {
    KafkaProducer<byte[], byte[]> producer =
        new KafkaProducer<>(
            Map.of("bootstrap.servers", kafka.bootstrapServers(), "transactional.id", "test"),
            new ByteArraySerializer(),
            new ByteArraySerializer());
    producer.initTransactions();
    return producer;
  }

  private static void send(
      KafkaProducer<byte[], byte[]> producer, String topic, int partition, List<byte[]> values) {
    producer.beginTransaction();
    for (byte[] value : values) {
      producer.send(new ProducerRecord<>(topic, partition, KEY, value));
    }
    producer.commitTransaction();
  }
}
