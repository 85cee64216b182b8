package io.vfr.streams.ops;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.function.LongSupplier;
import org.apache.kafka.clients.consumer.ConsumerGroupMetadata;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.Callback;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.ProducerFencedException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
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
 * <p>Without a linger, what is made between two polls is held, up to {@link #HELD_NANOS} and {@link
 * #HELD_BYTES}, and sent together. Kafka's producer wakes its network thread with the first record
 * of every batch: one by one, as they are made, the outputs of a poll wake it many times for
 * requests of few records each (docs/decisions/0022). An error is told to the record's callback,
 * where Kafka Streams looks for it before it commits. What was held behind that record is dropped,
 * and the transaction cannot be committed any more.
 */
final class ThreadProducer extends KafkaProducer<byte[], byte[]> {
  /** With a record that comes when the first one is held for so long, all are sent. */
  static final long HELD_NANOS = Duration.ofMillis(2).toNanos();

  /** As much as a batch takes. */
  static final int HELD_BYTES = 128 << 10;

  /** The producer of which this thread holds records. */
  private static final ThreadLocal<ThreadProducer> HOLDING = new ThreadLocal<>();

  /** Kafka Streams asks callbacks alone what became of a record. */
  private static final Future<RecordMetadata> UNASKED =
      CompletableFuture.failedFuture(
          new UnsupportedOperationException("what becomes of a record, its callback is told"));

  private final boolean holds;
  private final LongSupplier nanoTime;
  private final List<Held> held = new ArrayList<>();
  private long heldSince;
  private int heldBytes;

  /** The stream thread: callbacks, on the network thread, may send records to dead letters. */
  private volatile @Nullable Thread owner;

  private boolean isReleasing;

  /** Why what tasks have written is not complete. */
  private @Nullable String incomplete;

  private record Held(ProducerRecord<byte[], byte[]> record, Callback callback) {}

  ThreadProducer(Map<String, Object> config) {
    this(
        config,
        "0".equals(String.valueOf(config.get(ProducerConfig.LINGER_MS_CONFIG))),
        System::nanoTime);
  }

  ThreadProducer(Map<String, Object> config, boolean holds, LongSupplier nanoTime) {
    super(config, new ByteArraySerializer(), new ByteArraySerializer());
    this.holds = holds;
    this.nanoTime = nanoTime;
  }

  /** Sends what the calling thread's producer holds. */
  static void sendHeld() {
    ThreadProducer producer = HOLDING.get();
    if (producer != null) {
      producer.release();
    }
  }

  /** A record's callback is told what becomes of it. The future, if the record is held, is not. */
  @Override
  public Future<RecordMetadata> send(ProducerRecord<byte[], byte[]> record, Callback callback) {
    if (!holds || isReleasing || Thread.currentThread() != owner) {
      return super.send(record, callback);
    }
    long now = nanoTime.getAsLong();
    if (held.isEmpty()) {
      HOLDING.set(this);
      heldSince = now;
    }
    held.add(new Held(record, callback));
    heldBytes += record.value() == null ? 0 : record.value().length;
    if (heldBytes >= HELD_BYTES || now - heldSince >= HELD_NANOS) {
      release();
    }
    return UNASKED;
  }

  private void release() {
    isReleasing = true;
    try {
      for (Held next : held) {
        if (!isSent(next)) {
          // Each of the others might wait for as long, max.block.ms.
          incomplete =
              "a record for "
                  + next.record().topic()
                  + " could not be sent, nor what was behind it";
          break;
        }
      }
    } finally {
      isReleasing = false;
      drop();
    }
  }

  private boolean isSent(Held next) {
    try {
      return super.send(next.record(), next.callback()).state() != Future.State.FAILED;
    } catch (RuntimeException e) {
      next.callback().onCompletion(null, e);
      return false;
    }
  }

  private void drop() {
    held.clear();
    heldBytes = 0;
    HOLDING.remove();
  }

  @Override
  public void flush() {
    release();
    super.flush();
  }

  @Override
  public void beginTransaction() {
    refuseIncomplete();
    owner = Thread.currentThread();
    super.beginTransaction();
  }

  @Override
  public void sendOffsetsToTransaction(
      Map<TopicPartition, OffsetAndMetadata> offsets, ConsumerGroupMetadata group) {
    release();
    refuseIncomplete();
    super.sendOffsetsToTransaction(offsets, group);
  }

  @Override
  public void commitTransaction() {
    release();
    refuseIncomplete();
    super.commitTransaction();
  }

  @Override
  public void abortTransaction() {
    incomplete =
        "a transaction of this producer was aborted, and with it what tasks wrote that go on";
    drop();
    super.abortTransaction();
  }

  @Override
  public void close(Duration timeout) {
    drop();
    super.close(timeout);
  }

  private void refuseIncomplete() {
    if (incomplete != null) {
      throw new ProducerFencedException(incomplete);
    }
  }
}
