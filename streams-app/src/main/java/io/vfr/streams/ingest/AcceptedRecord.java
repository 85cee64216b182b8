package io.vfr.streams.ingest;

import io.vfr.schemas.RejectCode;
import org.apache.kafka.common.header.Headers;

/**
 * An input record that ingest accepted, with where it came from and its untouched bytes: a later stage may still have to refuse
 * it.
 *
 * @param value the typed message
 * @param appendedAt when the broker took it, epoch milliseconds
 * @param <T> the message's record
 */
public record AcceptedRecord<T>(
    T value,
    String topic,
    int partition,
    long offset,
    long appendedAt,
    byte[] rawKey,
    byte[] rawValue,
    Headers headers) {

  /** The dead letter that this record becomes if a stage refuses it. */
  public DeadLetter deadLetter(RejectCode code, String message, String stage) {
    return new DeadLetter(rawKey, rawValue, headers, code, message, stage, topic, partition, offset);
  }
}
