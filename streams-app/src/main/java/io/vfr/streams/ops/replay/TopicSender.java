package io.vfr.streams.ops.replay;

import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.LongAdder;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.jspecify.annotations.Nullable;

/** Sends the rows of one topic and counts what became of them: rows = sent + failed. */
final class TopicSender {
  private final Producer<byte[], byte[]> producer;
  private final String topic;
  private final LongAdder sent = new LongAdder();
  private final LongAdder failed = new LongAdder();
  private final AtomicReference<@Nullable Exception> fatal = new AtomicReference<>();
  private final AtomicReference<@Nullable Exception> firstFailure = new AtomicReference<>();
  private long rows;

  TopicSender(Producer<byte[], byte[]> producer, String topic) {
    this.producer = producer;
    this.topic = topic;
  }

  /**
   * Sends one row.
   *
   * @throws ReplayException if the brokers no longer take anything
   */
  void send(byte[] key, byte[] value) {
    refuseIfFatal();
    rows++;
    var _ =
        producer.send(
            new ProducerRecord<>(topic, key, value),
            (metadata, failure) -> {
              if (failure == null) {
                sent.increment();
                return;
              }
              failed.increment();
              firstFailure.compareAndSet(null, failure);
              // One row that is too large says nothing of the others.
              if (!(failure instanceof RecordTooLargeException)) {
                fatal.compareAndSet(null, failure);
              }
            });
  }

  /** Waits until every row has been acknowledged or has failed. */
  void flush() {
    producer.flush();
    refuseIfFatal();
  }

  long rows() {
    return rows;
  }

  ReplayResult.Count count() {
    return new ReplayResult.Count(rows, sent.sum(), failed.sum());
  }

  /** Why the first row failed, if one did. */
  Optional<String> firstFailure() {
    return Optional.ofNullable(firstFailure.get()).map(Exception::toString);
  }

  private void refuseIfFatal() {
    Exception failure = fatal.get();
    if (failure != null) {
      throw new ReplayException(
          "%s takes no more rows after %d: %s: %s"
              .formatted(
                  topic, sent.sum(), failure.getClass().getSimpleName(), failure.getMessage()),
          failure);
    }
  }
}
