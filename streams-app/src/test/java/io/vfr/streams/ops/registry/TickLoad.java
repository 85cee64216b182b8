package io.vfr.streams.ops.registry;

import io.vfr.schemas.Codecs;
import io.vfr.schemas.PriceTick;
import io.vfr.schemas.Topics;
import java.time.Duration;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;

/** A steady stream of ticks of many symbols, until it is stopped. */
final class TickLoad implements AutoCloseable {
  private static final long DAY = Duration.ofDays(1).toMillis();
  private static final int SLICES_A_SECOND = 50;

  private final KafkaProducer<String, byte[]> producer;
  private final int symbols;
  private final AtomicLong sent = new AtomicLong();
  private final CountDownLatch stop = new CountDownLatch(1);
  private final long start = Math.floorDiv(System.currentTimeMillis(), DAY) * DAY - 2 * DAY;
  private Thread thread = new Thread();

  TickLoad(String bootstrapServers, int symbols) {
    this.symbols = symbols;
    Properties p = new Properties();
    p.putAll(Map.of("bootstrap.servers", bootstrapServers, "linger.ms", 5));
    producer = new KafkaProducer<>(p, new StringSerializer(), new ByteArraySerializer());
  }

  /** Sends ticks at once. */
  TickLoad burst(int count) {
    for (int i = 0; i < count; i++) {
      send();
    }
    producer.flush();
    return this;
  }

  /** Sends this many a second from now on, until {@link #stop}. */
  TickLoad start(int ticksPerSecond) {
    thread =
        Thread.ofPlatform()
            .name("tick-load")
            .start(() -> {
              try {
                while (!stop.await(1000 / SLICES_A_SECOND, TimeUnit.MILLISECONDS)) {
                  for (int i = 0; i < ticksPerSecond / SLICES_A_SECOND; i++) {
                    send();
                  }
                }
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
              }
            });
    return this;
  }

  private void send() {
    long i = sent.getAndIncrement();
    String symbol = "S" + i % symbols;
    double price = 100 + Math.sin(i / 7.0);
    PriceTick tick = new PriceTick(symbol, start + i, price, 1);
    producer.send(
        new ProducerRecord<>(Topics.PRICES.name(), symbol, Codecs.PRICE.write(tick)),
        (metadata, error) -> {
          if (error != null) {
            throw new IllegalStateException("the load could not be sent", error);
          }
        });
  }

  /** Stops; how many were sent in all. */
  long stop() throws InterruptedException {
    stop.countDown();
    thread.join();
    producer.flush();
    return sent.get();
  }

  @Override
  public void close() throws InterruptedException {
    stop();
    producer.close();
  }
}
