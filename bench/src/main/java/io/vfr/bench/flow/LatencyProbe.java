package io.vfr.bench.flow;

import io.vfr.schemas.Codecs;
import io.vfr.schemas.PriceBar;
import io.vfr.schemas.Topics;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.HdrHistogram.Histogram;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.ByteBufferDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.common.utils.Utils;
import org.jspecify.annotations.Nullable;

/**
 * Sends prices when they are due and takes the time until what each gave is read. A flow writes one
 * record for each price, in order, into the partition of the same number: so the n-th of one is the
 * n-th of the other.
 */
final class LatencyProbe implements AutoCloseable {
  static final int SIGNIFICANT_DIGITS = 3;
  private static final Duration PATIENCE = Duration.ofMinutes(3);
  private static final long TICK_NANOS = 200_000;
  private static final int DUE_TIMES = 1 << 21;

  private final PriceFeed.Walk walk;
  private final KafkaProducer<String, byte[]> producer;
  private final KafkaConsumer<ByteBuffer, ByteBuffer> consumer;
  private final Thread reader;

  /** When the n-th price of a partition was due, by partition; a ring. */
  private final AtomicLongArray[] due = new AtomicLongArray[BenchBroker.PARTITIONS];

  private final long[] sent = new long[BenchBroker.PARTITIONS];
  private final AtomicLongArray read = new AtomicLongArray(BenchBroker.PARTITIONS);
  private final SlowRecords slow;
  private final Histogram histogram = new Histogram(SIGNIFICANT_DIGITS);
  private volatile boolean measuring;
  private volatile long measuredFrom;
  private volatile boolean closed;
  private volatile @Nullable RuntimeException failure;

  /**
   * A probe that has sent nothing.
   *
   * @param lingerMillis for how long its producer may wait for more prices of a partition
   */
  LatencyProbe(
      String bootstrapServers,
      String outputTopic,
      boolean committedOnly,
      int lingerMillis,
      PriceFeed.Walk walk,
      SlowRecords slow) {
    this.walk = walk;
    this.slow = slow;
    for (int p = 0; p < due.length; p++) {
      due[p] = new AtomicLongArray(DUE_TIMES);
    }
    producer =
        new KafkaProducer<>(
            Map.of(
                "bootstrap.servers",
                bootstrapServers,
                // As the profile low-latency has it: a batch that is compressed takes buffers of
                // 128 KB, however small it is.
                "compression.type",
                "none",
                "linger.ms",
                lingerMillis,
                "acks",
                "all"),
            new StringSerializer(),
            new ByteArraySerializer());
    consumer =
        new KafkaConsumer<>(
            Map.of(
                "bootstrap.servers",
                bootstrapServers,
                // Kafka's 64 KiB let the kernel drop packets, which come again after 200 ms.
                "receive.buffer.bytes",
                -1,
                "isolation.level",
                committedOnly ? "read_committed" : "read_uncommitted",
                "max.poll.records",
                10_000),
            // What is only counted is not copied.
            new ByteBufferDeserializer(),
            new ByteBufferDeserializer());
    List<TopicPartition> partitions = new ArrayList<>();
    for (int p = 0; p < due.length; p++) {
      partitions.add(new TopicPartition(outputTopic, p));
    }
    consumer.assign(partitions);
    consumer.seekToEnd(partitions);
    partitions.forEach(consumer::position);
    reader = Thread.ofPlatform().name("latency-reader").daemon().start(this::read);
  }

  private void read() {
    try {
      while (!closed) {
        for (ConsumerRecord<ByteBuffer, ByteBuffer> record : consumer.poll(Duration.ofMillis(50))) {
          long now = System.nanoTime();
          int p = record.partition();
          long number = read.get(p);
          long dueNanos = due[p].get((int) (number % DUE_TIMES));
          if (measuring && dueNanos - measuredFrom >= 0) {
            long micros = Math.max(0, now - dueNanos) / 1000;
            histogram.recordValue(micros);
            slow.read(p, micros, record.value());
          }
          read.set(p, number + 1);
        }
      }
    } catch (RuntimeException e) {
      failure = e;
    } finally {
      consumer.close();
    }
  }

  /** Sends prices as fast as it goes. */
  void send(long count) {
    for (long i = 0; i < count; i++) {
      sendOne(System.nanoTime());
    }
    producer.flush();
  }

  private void sendOne(long dueNanos) {
    PriceBar bar = walk.next();
    int partition =
        Utils.toPositive(Utils.murmur2(bar.symbol().getBytes(StandardCharsets.UTF_8)))
            % BenchBroker.PARTITIONS;
    due[partition].set((int) (sent[partition]++ % DUE_TIMES), dueNanos);
    producer.send(
        new ProducerRecord<>(
            Topics.PRICES.name(), partition, bar.symbol(), Codecs.PRICE.write(bar)));
  }

  /** Sends prices at a rate, each when it is due, or as soon as it can be if that is later. */
  void pace(int perSecond, Duration length) {
    pace(perSecond, perSecond * length.toMillis() / 1000, () -> false);
  }

  /** The same until it has ended; how many were sent. */
  long pace(int perSecond, BooleanSupplier ended) {
    return pace(perSecond, Long.MAX_VALUE, ended);
  }

  private long pace(int perSecond, long count, BooleanSupplier ended) {
    long started = System.nanoTime();
    long i = 0;
    while (i < count && !ended.getAsBoolean()) {
      long elapsed = System.nanoTime() - started;
      long wanted = Math.min(count, elapsed / 1000 * perSecond / 1_000_000 + 1);
      for (; i < wanted; i++) {
        sendOne(started + i * TimeUnit.SECONDS.toNanos(1) / perSecond);
      }
      LockSupport.parkNanos(TICK_NANOS);
    }
    return i;
  }

  /** What is due from now on is measured. */
  void measure() {
    measuredFrom = System.nanoTime();
    measuring = true;
  }

  /**
   * Waits until what every price gave has been read.
   *
   * @throws IllegalStateException if it does not come
   */
  void awaitAll(ContenderProcess process) throws IOException, InterruptedException {
    producer.flush();
    long end = System.nanoTime() + PATIENCE.toNanos();
    for (int p = 0; p < sent.length; p++) {
      while (read.get(p) < sent[p]) {
        process.checkAlive();
        if (failure != null) {
          throw failure;
        }
        if (System.nanoTime() > end) {
          throw new IllegalStateException(
              "of partition " + p + " only " + read.get(p) + " of " + sent[p] + " came");
        }
        Thread.sleep(20);
      }
      if (read.get(p) > sent[p]) {
        throw new IllegalStateException(
            "partition " + p + " gave " + read.get(p) + " records for " + sent[p] + " prices");
      }
    }
  }

  /** How many prices were sent. */
  long prices() {
    return Arrays.stream(sent).sum();
  }

  /** Microseconds; to be asked for after {@link #awaitAll}. */
  Histogram histogram() {
    return histogram;
  }

  @Override
  public void close() {
    closed = true;
    try {
      reader.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    producer.close();
  }
}
