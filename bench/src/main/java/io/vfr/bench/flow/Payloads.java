package io.vfr.bench.flow;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
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
import org.jspecify.annotations.Nullable;

/**
 * Records of ours, ready to be written by a flow that makes none: what Kafka takes to compress,
 * send and keep them is what it takes with ours. In a file each is its length and its bytes.
 */
record Payloads(List<byte[]> values) {
  /** Of Kafka's batches. */
  private static final byte RECORD_FORMAT = 2;

  Payloads {
    if (values.isEmpty()) {
      throw new IllegalArgumentException("there are no records to write");
    }
    values = List.copyOf(values);
  }

  /**
   * The committed records of a partition from one offset to before another, in their order.
   *
   * @param withKeys whether their keys are to be written as well, before the values; a price's own
   *     key serves beside either
   */
  static List<byte[]> read(
      String bootstrapServers, TopicPartition partition, long from, long to, boolean withKeys) {
    Map<String, Object> properties =
        Map.of("bootstrap.servers", bootstrapServers, "isolation.level", "read_committed");
    List<byte[]> values = new ArrayList<>();
    try (KafkaConsumer<byte[], byte[]> consumer =
        new KafkaConsumer<>(properties, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
      consumer.assign(List.of(partition));
      consumer.seek(partition, from);
      while (consumer.position(partition) < to) {
        for (ConsumerRecord<byte[], byte[]> record : consumer.poll(Duration.ofSeconds(1))) {
          values.add(payload(withKeys ? record.key() : new byte[0], record.value()));
        }
      }
    }
    return values;
  }

  /** A deleted key has no value. */
  private static byte[] payload(byte[] key, byte @Nullable [] value) {
    byte[] there = value == null ? new byte[0] : value;
    return ByteBuffer.allocate(key.length + there.length).put(key).put(there).array();
  }

  void write(DataOutputStream out) throws IOException {
    out.writeInt(values.size());
    for (byte[] value : values) {
      out.writeInt(value.length);
      out.write(value);
    }
  }

  static Payloads read(DataInputStream in) throws IOException {
    List<byte[]> values = new ArrayList<>();
    for (int left = in.readInt(); left > 0; left--) {
      byte[] value = new byte[in.readInt()];
      in.readFully(value);
      values.add(value);
    }
    return new Payloads(values);
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
        "%,d records of %,d bytes in the mean, %.2f of it with LZ4",
        values.size(),
        bytes() / values.size(),
        compressed());
  }
}
