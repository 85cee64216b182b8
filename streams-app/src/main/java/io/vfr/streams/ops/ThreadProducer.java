package io.vfr.streams.ops;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import org.apache.kafka.clients.consumer.ConsumerGroupMetadata;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.Callback;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InvalidPidMappingException;
import org.apache.kafka.common.errors.InvalidProducerEpochException;
import org.apache.kafka.common.errors.ProducerFencedException;
import org.apache.kafka.common.errors.UnknownProducerIdException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.streams.errors.StreamsException;
import org.apache.kafka.streams.errors.TaskMigratedException;
import org.jspecify.annotations.Nullable;

/**
 * A stream thread's producer.
 *
 * <p>All tasks of the thread write in one transaction. When Kafka Streams 4.3.1 gives one of them
 * up it aborts that transaction; it commits first what the others have done, but not while a
 * rebalance is on. The others would go on, and their next commit would be of offsets whose outputs
 * are gone. So a producer that has aborted begins no transaction any more: the thread takes it for
 * fenced, gives all its tasks up, and they begin where the last commit ended, with a new one.
 *
 * <p>What is made between two polls is held, up to {@link #HELD_MAX} records, and sent together.
 * Kafka's producer wakes its network thread with the first record of every batch: one by one, as
 * they are made, the outputs of a poll wake it many times for requests of few records each, which
 * costs the stream thread, the network thread and the broker more than it saves
 * (docs/decisions/0022).
 */
final class ThreadProducer extends KafkaProducer<byte[], byte[]> {
  /** Records of a few milliseconds' work: what waits longer was worth sending before. */
  static final int HELD_MAX = 128;

  /** The producer of which this thread holds records. */
  private static final ThreadLocal<ThreadProducer> HOLDING = new ThreadLocal<>();

  /** Kafka Streams asks callbacks alone what became of a record. */
  private static final Future<RecordMetadata> UNASKED =
      CompletableFuture.failedFuture(
          new UnsupportedOperationException("what becomes of a record, its callback is told"));

  private final List<Held> held = new ArrayList<>(HELD_MAX);
  private boolean aborted;

  private record Held(ProducerRecord<byte[], byte[]> record, @Nullable Callback callback) {}

  ThreadProducer(Map<String, Object> config) {
    super(config, new ByteArraySerializer(), new ByteArraySerializer());
  }

  /**
   * Sends what the calling thread's producer holds.
   *
   * @throws TaskMigratedException if another instance has taken over, as Kafka Streams' own
   *     producer tells it when it sends
   * @throws StreamsException if nothing can be sent any more
   */
  static void sendHeld() {
    ThreadProducer producer = HOLDING.get();
    if (producer == null) {
      return;
    }
    try {
      producer.release();
    } catch (KafkaException e) {
      Throwable cause = e.getCause();
      if (isFenced(cause)) {
        throw new TaskMigratedException("The producer was fenced when it sent records", cause);
      }
      throw new StreamsException("Records cannot be sent", e);
    }
  }

  private static boolean isFenced(@Nullable Throwable cause) {
    return cause instanceof ProducerFencedException
        || cause instanceof InvalidPidMappingException
        || cause instanceof InvalidProducerEpochException
        || cause instanceof UnknownProducerIdException;
  }

  /** Holds a record; its callback is told what becomes of it, the future is not. */
  @Override
  public Future<RecordMetadata> send(
      ProducerRecord<byte[], byte[]> record, @Nullable Callback callback) {
    if (held.isEmpty()) {
      HOLDING.set(this);
    }
    held.add(new Held(record, callback));
    if (held.size() >= HELD_MAX) {
      release();
    }
    return UNASKED;
  }

  /** Sends what is held. After an error nothing is held: the transaction cannot be committed. */
  private void release() {
    try {
      for (Held next : held) {
        super.send(next.record(), next.callback());
      }
    } finally {
      held.clear();
      HOLDING.remove();
    }
  }

  @Override
  public void flush() {
    release();
    super.flush();
  }

  @Override
  public void sendOffsetsToTransaction(
      Map<TopicPartition, OffsetAndMetadata> offsets, ConsumerGroupMetadata group) {
    release();
    super.sendOffsetsToTransaction(offsets, group);
  }

  @Override
  public void commitTransaction() {
    release();
    super.commitTransaction();
  }

  @Override
  public void abortTransaction() {
    aborted = true;
    held.clear();
    super.abortTransaction();
  }

  @Override
  public void close(Duration timeout) {
    held.clear();
    super.close(timeout);
  }

  @Override
  public void beginTransaction() {
    if (aborted) {
      throw new ProducerFencedException(
          "a transaction of this producer was aborted, and with it what tasks wrote that go on");
    }
    super.beginTransaction();
  }
}
