package io.vfr.chaos.harness;

import io.vfr.schemas.MessageCodec;
import io.vfr.schemas.PriceEvent;
import io.vfr.schemas.Topic;
import io.vfr.schemas.Topics;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.jspecify.annotations.Nullable;

/**
 * Sends a plan, prices at a steady rate, whatever becomes of the brokers: each record once, for as
 * long as it takes. Every price carries its number. What was acknowledged stands in the ledger.
 */
public final class MarketLoad implements AutoCloseable {
  private static final String NUMBER = "chaos.number";
  private static final int SLICE_MILLIS = 10;
  private static final int BACKLOG_MAX = 2_000;
  private static final Duration BACKLOG_PATIENCE = Duration.ofSeconds(90);

  private final KafkaProducer<String, byte[]> producer;
  private final Ledger ledger;
  private final MarketPlan plan;
  private final Map<String, Long> lastMillis = new HashMap<>();
  private final AtomicReference<@Nullable Exception> failure = new AtomicReference<>();
  private CountDownLatch stop = new CountDownLatch(0);
  private Thread thread = new Thread();
  private long number;

  /** A load that has sent nothing yet. */
  public MarketLoad(String bootstrapServers, Ledger ledger, MarketPlan plan) {
    this.ledger = ledger;
    this.plan = plan;
    producer =
        new KafkaProducer<>(
            Map.of(
                "bootstrap.servers",
                bootstrapServers,
                "acks",
                "all",
                "enable.idempotence",
                true,
                "delivery.timeout.ms",
                Integer.MAX_VALUE,
                "max.block.ms",
                Long.MAX_VALUE,
                "request.timeout.ms",
                5_000,
                "reconnect.backoff.max.ms",
                200,
                "linger.ms",
                2,
                "compression.type",
                "lz4"),
            new StringSerializer(),
            new ByteArraySerializer());
  }

  /** The number of a price record. */
  public static long numberOf(ConsumerRecord<?, ?> record) {
    return ByteBuffer.wrap(record.headers().lastHeader(NUMBER).value()).getLong();
  }

  /** Sends all side inputs; the brokers have them when this returns. */
  public void sides() {
    plan.macro().forEach(value -> side(Topics.MACRO, value.series(), value));
    plan.fundamentals().forEach(report -> side(Topics.FUNDAMENTALS, report.symbol(), report));
    plan.sentiment().forEach(said -> side(Topics.SENTIMENT, said.symbol(), said));
    producer.flush();
    check();
  }

  private <T> void side(Topic<T> topic, String key, T message) {
    MessageCodec<T> codec = topic.codec();
    producer.send(
        new ProducerRecord<>(topic.name(), key, codec.write(message)),
        (metadata, error) -> failed(error));
  }

  /** Sends the daily bars of the past and waits until all are answered. */
  public void history() throws InterruptedException {
    while (number < plan.historyEvents()) {
      price(plan.next());
      // A bounded backlog: what is measured later must not be this one's queue.
      awaitBacklog(BACKLOG_MAX);
    }
    producer.flush();
    awaitBacklog(0);
  }

  private void awaitBacklog(int most) throws InterruptedException {
    if (!ledger.awaitBacklog(most, BACKLOG_PATIENCE)) {
      throw new IllegalStateException(
          ledger.missing() + " bars have no prediction, and none came for " + BACKLOG_PATIENCE);
    }
  }

  /** Sends ticks at a rate from now on, until {@link #stop}. */
  public void start(double ticksPerSecond) {
    CountDownLatch stopping = new CountDownLatch(1);
    stop = stopping;
    thread = Thread.ofPlatform().name("market-load").start(() -> ticks(ticksPerSecond, stopping));
  }

  private void ticks(double ticksPerSecond, CountDownLatch stopping) {
    long began = System.nanoTime();
    long sent = 0;
    try {
      while (!stopping.await(SLICE_MILLIS, TimeUnit.MILLISECONDS)) {
        long due = (long) ((System.nanoTime() - began) / 1e9 * ticksPerSecond);
        for (; sent < due; sent++) {
          price(plan.next());
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (RuntimeException e) {
      failed(e);
    }
  }

  private void price(PriceEvent event) {
    byte[] numbered = ByteBuffer.allocate(Long.BYTES).putLong(number++).array();
    ProducerRecord<String, byte[]> record =
        new ProducerRecord<>(
            Topics.PRICES.name(), event.symbol(), Topics.PRICES.codec().write(event));
    record.headers().add(NUMBER, numbered);
    synchronized (lastMillis) {
      lastMillis.put(event.symbol(), event.ts());
    }
    producer.send(
        record,
        (metadata, error) -> {
          if (error == null) {
            ledger.sent(metadata.partition(), metadata.offset());
          } else {
            failed(error);
          }
        });
  }

  /** The time of the last price of each symbol that was sent so far. */
  public Map<String, Long> lastMillis() {
    synchronized (lastMillis) {
      return new HashMap<>(lastMillis);
    }
  }

  private void failed(@Nullable Exception error) {
    if (error != null) {
      failure.compareAndSet(null, error);
    }
  }

  /**
   * Stops sending; everything is acknowledged when this returns.
   *
   * @throws IllegalStateException if something could not be sent
   */
  public void stop() throws InterruptedException {
    stop.countDown();
    thread.join();
    producer.flush();
    check();
  }

  private void check() {
    Exception error = failure.get();
    if (error != null) {
      throw new IllegalStateException("the load could not be sent: " + error, error);
    }
  }

  @Override
  public void close() throws InterruptedException {
    stop.countDown();
    thread.interrupt();
    thread.join();
    producer.close(Duration.ZERO);
  }
}
