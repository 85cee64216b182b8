package io.vfr.streams.scoring;

import io.vfr.schemas.Outcome;
import io.vfr.streams.config.ScoringConfig;
import io.vfr.streams.features.FeatureVector;
import io.vfr.streams.ingest.PollProgress;
import io.vfr.streams.state.CommitBarrier;
import io.vfr.streams.state.CommitPace;
import io.vfr.streams.state.HotSymbols;
import io.vfr.streams.state.TaskScope;
import io.vfr.streams.state.TaskState;
import io.vfr.streams.state.TaskState.Table;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.streams.processor.PunctuationType;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.jspecify.annotations.Nullable;

/**
 * Collects feature vectors and scores them together: at most {@code scoring.batch-rows-max}, until
 * the task has processed everything at hand, for {@code scoring.batch-wait-max} at most, and never
 * across a commit (docs/decisions/0001). Forecasts leave in the order in which the vectors came,
 * and so do outcomes. Where outputs are read before the commit, outcomes leave together, so that
 * what is waited for has the producer and the broker for itself (docs/decisions/0022).
 */
final class ScoringProcessor implements Processor<Object, FeatureVector, Object, Object> {
  private final ScoringConfig config;
  private final Duration commitInterval;
  private final Duration barsInterval;
  private final boolean readsUncommitted;
  private final HotSymbols<OutcomeBook.Waiting> hotSymbols;
  private final Ensembles ensembles;
  private final OutcomeCounters counters;
  private final FeatureWatch watch;
  private final List<FeatureVector> batch;
  private final List<TaskScope.Origin> origins;
  private final List<Outcome> heldOutcomes = new ArrayList<>();
  private TaskScope.@Nullable Origin lastOrigin;
  private @Nullable ProcessorContext<Object, Object> context;
  private @Nullable TaskScope scope;
  private @Nullable TaskState state;
  private @Nullable CommitBarrier barrier;
  private CommitPace.@Nullable Turn turn;
  private @Nullable Settlement settlement;
  private @Nullable ScoreSums sums;

  /**
   * A processor for one task.
   *
   * @param readsUncommitted whether consumers of the outputs read them before they are committed.
   *     The task's state is then written behind batches, once enough of it waits, and the commit
   *     has little left to do; and outcomes, for which nobody waits, leave together, {@code
   *     scoring.batch-wait-max} later at most
   */
  ScoringProcessor(
      ScoringConfig config,
      Duration commitInterval,
      Duration barsInterval,
      boolean readsUncommitted,
      HotSymbols<OutcomeBook.Waiting> hotSymbols,
      Ensembles ensembles,
      FeatureWatch watch,
      OutcomeCounters counters) {
    this.config = config;
    this.commitInterval = commitInterval;
    this.barsInterval = barsInterval;
    this.readsUncommitted = readsUncommitted;
    this.hotSymbols = hotSymbols;
    this.ensembles = ensembles;
    this.counters = counters;
    this.watch = watch;
    batch = new ArrayList<>(config.batchRowsMax());
    origins = new ArrayList<>(config.batchRowsMax());
  }

  @Override
  public void init(ProcessorContext<Object, Object> context) {
    this.context = context;
    scope = new TaskScope(context);
    batch.clear();
    origins.clear();
    heldOutcomes.clear();
    hotSymbols.clear();
    lastOrigin = null;
    ScoreSums sums = new ScoreSums(context.taskId().partition());
    this.sums = sums;
    TaskState state = CommitBarrier.stateOf(context);
    this.state = state;
    settlement =
        new Settlement(
            config,
            barsInterval,
            hotSymbols,
            state.table(Table.PENDING_PREDICTIONS),
            state.table(Table.INTERVAL_CALIBRATION),
            ensembles::priorScores,
            sums,
            counters);
    CommitBarrier barrier = context.getStateStore(CommitBarrier.NAME);
    this.barrier = barrier;
    barrier.beforeCommit(this::finish);
    PollProgress.ofThread().task(context.taskId().partition()).onDrained(this::flush);
    CommitPace.Turn turn = CommitPace.turnOf(context);
    this.turn = turn;
    turn.keep(context, commitInterval);
    context.schedule(
        config.batchWaitMax(), PunctuationType.WALL_CLOCK_TIME, timestamp -> flushAll());
  }

  @Override
  public void process(Record<Object, FeatureVector> record) {
    batch.add(record.value());
    origins.add(initialised(scope).current());
    if (batch.size() >= config.batchRowsMax()) {
      flush();
    }
  }

  private void flush() {
    if (batch.isEmpty()) {
      return;
    }
    List<ScoredRow> rows = ensembles.score(batch);
    for (int i = 0; i < rows.size(); i++) {
      ScoredRow row = rows.get(i);
      initialised(scope).within(origins.get(i), () -> settle(row));
    }
    lastOrigin = origins.getLast();
    batch.clear();
    origins.clear();
    if (readsUncommitted) {
      writeBehind();
    }
  }

  /** Writes state before the commit, for which all tasks of the thread stand still. */
  private void writeBehind() {
    Settlement settlement = initialised(this.settlement);
    TaskState state = initialised(this.state);
    if (initialised(turn).isNear()) {
      releaseOutcomes();
      settlement.saveWaiting();
      state.write();
    } else {
      settlement.saveSomeWaiting();
      state.writeSome();
    }
  }

  /** Leaves nothing waiting that is to leave. */
  private void flushAll() {
    flush();
    releaseOutcomes();
  }

  private void releaseOutcomes() {
    if (lastOrigin != null) {
      initialised(scope).within(lastOrigin, () -> heldOutcomes.forEach(this::forward));
    }
    heldOutcomes.clear();
  }

  private void settle(ScoredRow row) {
    Settlement settlement = initialised(this.settlement);
    FeatureVector vector = row.forecast().vector();
    settlement.meet(vector).forEach(this::release);
    Forecast forecast = settlement.state(row);
    initialised(context)
        .forward(new Record<>(vector.symbol(), forecast, vector.ts()), Scoring.EMIT_CHILD);
    Outcome outcome = settlement.keep(row, forecast);
    if (outcome != null) {
      release(outcome);
    }
    ensembles.set().ifPresent(set -> watch.scored(vector, set));
  }

  /** An outcome of the row that is being settled. */
  private void release(Outcome outcome) {
    if (readsUncommitted) {
      heldOutcomes.add(outcome);
    } else {
      forward(outcome);
    }
  }

  private void forward(Outcome outcome) {
    initialised(context)
        .forward(new Record<>(outcome.symbol(), outcome, outcome.ts()), Scoring.OUTCOMES_CHILD);
  }

  /** What belongs into the commit that is about to be made. */
  private void finish() {
    flushAll();
    initialised(settlement).save();
    ModelScores scores = initialised(sums).take(watch.take());
    if (scores != null && lastOrigin != null) {
      initialised(scope).within(lastOrigin, () -> forward(scores));
    }
  }

  private void forward(ModelScores scores) {
    ProcessorContext<Object, Object> context = initialised(this.context);
    context.forward(
        new Record<>(
            Integer.toString(scores.partition()),
            scores.bytes(),
            Math.max(0, context.currentStreamTimeMs())),
        Scoring.SCORES_CHILD);
  }

  @Override
  public void close() {
    if (barrier != null) {
      barrier.ends();
    }
    batch.clear();
    origins.clear();
    heldOutcomes.clear();
    ensembles.close();
  }

  private static <T> T initialised(@Nullable T part) {
    if (part == null) {
      throw new IllegalStateException("the processor was not initialised");
    }
    return part;
  }
}
