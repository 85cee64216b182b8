package io.vfr.streams.ingest;

import io.vfr.schemas.DeadLetterHeaders;
import io.vfr.schemas.Parsed.Rejected;
import io.vfr.schemas.Topics;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.processor.api.RecordMetadata;

/** Builds dead letters: the original record, untouched, with the reason in added headers. */
public final class DeadLetters {
  /** The stage that ingest names in its dead letters. */
  public static final String STAGE_INGEST = "ingest";

  /**
   * Longest value that a dead letter repeats in full, bytes; a longer one is cut, and its length
   * told in a header.
   */
  static final int VALUE_BYTES_MAX = 4 << 20;

  private DeadLetters() {}

  /**
   * The dead letter of a refused record.
   *
   * @param record the record as the processor got it; its headers are copied, not changed
   * @param source where it was read
   * @param stage the stage that refused it
   * @param reason why
   */
  public static Record<byte[], byte[]> of(
      Record<byte[], ? extends Ingested<?>> record,
      RecordMetadata source,
      String stage,
      Rejected<?> reason) {
    byte[] value = rawValue(record.value());
    Headers headers = headers(record.headers(), source, stage, reason);
    if (value != null && value.length > VALUE_BYTES_MAX) {
      add(headers, DeadLetterHeaders.ERROR_TRUNCATED, Integer.toString(value.length));
      value = Arrays.copyOf(value, VALUE_BYTES_MAX);
    }
    return new Record<>(record.key(), value, record.timestamp(), headers);
  }

  /** The original headers followed by ours. */
  public static Headers headers(
      Headers original, RecordMetadata source, String stage, Rejected<?> reason) {
    RecordHeaders headers = new RecordHeaders(original);
    add(headers, DeadLetterHeaders.ERROR_CODE, reason.code().name());
    add(headers, DeadLetterHeaders.ERROR_MESSAGE, reason.message());
    add(headers, DeadLetterHeaders.ERROR_STAGE, stage);
    add(headers, DeadLetterHeaders.SOURCE_TOPIC, source.topic());
    add(headers, DeadLetterHeaders.SOURCE_PARTITION, Integer.toString(source.partition()));
    add(headers, DeadLetterHeaders.SOURCE_OFFSET, Long.toString(source.offset()));
    return headers;
  }

  private static void add(Headers headers, String name, String value) {
    headers.add(name, value.getBytes(StandardCharsets.UTF_8));
  }

  /** Adds a sink of {@code vfr.dead-letters} below some processors. */
  public static void addSink(Topology topology, String name, String... parents) {
    topology.addSink(
        name,
        Topics.DEAD_LETTERS.name(),
        new ByteArraySerializer(),
        new ByteArraySerializer(),
        parents);
  }

  /** Kafka's records may have no value, though its interfaces are not annotated so. */
  @SuppressWarnings("NullAway")
  private static byte[] rawValue(Ingested<?> ingested) {
    return ingested.rawValue();
  }
}
