package io.vfr.streams.ingest;

import io.vfr.schemas.Parsed;
import io.vfr.schemas.Parsed.Accepted;
import io.vfr.schemas.Parsed.Rejected;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.processor.api.RecordMetadata;

/**
 * How records of one input topic become typed ones or dead letters.
 *
 * @param values reads them
 * @param acceptsFinally whether a record that passes here is accepted; prices may still turn out to
 *     be late
 * @param <T> the message's record
 */
record Intake<T>(
    String topic, InputDeserializer<T> values, KeyCheck<T> keyCheck, boolean acceptsFinally) {
  /** The verdict on a record. */
  Parsed<T> judge(Record<byte[], Ingested<T>> record) {
    return keyCheck.check(record.key(), record.value());
  }

  /**
   * Sends a record on to the features stage, or to the dead letters.
   *
   * @param source where it was read, the first time if it was sent on
   * @param counters of the topic that it was read from now
   */
  void pass(
      ProcessorContext<Object, Object> context,
      Record<byte[], Ingested<T>> record,
      Parsed<T> verdict,
      RecordMetadata source,
      IngestCounters counters) {
    switch (verdict) {
      case Accepted<T>(T message) -> {
        if (acceptsFinally) {
          counters.accepted();
        }
        context.forward(
            new Record<>(
                keyCheck.keyOf(message),
                new AcceptedRecord<>(message, record, source, counters),
                record.timestamp(),
                record.headers()),
            Ingest.FEATURES_CHILD);
      }
      case Rejected<T> reject -> {
        counters.deadLettered(reject.code());
        context.forward(
            DeadLetters.of(record, source, DeadLetters.STAGE_INGEST, reject),
            Ingest.DEAD_LETTERS_CHILD);
      }
    }
  }
}
