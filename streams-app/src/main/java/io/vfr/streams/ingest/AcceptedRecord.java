package io.vfr.streams.ingest;

import io.vfr.schemas.Parsed.Rejected;
import io.vfr.schemas.RejectCode;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.processor.api.RecordMetadata;

/**
 * An input record that ingest accepted, with the record it came as: a later stage may still have to
 * refuse it.
 *
 * @param value the typed message
 * @param origin the record as it was read
 * @param source where it was read, the first time if it was sent on
 * @param counters of the topic that it was read from last, for what a later stage decides
 * @param <T> the message's record
 */
public record AcceptedRecord<T>(
    T value, Record<byte[], Ingested<T>> origin, RecordMetadata source, IngestCounters counters) {

  /** When the broker took the record, epoch milliseconds. */
  public long appendedAt() {
    return origin.value().appendedAtMillis();
  }

  /** The dead letter that the record becomes if a stage refuses it. */
  public Record<byte[], byte[]> deadLetter(RejectCode code, String message, String stage) {
    return DeadLetters.of(origin, source, stage, new Rejected<>(code, message));
  }
}
