package io.vfr.streams.cli.demo;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.vfr.models.schema.FeatureSchema;
import io.vfr.schemas.Topic;
import io.vfr.schemas.Topics;
import io.vfr.streams.cli.demo.feed.DemoFeed;
import io.vfr.streams.cli.demo.feed.DemoSymbol;
import io.vfr.streams.cli.demo.feed.FeedRecord;
import io.vfr.streams.cli.demo.feed.LiveMarket;
import io.vfr.streams.cli.demo.feed.MarketConfig;
import io.vfr.streams.cli.demo.feed.RealDataSets;
import io.vfr.streams.cli.demo.feed.TickFeed;
import io.vfr.streams.ops.Application;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.HdrHistogram.Histogram;

/** Plays a market to a running application and watches what comes out. */
final class DemoSession {
  private static final Duration CATCH_UP = Duration.ofSeconds(120);
  private static final long TURN_MILLIS = 20;
  private static final int LIVE_BATCH_MAX = 5_000;

  private final Application application;
  private final DemoFeeder feeder;
  private final DemoObserver observer;
  private final DemoProgress progress;
  private final int partitions;
  private final Map<String, String> origins = new TreeMap<>();
  private double historySeconds;
  private long historyPredictions;

  DemoSession(
      Application application,
      DemoFeeder feeder,
      DemoObserver observer,
      DemoProgress progress,
      int partitions) {
    this.application = application;
    this.feeder = feeder;
    this.observer = observer;
    this.progress = progress;
    this.partitions = partitions;
  }

  /** Plays history as fast as it goes, then live events at a rate for a while. */
  DemoReport market(int symbols, long seed, double eventsPerSecond, Duration live)
      throws InterruptedException {
    LocalDate today = LocalDate.now(ZoneOffset.UTC);
    MarketConfig defaults = MarketConfig.defaults(seed, today);
    DemoFeed feed =
        new DemoFeed(
            new MarketConfig(symbols, defaults.days(), seed, today, defaults.leadCoefficient()));
    feed.symbols().forEach(this::origin);
    List<FeedRecord> prices = new ArrayList<>();
    Iterator<FeedRecord> history = feed.history();
    while (history.hasNext()) {
      FeedRecord record = history.next();
      if (record.isPrice()) {
        prices.add(record);
      } else {
        feeder.send(record);
      }
    }
    awaitSideInputs();
    history(prices.iterator());
    live(feed.live(Clock.systemUTC(), eventsPerSecond), live);
    return report();
  }

  /** Plays the real Bitcoin trades as fast as they go, or until the time is up. */
  DemoReport ticks(Duration most) throws InterruptedException, IOException {
    origin(RealDataSets.BITCOIN);
    long end = System.nanoTime() + most.toNanos();
    observer.live(System.currentTimeMillis());
    long started = System.nanoTime();
    try (TickFeed trades = RealDataSets.bitcoinTrades()) {
      while (trades.hasNext() && System.nanoTime() < end) {
        // A bounded backlog: latency is then the pipeline's, not the queue's.
        awaitBacklogBelow(2_000, "ticks");
        for (int i = 0; i < 500 && trades.hasNext(); i++) {
          feeder.send(trades.next());
        }
      }
    }
    awaitPredictions("ticks");
    historySeconds = seconds(started);
    historyPredictions = observer.predictions();
    return report();
  }

  private void origin(DemoSymbol symbol) {
    origins.put(symbol.symbol(), symbol.origin() + ", " + symbol.source());
  }

  private void awaitSideInputs() throws InterruptedException {
    feeder.flush();
    await(
        "side inputs",
        () ->
            records(Topics.MACRO, "vfr.records.accepted") * partitions
                    == records(Topics.MACRO_FANOUT, "vfr.records.accepted")
                && sideRecordsRead() == feeder.sent());
  }

  private long sideRecordsRead() {
    return records(Topics.MACRO, "vfr.records.in")
        + records(Topics.FUNDAMENTALS, "vfr.records.in")
        + records(Topics.SENTIMENT, "vfr.records.in");
  }

  private void history(Iterator<FeedRecord> prices) throws InterruptedException {
    long started = System.nanoTime();
    prices.forEachRemaining(feeder::send);
    awaitPredictions("history");
    historySeconds = seconds(started);
    historyPredictions = observer.predictions();
  }

  private void live(LiveMarket market, Duration duration) throws InterruptedException {
    observer.live(System.currentTimeMillis());
    long end = System.nanoTime() + duration.toNanos();
    while (System.nanoTime() < end) {
      market.due(LIVE_BATCH_MAX).forEach(feeder::send);
      progress.show("live", feeder.sent(), observer);
      TimeUnit.MILLISECONDS.sleep(TURN_MILLIS);
    }
    awaitPredictions("live");
  }

  private void awaitBacklogBelow(int records, String phase) throws InterruptedException {
    await(phase, () -> feeder.pricesSent() - observer.predictions() < records);
  }

  private void awaitPredictions(String phase) throws InterruptedException {
    feeder.flush();
    await(phase, () -> observer.predictions() + observer.deadLetters() >= feeder.pricesSent());
  }

  private void await(String phase, BooleanSupplier done) throws InterruptedException {
    long end = System.nanoTime() + CATCH_UP.toNanos();
    while (!done.getAsBoolean()) {
      if (System.nanoTime() > end) {
        throw new IllegalStateException(
            "the pipeline did not take over the "
                + phase
                + " within "
                + CATCH_UP
                + ": sent "
                + feeder.sent()
                + " records, of them "
                + feeder.pricesSent()
                + " prices, read "
                + observer.predictions()
                + " predictions");
      }
      if (!application.isAlive()) {
        throw new IllegalStateException("the application ended during the " + phase);
      }
      progress.show(phase, feeder.sent(), observer);
      TimeUnit.MILLISECONDS.sleep(TURN_MILLIS);
    }
  }

  private static double seconds(long startedNanos) {
    return (System.nanoTime() - startedNanos) / 1e9;
  }

  private DemoReport report() {
    Map<String, DemoReport.TopicCount> topics = new TreeMap<>();
    for (Topic<?> topic :
        List.of(
            Topics.PRICES,
            Topics.FUNDAMENTALS,
            Topics.SENTIMENT,
            Topics.MACRO,
            Topics.MACRO_FANOUT,
            Topics.REROUTED)) {
      topics.put(
          topic.name(),
          new DemoReport.TopicCount(
              records(topic, "vfr.records.in"),
              records(topic, "vfr.records.accepted"),
              records(topic, "vfr.records.dead.lettered"),
              records(topic, "vfr.records.rerouted")));
    }
    Histogram latency = observer.liveLatency();
    Timer update = application.meters().get("vfr.features.update").timer();
    return new DemoReport(
        topics,
        observer.symbols(),
        origins,
        observer.alerts(),
        observer.predictions(),
        observer.deadLetters(),
        latency.getValueAtPercentile(50),
        latency.getValueAtPercentile(99),
        latency.getMaxValue(),
        latency.getTotalCount(),
        historySeconds,
        historyPredictions,
        FeatureSchema.current().size(),
        update.mean(TimeUnit.MICROSECONDS));
  }

  private long records(Topic<?> topic, String meter) {
    MeterRegistry meters = application.meters();
    return (long)
        meters.find(meter).tag("topic", topic.name()).counters().stream()
            .mapToDouble(Counter::count)
            .sum();
  }
}
