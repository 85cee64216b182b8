package io.vfr.streams.scoring;

import io.vfr.streams.scoring.ModelScores.BarScores;
import io.vfr.streams.scoring.ModelScores.Tally;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.processor.PunctuationType;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The steward: adds up how the models did over all partitions and writes each one's standing.
 * Standings change with every bar, not with every record: they are told once a second at most.
 */
final class StewardProcessor implements Processor<String, byte[], String, byte[]> {
  /** Bars after which an outcome counts half. */
  static final double HALF_LIFE_BARS = 60;

  private static final Duration TELL_INTERVAL = Duration.ofSeconds(1);
  private static final Logger LOG = LoggerFactory.getLogger(StewardProcessor.class);

  private final long intervalMillis;
  private final StewardMeters meters;
  private final Map<String, ModelStanding> standings = new TreeMap<>();
  private final Map<String, ModelStanding> untold = new TreeMap<>();
  private @Nullable ProcessorContext<String, byte[]> context;
  private @Nullable KeyValueStore<Bytes, byte[]> store;

  StewardProcessor(Duration barsInterval, StewardMeters meters) {
    intervalMillis = barsInterval.toMillis();
    this.meters = meters;
  }

  @Override
  public void init(ProcessorContext<String, byte[]> context) {
    this.context = context;
    KeyValueStore<Bytes, byte[]> store = context.getStateStore(StewardTopology.STATE);
    this.store = store;
    standings.clear();
    untold.clear();
    try (KeyValueIterator<Bytes, byte[]> all = store.all()) {
      while (all.hasNext()) {
        KeyValue<Bytes, byte[]> entry = all.next();
        String model = new String(entry.key.get(), StandardCharsets.UTF_8);
        standings.put(model, ModelStandingJson.read(entry.value));
      }
    } catch (IOException e) {
      throw new IllegalStateException("the steward's state was written by another release", e);
    }
    // What a task before this one had stored but not told yet is told again: the topic is
    // compacted.
    untold.putAll(standings);
    context.schedule(TELL_INTERVAL, PunctuationType.WALL_CLOCK_TIME, now -> tell(now));
  }

  @Override
  public void process(Record<String, byte[]> record) {
    ModelScores scores;
    try {
      scores = ModelScores.read(record.value());
    } catch (IOException | RuntimeException e) {
      meters.refused();
      LOG.warn("A record of vfr.model-scores is not one, and is left out: {}", e.getMessage());
      return;
    }
    meters.read();
    for (BarScores bar : scores.bars()) {
      for (Tally tally : bar.models()) {
        add(tally, bar.bar());
      }
    }
  }

  private void add(Tally tally, long bar) {
    ModelStanding before = standings.getOrDefault(tally.model(), new ModelStanding(0, 0, 0, bar));
    long newest = Math.max(bar, before.barMillis());
    double old = retained(newest - before.barMillis());
    double added = retained(newest - bar);
    ModelStanding after =
        new ModelStanding(
            old * before.outcomes() + added * tally.outcomes(),
            old * before.hits() + added * tally.hits(),
            old * before.loss() + added * tally.loss(),
            newest);
    standings.put(tally.model(), after);
    untold.put(tally.model(), after);
    if (store != null) {
      store.put(
          Bytes.wrap(tally.model().getBytes(StandardCharsets.UTF_8)),
          ModelStandingJson.write(after));
    }
  }

  private double retained(long ageMillis) {
    return Math.pow(0.5, (double) ageMillis / intervalMillis / HALF_LIFE_BARS);
  }

  private void tell(long now) {
    ProcessorContext<String, byte[]> context = this.context;
    if (context == null) {
      return;
    }
    untold.forEach((model, standing) -> {
      meters.hitRate(model, standing.hits() / standing.outcomes());
      context.forward(new Record<>(model, ModelStandingJson.write(standing), now));
    });
    untold.clear();
  }
}
