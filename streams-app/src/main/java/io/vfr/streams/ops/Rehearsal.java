package io.vfr.streams.ops;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vfr.models.registry.ModelSet;
import io.vfr.models.schema.FeatureSlots;
import io.vfr.schemas.Codecs;
import io.vfr.schemas.PriceBar;
import io.vfr.schemas.Topics;
import io.vfr.streams.ScoringTopology;
import io.vfr.streams.config.AppConfig;
import io.vfr.streams.emit.LatestPredictions;
import io.vfr.streams.ingest.Partitioning;
import io.vfr.streams.scoring.Standings;
import io.vfr.streams.steward.Rollbacks;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Properties;
import java.util.Random;
import java.util.function.Supplier;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.TestInputTopic;
import org.apache.kafka.streams.TopologyTestDriver;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs the topology on invented prices, with the real models and beside the real work, in a driver
 * that no broker sees: an instance that takes over after hours of standing by then meets its first
 * record with compiled code.
 */
final class Rehearsal implements AutoCloseable {
  private static final int SYMBOLS = 8;
  private static final int BARS = 300;
  private static final double VOLATILITY = 0.02;
  private static final long SEED = 1;
  private static final Duration STOP_TIMEOUT = Duration.ofSeconds(10);
  private static final Logger LOG = LoggerFactory.getLogger(Rehearsal.class);

  private final AppConfig config;
  private final FeatureSlots slots;
  private final Supplier<ModelSet> models;
  private final Thread thread = Thread.ofPlatform().daemon().name("rehearsal").unstarted(this::run);
  private volatile boolean closed;
  private volatile int rehearsed;

  private Rehearsal(AppConfig config, FeatureSlots slots, Supplier<ModelSet> models) {
    this.config = config;
    this.slots = slots;
    this.models = models;
  }

  /** Begins; returns at once. */
  static Rehearsal begin(AppConfig config, FeatureSlots slots, Supplier<ModelSet> models) {
    Rehearsal rehearsal = new Rehearsal(config, slots, models);
    rehearsal.thread.start();
    return rehearsal;
  }

  /** How many prices it has run so far. */
  int rehearsed() {
    return rehearsed;
  }

  /** Waits until it has ended; false if the time is up first. */
  boolean await(Duration timeout) throws InterruptedException {
    return thread.join(timeout);
  }

  private void run() {
    long began = System.nanoTime();
    try (TemporaryDirectory directory = TemporaryDirectory.create("vfr-rehearsal-")) {
      Properties properties = new Properties();
      properties.put(StreamsConfig.APPLICATION_ID_CONFIG, config.applicationId() + "-rehearsal");
      properties.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, "none:1");
      properties.put(StreamsConfig.STATE_DIR_CONFIG, directory.path().toString());
      properties.put(StreamsConfig.ROCKSDB_CONFIG_SETTER_CLASS_CONFIG, BoundedRocksDb.class);
      Instant now = Instant.now();
      try (TopologyTestDriver driver =
          new TopologyTestDriver(topology(now).build(), properties, now)) {
        play(
            driver.createInputTopic(
                Topics.PRICES.name(), new ByteArraySerializer(), new ByteArraySerializer()),
            now);
      }
      LOG.info("Rehearsed {} prices in {} ms", rehearsed, (System.nanoTime() - began) / 1_000_000);
    } catch (RuntimeException e) {
      LOG.warn("The rehearsal failed; first predictions may be slow: {}", e.getMessage(), e);
    }
  }

  private ScoringTopology topology(Instant now) {
    return new ScoringTopology(
        config,
        new Partitioning(1),
        slots,
        models,
        () -> Standings.NONE,
        new LatestPredictions(SYMBOLS),
        Rollbacks.NONE,
        new SimpleMeterRegistry(),
        InstantSource.fixed(now),
        "rehearsal");
  }

  private void play(TestInputTopic<byte[], byte[]> prices, Instant now) {
    Random random = new Random(SEED);
    long interval = config.bars().interval().toMillis();
    long first = (now.toEpochMilli() / interval - BARS - 1) * interval;
    double[] closes = new double[SYMBOLS];
    for (int bar = 0; bar < BARS; bar++) {
      for (int symbol = 0; symbol < SYMBOLS && !closed; symbol++) {
        double open = bar == 0 ? 100 : closes[symbol];
        double close = open * Math.exp(VOLATILITY * random.nextGaussian());
        closes[symbol] = close;
        PriceBar price =
            new PriceBar(
                "REHEARSAL" + symbol,
                first + bar * interval,
                open,
                Math.max(open, close) * (1 + VOLATILITY * random.nextDouble()),
                Math.min(open, close) * (1 - VOLATILITY * random.nextDouble()),
                close,
                1e6 * (0.5 + random.nextDouble()),
                null);
        prices.pipeInput(
            price.symbol().getBytes(StandardCharsets.UTF_8), Codecs.PRICE.write(price), now);
        rehearsed++;
      }
    }
  }

  @Override
  public void close() {
    closed = true;
    try {
      if (!thread.join(STOP_TIMEOUT)) {
        LOG.warn("The rehearsal does not end");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
