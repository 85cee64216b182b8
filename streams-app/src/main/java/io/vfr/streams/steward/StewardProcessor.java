package io.vfr.streams.steward;

import io.vfr.models.registry.ModelRole;
import io.vfr.models.registry.ModelSet;
import io.vfr.schemas.Alert;
import io.vfr.schemas.AlertState;
import io.vfr.schemas.AlertType;
import io.vfr.schemas.ModelRegistration;
import io.vfr.schemas.ModelStage;
import io.vfr.schemas.Severity;
import io.vfr.schemas.Topics;
import io.vfr.streams.config.AppConfig;
import io.vfr.streams.scoring.ModelScores;
import io.vfr.streams.scoring.ModelScores.BarScores;
import io.vfr.streams.scoring.ModelScores.Tally;
import io.vfr.streams.scoring.ModelStanding;
import io.vfr.streams.scoring.ModelStandingJson;
import io.vfr.streams.state.CommitBarrier;
import io.vfr.streams.state.CommitPace;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.apache.kafka.streams.processor.PunctuationType;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueStore;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The steward: adds up how the models did over all partitions, writes each one's standing, and acts
 * on it. Standings and judgements change with every bar, not with every record: once a second is
 * often enough.
 */
final class StewardProcessor implements Processor<String, byte[], String, Object> {
  private static final Duration CHECK_INTERVAL = Duration.ofSeconds(1);
  private static final Logger LOG = LoggerFactory.getLogger(StewardProcessor.class);

  /** What it remembers, in the store and on the heap. */
  private record Memory(
      RegistryView registry,
      StandingBook standings,
      Probations probations,
      CoverageWatch coverage,
      DriftWatch drift) {}

  private final AppConfig config;
  private final Supplier<ModelSet> models;
  private final Rollbacks rollbacks;
  private final StewardMeters meters;
  private final StewardAlerts alerts;
  private @Nullable ProcessorContext<String, Object> context;
  private CommitPace.@Nullable Turn turn;
  private @Nullable CommitBarrier barrier;
  private @Nullable Memory memory;

  StewardProcessor(
      AppConfig config,
      Supplier<ModelSet> models,
      Rollbacks rollbacks,
      StewardMeters meters,
      StewardAlerts alerts) {
    this.config = config;
    this.models = models;
    this.rollbacks = rollbacks;
    this.meters = meters;
    this.alerts = alerts;
  }

  @Override
  public void init(ProcessorContext<String, Object> context) {
    this.context = context;
    turn = CommitPace.turnOf(context);
    turn.keep(context, config.processing().commitInterval());
    KeyValueStore<String, byte[]> opened = context.getStateStore(Steward.STATE);
    CommitBarrier barrier = context.getStateStore(Steward.BARRIER);
    this.barrier = barrier;
    barrier.beforeCommit(() -> CommitBarrier.flush(opened));
    StewardStore store = new StewardStore(opened);
    long interval = config.bars().interval().toMillis();
    memory =
        new Memory(
            new RegistryView(store),
            new StandingBook(store, new Decay(interval, ModelStanding.HALF_LIFE_BARS)),
            new Probations(
                store,
                config.models().rollbackLevel(),
                TimeUnit.NANOSECONDS.toMicros(config.models().timeout().toNanos()),
                interval),
            new CoverageWatch(
                store,
                new Decay(interval, CoverageWatch.HALF_LIFE_BARS),
                config.scoring().coverage(),
                config.alerts().coverageTolerance(),
                config.alerts().clearRatio()),
            new DriftWatch(
                store,
                new Decay(interval, DriftWatch.HALF_LIFE_BARS),
                config.alerts().featureDrift(),
                config.alerts().clearRatio()));
    context.schedule(CHECK_INTERVAL, PunctuationType.WALL_CLOCK_TIME, this::check);
  }

  @Override
  public void process(Record<String, byte[]> record) {
    ProcessorContext<String, Object> context = initialised(this.context);
    boolean registration =
        context
            .recordMetadata()
            .filter(metadata -> metadata.topic().equals(Topics.MODELS.name()))
            .isPresent();
    if (registration) {
      register(record);
    } else {
      add(record.value());
    }
    initialised(turn).processed(context);
  }

  private void add(byte[] value) {
    ModelScores scores;
    try {
      scores = ModelScores.read(value);
    } catch (IOException | RuntimeException e) {
      meters.refused();
      LOG.warn("A record of vfr.model-scores is not one, and is left out: {}", e.getMessage());
      return;
    }
    meters.read();
    Memory memory = initialised(this.memory);
    for (BarScores bar : scores.bars()) {
      for (Tally tally : bar.models()) {
        memory.standings.add(tally, bar.bar());
      }
    }
    memory.probations.add(scores);
    memory.coverage.add(scores.bars());
    memory.drift.add(scores.features());
  }

  private void register(Record<String, byte[]> record) {
    Memory memory = initialised(this.memory);
    Optional<RegistryView.Change> change = memory.registry.take(record.key(), record.value());
    if (change.isEmpty()) {
      return;
    }
    if (change.get().isRetired()) {
      memory.drift.retired(change.get().key());
    }
    rolledBack(change.get(), memory.registry)
        .ifPresent(alert -> forward(alert, record.timestamp()));
    memory.probations.registered(change.get(), memory.registry);
  }

  /** A champion that is retired while its predecessor is champion again was rolled back. */
  private Optional<Alert> rolledBack(RegistryView.Change change, RegistryView registry) {
    ModelRegistration now = change.now();
    if (!change.wasChampion()
        || now == null
        || now.stage() != ModelStage.RETIRED
        || now.predecessor() == null) {
      return Optional.empty();
    }
    String restored = now.predecessor();
    return registry
        .champion(now.id())
        .filter(champion -> champion.version().equals(restored))
        .map(champion ->
            alerts.of(
                AlertType.MODEL_ROLLED_BACK,
                Severity.CRITICAL,
                AlertState.RAISED,
                now.key(),
                now.changedAt(),
                "model "
                    + now.key()
                    + " was rolled back to "
                    + champion.key()
                    + " by "
                    + now.changedBy()
                    + (now.reason() == null ? "" : ": " + now.reason()),
                null,
                null));
  }

  private void check(long now) {
    Memory memory = initialised(this.memory);
    ProcessorContext<String, Object> context = initialised(this.context);
    memory
        .standings
        .takeUntold()
        .forEach((model, standing) -> {
          meters.hitRate(model, standing.hits() / standing.outcomes());
          context.forward(
              new Record<>(model, ModelStandingJson.write(standing), now), Steward.STANDINGS_CHILD);
          initialised(turn).processed(context);
        });
    memory.probations.check(rollbacks);
    memory.probations.forEachEvidence(meters::evidence);
    meters.coverage(memory.coverage.coverage());
    List<Alert> raised = new ArrayList<>();
    memory.coverage.check(alerts, raised);
    for (ModelSet.Member member : models.get().members()) {
      if (member.role() == ModelRole.CHAMPION) {
        String key = member.model().manifest().key();
        memory.drift.check(
            member.model().manifest(),
            alerts,
            (feature, index) -> meters.drift(key, feature, index),
            raised);
      }
    }
    raised.forEach(alert -> forward(alert, now));
  }

  private void forward(Alert alert, long timestamp) {
    LOG.info("{}: {}", alert.type(), alert.message());
    ProcessorContext<String, Object> context = initialised(this.context);
    context.forward(new Record<>(alert.instance(), alert, timestamp), Steward.ALERTS_CHILD);
    initialised(turn).processed(context);
  }

  @Override
  public void close() {
    if (barrier != null) {
      barrier.ends();
    }
    meters.leave();
  }

  private static <T> T initialised(@Nullable T part) {
    if (part == null) {
      throw new IllegalStateException("the processor was not initialised");
    }
    return part;
  }
}
