package io.vfr.chaos.harness;

import io.vfr.schemas.Codecs;
import io.vfr.schemas.MacroValue;
import io.vfr.schemas.PriceBar;
import io.vfr.schemas.PriceEvent;
import io.vfr.schemas.PriceTick;
import io.vfr.schemas.Topics;
import java.time.Duration;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.jspecify.annotations.Nullable;

/**
 * A seeded load of prices: daily bars of the past, then ticks of today at a steady rate. Everything
 * that the brokers took stands in the ledger. Prices come from the seed, times from the clock; no
 * two ticks of a symbol have the same time.
 */
public final class PriceLoad implements AutoCloseable {
  private static final long DAY = Duration.ofDays(1).toMillis();
  private static final int SLICE_MILLIS = 10;
  private static final int BACKLOG_MAX = 4_000;
  private static final Duration BACKLOG_PATIENCE = Duration.ofSeconds(60);
  private static final double TICK_DEVIATION = 2e-4;

  private final KafkaProducer<String, byte[]> producer;
  private final Ledger ledger;
  private final Random random;
  private final double[] prices;
  private final double[] deviations;
  private final long[] lastMillis;
  private final AtomicReference<@Nullable Exception> failure = new AtomicReference<>();
  private CountDownLatch stop = new CountDownLatch(0);
  private Thread thread = new Thread();
  private long next;

  /** A load of this many symbols. */
  public PriceLoad(String bootstrapServers, Ledger ledger, int symbols, long seed) {
    this.ledger = ledger;
    random = new Random(seed);
    prices = random.doubles(symbols, 20, 200).toArray();
    deviations = random.doubles(symbols, 0.01, 0.03).toArray();
    lastMillis = new long[symbols];
    producer =
        new KafkaProducer<>(
            Map.of(
                "bootstrap.servers", bootstrapServers, "linger.ms", 2, "compression.type", "lz4"),
            new StringSerializer(),
            new ByteArraySerializer());
  }

  /** The name of a symbol. */
  public static String symbol(int index) {
    return "CHAOS" + index;
  }

  /**
   * Sends daily bars up to yesterday, and before them the macro values that models read; waits
   * until all are answered.
   */
  public void history(int bars) throws InterruptedException {
    long today = Math.floorDiv(System.currentTimeMillis(), DAY) * DAY;
    macro("vix", today - bars * DAY, 17.5);
    macro("dgs10", today - bars * DAY, 4.1);
    macro("dgs2", today - bars * DAY, 3.8);
    for (long day = today - bars * DAY; day < today; day += DAY) {
      for (int i = 0; i < prices.length; i++) {
        price(bar(i, day));
        // A bounded backlog: what is measured later must not be this one's queue.
        awaitBacklog(BACKLOG_MAX);
      }
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

  private void macro(String series, long ts, double value) {
    producer.send(
        new ProducerRecord<>(
            Topics.MACRO.name(), series, Codecs.MACRO.write(new MacroValue(series, ts, value))),
        (metadata, error) -> failed(error));
    producer.flush();
  }

  private PriceBar bar(int i, long day) {
    double open = rounded(prices[i] * Math.exp(deviations[i] / 3 * random.nextGaussian()));
    double close = rounded(open * Math.exp(deviations[i] * random.nextGaussian()));
    double high = rounded(Math.max(open, close) * (1 + deviations[i] / 2 * random.nextDouble()));
    double low = rounded(Math.min(open, close) * (1 - deviations[i] / 2 * random.nextDouble()));
    prices[i] = close;
    double volume = Math.rint(1e6 * Math.exp(0.4 * random.nextGaussian()));
    return new PriceBar(
        symbol(i),
        day,
        open,
        Math.max(high, Math.max(open, close)),
        Math.min(low, Math.min(open, close)),
        close,
        volume,
        null);
  }

  private static double rounded(double price) {
    return Math.rint(price * 1e4) / 1e4;
  }

  /** Sends ticks at a rate from now on, until {@link #stop}. */
  public void start(double ticksPerSecond) {
    CountDownLatch stopping = new CountDownLatch(1);
    stop = stopping;
    thread = Thread.ofPlatform().name("price-load").start(() -> ticks(ticksPerSecond, stopping));
  }

  private void ticks(double ticksPerSecond, CountDownLatch stopping) {
    long began = System.nanoTime();
    long sent = 0;
    try {
      while (!stopping.await(SLICE_MILLIS, TimeUnit.MILLISECONDS)) {
        long due = (long) ((System.nanoTime() - began) / 1e9 * ticksPerSecond);
        for (; sent < due; sent++) {
          price(tick());
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (RuntimeException e) {
      failure.compareAndSet(null, e);
    }
  }

  private PriceTick tick() {
    int i = (int) (next++ % prices.length);
    prices[i] = Math.max(1, prices[i] * Math.exp(TICK_DEVIATION * random.nextGaussian()));
    lastMillis[i] = Math.max(lastMillis[i] + 1, System.currentTimeMillis());
    return new PriceTick(symbol(i), lastMillis[i], rounded(prices[i]), 1 + random.nextInt(500));
  }

  private void price(PriceEvent event) {
    producer.send(
        new ProducerRecord<>(Topics.PRICES.name(), event.symbol(), Codecs.PRICE.write(event)),
        (metadata, error) -> {
          if (error == null) {
            ledger.sent(metadata.partition(), metadata.offset());
          } else {
            failed(error);
          }
        });
  }

  private void failed(@Nullable Exception error) {
    if (error != null) {
      failure.compareAndSet(null, error);
    }
  }

  /**
   * Stops sending; the ledger is complete when this returns.
   *
   * @throws IllegalStateException if something could not be sent
   */
  public void stop() throws InterruptedException {
    stop.countDown();
    thread.join();
    producer.flush();
    Exception error = failure.get();
    if (error != null) {
      throw new IllegalStateException("the load could not be sent: " + error, error);
    }
  }

  @Override
  public void close() throws InterruptedException {
    stop.countDown();
    thread.join();
    producer.close(Duration.ofSeconds(5));
  }
}
