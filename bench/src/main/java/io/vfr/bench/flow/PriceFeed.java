package io.vfr.bench.flow;

import io.vfr.schemas.Bounds;
import io.vfr.schemas.Codecs;
import io.vfr.schemas.PriceBar;
import io.vfr.schemas.Topics;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.clients.producer.Callback;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.jspecify.annotations.Nullable;

/** Daily bars of random walks, a day of all symbols after the other; the same for the same seed. */
record PriceFeed(int symbols, int days, long seed) {
  private static final long DAY = Duration.ofDays(1).toMillis();

  /** 1990: the earliest that is taken for a time in milliseconds. */
  private static final long START = Bounds.TIMESTAMP_MIN / DAY * DAY + DAY;

  /** Days of which a bar is not one of the future. */
  static int daysMax(InstantSource clock) {
    return Math.toIntExact((clock.millis() - START) / DAY);
  }

  long records() {
    return (long) symbols * days;
  }

  static String symbol(int number) {
    return String.format(Locale.ROOT, "S%06d", number);
  }

  /** Sends the bars and waits until the broker has them. */
  void send(String bootstrapServers) {
    send(bootstrapServers, false);
  }

  /**
   * Sends bars, and other inputs if they are wanted, and waits until the broker has them.
   *
   * @return how many other inputs it has
   */
  long send(String bootstrapServers, boolean withOthers) {
    Map<String, Object> properties =
        Map.of(
            "bootstrap.servers",
            bootstrapServers,
            "compression.type",
            "lz4",
            "linger.ms",
            20,
            "batch.size",
            256 << 10,
            "acks",
            "all",
            // Of a topic that was made just now the first batch may be refused, and those that
            // follow it on the wire then never fit.
            "max.in.flight.requests.per.connection",
            1);
    AtomicReference<@Nullable Exception> failure = new AtomicReference<>();
    Callback check =
        (metadata, error) -> {
          if (error != null) {
            failure.compareAndSet(null, error);
          }
        };
    AtomicLong sentOthers = new AtomicLong();
    Walk walk = new Walk(symbols, seed);
    SideFeed others = new SideFeed(symbols, seed);
    try (KafkaProducer<String, byte[]> producer =
        new KafkaProducer<>(properties, new StringSerializer(), new ByteArraySerializer())) {
      for (int day = 0; day < days; day++) {
        if (withOthers) {
          others.day(
              day,
              START + day * DAY,
              record -> {
                producer.send(record, check);
                sentOthers.incrementAndGet();
              });
        }
        for (int i = 0; i < symbols; i++) {
          PriceBar bar = walk.next();
          producer.send(
              new ProducerRecord<>(Topics.PRICES.name(), bar.symbol(), Codecs.PRICE.write(bar)),
              check);
        }
      }
      producer.flush();
    }
    Exception error = failure.get();
    if (error != null) {
      throw new IllegalStateException("inputs could not be sent: " + error.getMessage(), error);
    }
    return sentOthers.get();
  }

  /** The bars one by one, endless. */
  static final class Walk {
    private final Random random;
    private final double[] closes;
    private long day;
    private int symbol;

    Walk(int symbols, long seed) {
      random = new Random(seed);
      closes = new double[symbols];
      Arrays.fill(closes, 50);
    }

    PriceBar next() {
      PriceBar bar = bar(random, symbol(symbol), START + day * DAY, closes[symbol]);
      closes[symbol] = bar.close();
      if (++symbol == closes.length) {
        symbol = 0;
        day++;
      }
      return bar;
    }
  }

  private static PriceBar bar(Random random, String symbol, long ts, double before) {
    double open = cents(before * Math.exp(0.004 * random.nextGaussian()));
    double close = cents(open * Math.exp(0.015 * random.nextGaussian()));
    double high = cents(Math.max(open, close) * (1 + 0.01 * random.nextDouble()));
    double low = cents(Math.min(open, close) * (1 - 0.01 * random.nextDouble()));
    return new PriceBar(
        symbol,
        ts,
        open,
        Math.max(high, Math.max(open, close)),
        Math.min(low, Math.min(open, close)),
        close,
        Math.rint(1e6 * (0.5 + random.nextDouble())),
        null);
  }

  private static double cents(double price) {
    return Math.max(0.01, Math.rint(price * 100) / 100);
  }
}
