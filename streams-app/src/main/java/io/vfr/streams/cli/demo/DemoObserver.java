package io.vfr.streams.cli.demo;

import io.vfr.schemas.Alert;
import io.vfr.schemas.Codecs;
import io.vfr.schemas.ModelScore;
import io.vfr.schemas.ModelStatus;
import io.vfr.schemas.Prediction;
import io.vfr.schemas.Topics;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import java.util.UUID;
import org.HdrHistogram.Histogram;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.jspecify.annotations.Nullable;

/** Reads the outputs as VFR would, committed records only, and keeps count. Thread-safe. */
final class DemoObserver implements AutoCloseable {
  /** What was read of one symbol. */
  static final class SymbolCount {
    private long predictions;
    private long degraded;
    private final Map<String, Long> scoredBy = new TreeMap<>();

    long predictions() {
      return predictions;
    }

    long degraded() {
      return degraded;
    }

    /** Model id to the predictions that it had a part in. */
    Map<String, Long> scoredBy() {
      return new TreeMap<>(scoredBy);
    }
  }

  private static final long LATENCY_MILLIS_MAX = 600_000;

  private final Map<String, SymbolCount> symbols = new TreeMap<>();
  private final Map<String, Long> alerts = new TreeMap<>();
  private final Histogram liveLatency = new Histogram(LATENCY_MILLIS_MAX, 3);
  private final KafkaConsumer<String, byte[]> consumer;
  private final Thread thread;
  private long predictions;
  private long deadLetters;
  private long liveFromMillis = Long.MAX_VALUE;
  private @Nullable Prediction newest;
  private @Nullable RuntimeException failure;

  DemoObserver(String bootstrapServers) {
    Properties p = new Properties();
    p.put(ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers);
    p.put(ConsumerConfig.GROUP_ID_CONFIG, "vfr-demo-" + UUID.randomUUID());
    p.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
    p.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
    p.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
    consumer = new KafkaConsumer<>(p, new StringDeserializer(), new ByteArrayDeserializer());
    consumer.subscribe(
        List.of(Topics.PREDICTIONS.name(), Topics.ALERTS.name(), Topics.DEAD_LETTERS.name()));
    thread = Thread.ofPlatform().name("demo-observer").start(this::read);
  }

  private void read() {
    try (consumer) {
      while (!Thread.currentThread().isInterrupted()) {
        consumer.poll(Duration.ofMillis(200)).forEach(this::take);
      }
    } catch (WakeupException e) {
      // close() asks for the end this way.
      return;
    } catch (RuntimeException e) {
      synchronized (this) {
        failure = e;
      }
    }
  }

  private synchronized void take(ConsumerRecord<String, byte[]> record) {
    if (record.topic().equals(Topics.PREDICTIONS.name())) {
      predicted(Codecs.PREDICTION.read(record.value()));
    } else if (record.topic().equals(Topics.ALERTS.name())) {
      Alert alert = Codecs.ALERT.read(record.value());
      alerts.merge(alert.type().wire(), 1L, Long::sum);
    } else {
      deadLetters++;
    }
  }

  private void predicted(Prediction prediction) {
    predictions++;
    newest = prediction;
    SymbolCount count = symbols.computeIfAbsent(prediction.symbol(), s -> new SymbolCount());
    count.predictions++;
    count.degraded += prediction.degraded() ? 1 : 0;
    for (ModelScore model : prediction.models()) {
      if (model.status() == ModelStatus.OK) {
        count.scoredBy.merge(model.id(), 1L, Long::sum);
      }
    }
    if (prediction.producedAt() >= liveFromMillis) {
      liveLatency.recordValue(Math.min(prediction.latencyMillis(), LATENCY_MILLIS_MAX));
    }
  }

  /** From when on latency counts: before, records wait in their topics by design. */
  synchronized void live(long fromMillis) {
    liveFromMillis = fromMillis;
  }

  synchronized long predictions() {
    failIfBroken();
    return predictions;
  }

  synchronized long deadLetters() {
    return deadLetters;
  }

  synchronized Map<String, SymbolCount> symbols() {
    return new TreeMap<>(symbols);
  }

  synchronized Map<String, Long> alerts() {
    return new TreeMap<>(alerts);
  }

  /** Latency of the live phase, milliseconds, a copy. */
  synchronized Histogram liveLatency() {
    return liveLatency.copy();
  }

  synchronized @Nullable Prediction newest() {
    return newest;
  }

  private void failIfBroken() {
    if (failure != null) {
      throw new IllegalStateException(
          "the demo cannot read its outputs: " + failure.getMessage(), failure);
    }
  }

  @Override
  public void close() throws InterruptedException {
    consumer.wakeup();
    thread.join();
  }
}
