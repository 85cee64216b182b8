package io.vfr.chaos.harness;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.jspecify.annotations.Nullable;

/** Reads what is committed to topics, from the beginning on, on a thread of its own. */
public final class TopicReader implements AutoCloseable {
  private static final Duration SILENCE_MAX = Duration.ofSeconds(60);
  private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(5);

  private final KafkaConsumer<String, byte[]> consumer;
  private final Map<String, Consumer<ConsumerRecord<String, byte[]>>> handlers;
  private final CountDownLatch closing = new CountDownLatch(1);
  private final Thread thread;
  private volatile @Nullable RuntimeException failure;
  private volatile boolean abandoned;

  /**
   * Starts to read.
   *
   * @param handlers what each record is given to, by topic, all on one thread
   */
  public TopicReader(
      String bootstrapServers, Map<String, Consumer<ConsumerRecord<String, byte[]>>> handlers) {
    this(bootstrapServers, true, handlers);
  }

  /**
   * Starts to read.
   *
   * @param committed whether to wait for commits, and leave out what was aborted
   * @param handlers what each record is given to, by topic, all on one thread
   */
  public TopicReader(
      String bootstrapServers,
      boolean committed,
      Map<String, Consumer<ConsumerRecord<String, byte[]>>> handlers) {
    this.handlers = Map.copyOf(handlers);
    consumer =
        new KafkaConsumer<>(
            Map.of(
                "bootstrap.servers",
                bootstrapServers,
                "isolation.level",
                committed ? "read_committed" : "read_uncommitted",
                "auto.offset.reset",
                "earliest",
                "max.poll.records",
                5000),
            new StringDeserializer(),
            new ByteArrayDeserializer());
    List<TopicPartition> partitions = new ArrayList<>();
    for (String topic : handlers.keySet()) {
      consumer
          .partitionsFor(topic)
          .forEach(info -> partitions.add(new TopicPartition(topic, info.partition())));
    }
    consumer.assign(partitions);
    consumer.seekToBeginning(partitions);
    thread = Thread.ofPlatform().name("topic-reader").start(this::run);
  }

  private void run() {
    try {
      while (closing.getCount() > 0) {
        poll();
      }
      if (abandoned) {
        return;
      }
      // What was committed before the end was asked for belongs to what was read.
      Map<TopicPartition, Long> ends = consumer.endOffsets(consumer.assignment());
      long giveUp = System.nanoTime() + SILENCE_MAX.toNanos();
      while (ends.entrySet().stream()
          .anyMatch(end -> consumer.position(end.getKey()) < end.getValue())) {
        if (System.nanoTime() > giveUp) {
          throw new IllegalStateException(
              "the end was not reached, and nothing came for " + SILENCE_MAX);
        }
        if (poll()) {
          giveUp = System.nanoTime() + SILENCE_MAX.toNanos();
        }
      }
    } catch (RuntimeException e) {
      failure = e;
    } finally {
      consumer.close(CloseOptions.timeout(CLOSE_TIMEOUT));
    }
  }

  /** Whether something came. */
  private boolean poll() {
    ConsumerRecords<String, byte[]> records = consumer.poll(Duration.ofMillis(50));
    for (ConsumerRecord<String, byte[]> record : records) {
      Consumer<ConsumerRecord<String, byte[]>> handler = handlers.get(record.topic());
      if (handler != null) {
        handler.accept(record);
      }
    }
    return !records.isEmpty();
  }

  /**
   * Sees to it that reading goes on.
   *
   * @throws IllegalStateException if it failed
   */
  public void check() {
    RuntimeException failed = failure;
    if (failed != null) {
      throw new IllegalStateException("reading the outputs failed: " + failed, failed);
    }
  }

  /** Stops without reading on; the brokers may be gone. */
  public void abandon() throws InterruptedException {
    abandoned = true;
    close();
  }

  /** Reads what is committed by now and stops. */
  @Override
  public void close() throws InterruptedException {
    closing.countDown();
    thread.join();
  }
}
