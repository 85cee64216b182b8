package io.vfr.streams.ingest;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.processor.api.RecordMetadata;

/**
 * Finds the records of one input topic and task that came on another partition than their key's,
 * sends them on to it, and gives notice of it now and then.
 */
final class MisplacedRecords {
  /** How often a task gives notice of a topic at most. */
  static final Duration NOTICE_INTERVAL = Duration.ofMinutes(1);

  private final Partitioning partitioning;
  private final String application;
  private final IngestCounters counters;
  private final InstantSource clock;
  private long nextNoticeMillis = Long.MIN_VALUE;

  /**
   * Finds none yet.
   *
   * @param application the application's id
   * @param counters of the input topic
   */
  MisplacedRecords(
      Partitioning partitioning, String application, IngestCounters counters, InstantSource clock) {
    this.partitioning = partitioning;
    this.application = application;
    this.counters = counters;
    this.clock = clock;
  }

  /** Whether a record with this key belongs elsewhere. */
  boolean isMisplaced(byte[] key, RecordMetadata source) {
    return !partitioning.isHome(key, source.partition());
  }

  /** Sends a record, untouched, to the partition of its key. */
  void sendOn(
      ProcessorContext<Object, Object> context,
      Record<byte[], ? extends Ingested<?>> record,
      RecordMetadata source) {
    counters.rerouted();
    Origin origin =
        new Origin(
            source.topic(),
            source.partition(),
            source.offset(),
            record.value().appendedAtMillis(),
            application);
    context.forward(
        new Record<>(
            record.key(),
            record.value().rawValue(),
            record.timestamp(),
            origin.addedTo(record.headers())),
        Ingest.REROUTED_CHILD);
    long now = clock.millis();
    if (now >= nextNoticeMillis) {
      nextNoticeMillis = now + NOTICE_INTERVAL.toMillis();
      PartitionNotice notice =
          new PartitionNotice(
              application,
              source.topic(),
              source.partition(),
              source.offset(),
              new String(record.key(), StandardCharsets.UTF_8),
              partitioning.home(record.key()),
              now);
      context.forward(
          new Record<>(
              source.topic().getBytes(StandardCharsets.UTF_8), notice.json(), record.timestamp()),
          Ingest.NOTICES_CHILD);
    }
  }
}
