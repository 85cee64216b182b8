package io.vfr.bench.flow;

import io.vfr.schemas.Topics;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.compress.Compression;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.utils.ByteBufferOutputStream;

/**
 * Predictions of ours, ready to be written by a flow that makes none: what Kafka takes to compress,
 * send and keep them is what it takes with ours. In a file each is its length and its bytes.
 */
record Payloads(List<byte[]> values) {
  private static final int NEWEST = 2000;

  /** Of Kafka's batches. */
  private static final byte RECORD_FORMAT = 2;

  Payloads {
    if (values.isEmpty()) {
      throw new IllegalArgumentException("there are no predictions to write");
    }
    values = List.copyOf(values);
  }

  /** The newest committed predictions of the first partition, in their order. */
  static Payloads newest(String bootstrapServers) {
    Map<String, Object> properties =
        Map.of("bootstrap.servers", bootstrapServers, "isolation.level", "read_committed");
    List<byte[]> values = new ArrayList<>();
    try (KafkaConsumer<byte[], byte[]> consumer =
        new KafkaConsumer<>(properties, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
      TopicPartition partition = new TopicPartition(Topics.PREDICTIONS.name(), 0);
      consumer.assign(List.of(partition));
      long end = consumer.endOffsets(List.of(partition)).getOrDefault(partition, 0L);
      consumer.seek(partition, Math.max(0, end - NEWEST));
      while (consumer.position(partition) < end) {
        for (ConsumerRecord<byte[], byte[]> record : consumer.poll(Duration.ofSeconds(1))) {
          values.add(record.value());
        }
      }
    }
    return new Payloads(values);
  }

  void write(Path file) throws IOException {
    try (DataOutputStream out =
        new DataOutputStream(new BufferedOutputStream(Files.newOutputStream(file)))) {
      out.writeInt(values.size());
      for (byte[] value : values) {
        out.writeInt(value.length);
        out.write(value);
      }
    }
  }

  static Payloads read(Path file) throws IOException {
    try (DataInputStream in =
        new DataInputStream(new BufferedInputStream(Files.newInputStream(file)))) {
      List<byte[]> values = new ArrayList<>();
      for (int left = in.readInt(); left > 0; left--) {
        byte[] value = new byte[in.readInt()];
        in.readFully(value);
        values.add(value);
      }
      return new Payloads(values);
    }
  }

  /** The part of their size that LZ4 leaves, as Kafka's clients use it: blocks of 64 KB. */
  double compressed() throws IOException {
    ByteBufferOutputStream to = new ByteBufferOutputStream(1 << 16);
    try (OutputStream out = Compression.lz4().build().wrapForOutput(to, RECORD_FORMAT)) {
      for (byte[] value : values) {
        out.write(value);
      }
    }
    return (double) to.position() / bytes();
  }

  private long bytes() {
    return values.stream().mapToLong(value -> value.length).sum();
  }

  /** How many there are, how large, and what compression makes of them. */
  String told() throws IOException {
    return String.format(
        Locale.ROOT,
        "%,d predictions of %,d bytes in the mean, %.2f of it with LZ4",
        values.size(),
        bytes() / values.size(),
        compressed());
  }
}
