package io.vfr.streams.scoring;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vfr.models.registry.ModelSet;
import io.vfr.models.schema.FeatureSchema;
import io.vfr.models.schema.FeatureSlots;
import io.vfr.schemas.Outcome;
import io.vfr.streams.TestConfigs;
import io.vfr.streams.config.ScoringConfig;
import io.vfr.streams.features.FeatureVector;
import io.vfr.streams.reference.Walk;
import io.vfr.streams.state.CommitBarrier;
import io.vfr.streams.state.HeapPools;
import io.vfr.streams.state.TaskState;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.TopologyTestDriver;
import org.apache.kafka.streams.processor.PunctuationType;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.Stores;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What a task has written and sent between two commits. The test driver commits after every record,
 * but not between two punctuations that are due: what a test does are punctuations of the stage
 * before.
 */
class ScoringProcessorTest {
  private static final Duration BAR = Duration.ofMillis(Walk.DAY);
  private static final ModelSet NO_MODELS = ModelSet.ofChampions(List.of());
  private static final Duration BATCH_WAIT = Duration.ofMillis(50);
  private static final Duration SOON = Duration.ofMillis(1);

  /** A thread's first commit is near from the beginning, and the next one never is. */
  private static final Duration COMMIT_INTERVAL = Duration.ofDays(1);

  private static final Duration END = Duration.ofSeconds(1);

  @TempDir private Path directory;

  private final MeterRegistry meters = new SimpleMeterRegistry();
  private final HeapPools pools = new HeapPools(meters);
  private final FeatureSlots slots = new FeatureSlots(FeatureSchema.current(), 4);
  private final Map<Duration, Runnable> steps = new LinkedHashMap<>();
  private final List<Duration> done = new ArrayList<>();
  private final List<String> outcomes = new ArrayList<>();
  private @Nullable ProcessorContext<Object, FeatureVector> features;
  private @Nullable ScoringProcessor scoring;
  private @Nullable TopologyTestDriver driver;

  @Test
  void atLeastOnce_nearACommit_allThatWaitsIsWrittenAndSent() {
    at(
        SOON,
        () -> {
          predict("A", 1);
          assertThat(written()).isEqualTo(1);
          predict("A", 2);
          predict("A", 3);
          assertThat(outcomes).containsExactly("A3");
        });
    run(true);
  }

  @Test
  void exactlyOnce_nearACommit_outcomesAreSentAndNothingIsWritten() {
    at(
        SOON,
        () -> {
          predict("A", 1);
          predict("A", 2);
          predict("A", 3);
          assertThat(outcomes).containsExactly("A3");
          assertThat(written()).isZero();
        });
    run(false);
  }

  @Test
  void atLeastOnce_farFromACommit_outcomesAreSentTogetherAfterTheBatchWait_inTheirOrder() {
    at(SOON, ScoringProcessorTest::commit);
    at(
        BATCH_WAIT.minus(SOON),
        () -> {
          for (int bar = 1; bar <= 4; bar++) {
            predict("B", bar);
            predict("A", bar);
          }
          assertThat(outcomes).isEmpty();
        });
    at(BATCH_WAIT.plus(SOON), () -> assertThat(outcomes).containsExactly("B3", "A3", "B4", "A4"));
    run(true);
  }

  @Test
  void atLeastOnce_farFromACommit_predictionsOfManySymbolsAreWritten_andNotBefore() {
    at(
        SOON,
        () -> {
          commit();
          eachSymbol(this::see);
          eachSymbol(symbol -> {
            assertThat(written()).as("before that of " + symbol).isZero();
            predict(symbol, 2);
          });
          assertThat(written()).isEqualTo(OutcomeBook.UNSAVED_BATCH);
        });
    run(true);
  }

  /**
   * Its stores are open for a while, and the first barrier of a commit runs what all have to do.
   */
  @Test
  void close_leavesNothingToTheCommitOfAnotherTask() {
    at(
        SOON,
        () -> {
          commit();
          predict("A", 1);
          requireNonNull(scoring).close();
          commit();
          assertThat(written()).isZero();
        });
    run(true);
  }

  /** Has something done when so much time has passed. */
  private void at(Duration time, Runnable step) {
    steps.put(time, step);
  }

  /** Runs the steps before the driver commits, on a thread of which nobody has committed. */
  private void run(boolean readsUncommitted) {
    Topology topology = topology(readsUncommitted);
    CompletableFuture.runAsync(
            () -> {
              try (TopologyTestDriver driver =
                  new TopologyTestDriver(
                      topology, TestConfigs.ofDriver("scoring-test", directory))) {
                this.driver = driver;
                driver.advanceWallClockTime(END);
              }
            },
            Thread.ofPlatform()::start)
        .join();
    assertThat(done).as("steps that ran").containsExactlyElementsOf(steps.keySet());
  }

  private Topology topology(boolean readsUncommitted) {
    return new Topology()
        .addSource(
            "prices", Serdes.ByteArray().deserializer(), Serdes.ByteArray().deserializer(), "in")
        .addProcessor("features", Steps::new, "prices")
        .addProcessor(Scoring.PROCESSOR, () -> processor(readsUncommitted), "features")
        .addStateStore(
            Stores.keyValueStoreBuilder(
                    Stores.inMemoryKeyValueStore(TaskState.NAME),
                    Serdes.Bytes(),
                    Serdes.ByteArray())
                .withLoggingDisabled(),
            Scoring.PROCESSOR)
        .addStateStore(CommitBarrier.builder(), Scoring.PROCESSOR)
        .addProcessor(Scoring.EMIT_CHILD, () -> taker(forecast -> {}), Scoring.PROCESSOR)
        .addProcessor(Scoring.SCORES_CHILD, () -> taker(scores -> {}), Scoring.PROCESSOR)
        .addProcessor(
            Scoring.OUTCOMES_CHILD,
            () -> taker(outcome -> outcomes.add(name((Outcome) outcome))),
            Scoring.PROCESSOR);
  }

  private final class Steps implements Processor<Object, Object, Object, FeatureVector> {
    @Override
    public void init(ProcessorContext<Object, FeatureVector> context) {
      features = context;
      steps.forEach((time, step) ->
          context.schedule(
              time,
              PunctuationType.WALL_CLOCK_TIME,
              timestamp -> {
                step.run();
                done.add(time);
              }));
    }

    @Override
    public void process(Record<Object, Object> record) {
      throw new AssertionError("no record is sent");
    }
  }

  private static Processor<Object, Object, Void, Void> taker(Consumer<Object> taken) {
    return record -> taken.accept(record.value());
  }

  /** Symbol and number of the bar that has begun when the outcome is known. */
  private static String name(Outcome outcome) {
    return outcome.symbol() + (outcome.ts() - Walk.START) / Walk.DAY;
  }

  private ScoringProcessor processor(boolean readsUncommitted) {
    // Every row is a batch.
    ScoringConfig config = new ScoringConfig(true, 1, BATCH_WAIT, 0.25, 0.9);
    ScoringProcessor made =
        new ScoringProcessor(
            config,
            COMMIT_INTERVAL,
            BAR,
            readsUncommitted,
            pools.symbols("waiting", 2 * OutcomeBook.UNSAVED_BATCH),
            new Ensembles(
                config,
                BAR,
                slots,
                () -> NO_MODELS,
                () -> Standings.NONE,
                () -> false,
                new ScoringCounters(meters),
                new ExplanationCounters(meters)),
            new FeatureWatch(slots, Walk.DAY, pools.symbols("forming", 1)),
            new OutcomeCounters(meters));
    scoring = made;
    return made;
  }

  /** A commit that begins with another task's barrier. */
  private static void commit() {
    CommitBarrier.builder().build().flushCache();
  }

  /** How many records of the task's state are written. */
  private long written() {
    return requireNonNull(driver).getKeyValueStore(TaskState.NAME).approximateNumEntries();
  }

  private static void eachSymbol(Consumer<String> action) {
    IntStream.range(0, OutcomeBook.UNSAVED_BATCH).forEach(i -> action.accept("S" + i));
  }

  /** Has a prediction made in a bar of a symbol. */
  private void predict(String symbol, long bar) {
    score(symbol, bar, 100);
  }

  /** Has a symbol's predictions read, of which there are none, and makes none. */
  private void see(String symbol) {
    score(symbol, 1, 0);
  }

  private void score(String symbol, long bar, double close) {
    double[] values = new double[slots.size()];
    Arrays.fill(values, Double.NaN);
    long start = Walk.START + bar * Walk.DAY;
    FeatureVector vector =
        new FeatureVector(
            symbol,
            start,
            start + Walk.DAY,
            values,
            List.of(),
            0,
            "vfr.prices",
            0,
            bar,
            Double.NaN,
            Double.NaN,
            start,
            close,
            start - Walk.DAY,
            100,
            Double.NaN,
            true,
            null);
    requireNonNull(features).forward(new Record<>(symbol, vector, start));
  }
}
