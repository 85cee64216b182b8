package io.vfr.streams.ingest;

import io.vfr.schemas.DeadLetterHeaders;
import io.vfr.schemas.Parsed.Rejected;
import java.nio.charset.StandardCharsets;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.processor.api.RecordMetadata;

/** Builds dead letters: the original record, untouched, with the reason in added headers. */
public final class DeadLetters {
  /** The stage that ingest names in its dead letters. */
  public static final String STAGE_INGEST = "ingest";

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
    return new Record<>(
        record.key(),
        rawValue(record.value()),
        record.timestamp(),
        headers(record.headers(), source, stage, reason));
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

  /** Kafka's records may have no value, though its interfaces are not annotated so. */
  @SuppressWarnings("NullAway")
  private static byte[] rawValue(Ingested<?> ingested) {
    return ingested.rawValue();
  }
}
