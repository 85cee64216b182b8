package io.vfr.chaos.swaps;

import io.vfr.chaos.harness.Instance;
import io.vfr.chaos.harness.Ledger;
import io.vfr.chaos.harness.MemorySampler;
import io.vfr.chaos.harness.PriceLoad;
import io.vfr.chaos.harness.Series;
import io.vfr.chaos.harness.Verdict;
import io.vfr.chaos.oracle.OutputCheck;
import io.vfr.models.load.ModelRejectedException;
import io.vfr.schemas.AlertType;
import io.vfr.streams.config.AppConfig;
import io.vfr.streams.config.ConfigLoader;
import io.vfr.streams.ops.TopicSetup;
import io.vfr.streams.ops.broker.EmbeddedKafka;
import io.vfr.streams.ops.registry.RegistryPublisher;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.IntStream;

/**
 * Swaps models under load: no prediction is lost or doubled, each names a set of models that was
 * whole and in its turn, each bad version is refused for its reason, and memory does not grow.
 */
final class SwapsScenario {
  static final String QUIET = "quiet";
  static final String SWAPS = "swaps";

  private static final int PARTITIONS = 4;
  private static final int THREADS = 2;
  private static final int CACHE_MODELS_MAX = 10;
  private static final int HEAP_MEGABYTES = 512;
  private static final int SAMPLED_SYMBOLS = 8;
  private static final Duration START_TIMEOUT = Duration.ofSeconds(120);
  private static final Duration DRAIN_PATIENCE = Duration.ofSeconds(60);
  private static final Duration FREE_TIMEOUT = Duration.ofSeconds(30);
  private static final long TOLD_EVERY_NANOS = Duration.ofSeconds(10).toNanos();

  /** A rate that is missed by more is no load as stated. */
  private static final double RATE_SHARE_MIN = 0.95;

  /** Fewer swaps are too soon over for memory to have come to rest. */
  private static final int SWAPS_FOR_PLATEAU_MIN = 100;

  private static final double GROWTH_SHARE_MAX = 0.1;
  private static final long GROWTH_BYTES_MAX = 64L << 20;
  private static final int BREACHES_TOLD_MAX = 5;

  /**
   * What to run.
   *
   * @param rate ticks a second
   * @param historyBars daily bars of every symbol before the ticks
   * @param quiet how long ticks are sent before the first swap
   * @param models directory of the shipped models
   * @param dir where broker, instance and models keep their files
   */
  record Options(
      long seed,
      int swaps,
      int rate,
      int symbols,
      int historyBars,
      Duration quiet,
      Path models,
      Path dir) {}

  private final Options options;
  private final Consumer<String> say;
  private final Verdict verdict = new Verdict("swaps");
  private final Ledger ledger = new Ledger(PARTITIONS);
  private int rollbacks;

  SwapsScenario(Options options, Consumer<String> say) {
    this.options = options;
    this.say = say;
  }

  /** Runs it. */
  Verdict run() throws IOException, InterruptedException, ModelRejectedException {
    long began = System.nanoTime();
    verdict.figure("seed", options.seed());
    try (EmbeddedKafka kafka =
            EmbeddedKafka.start(EmbeddedKafka.Options.in(options.dir().resolve("broker")));
        ModelForge forge = new ModelForge(options.models(), options.dir().resolve("versions"))) {
      AppConfig config = config(kafka.bootstrapServers());
      TopicSetup.createMissing(config, PARTITIONS, say, () -> false);
      try (Instance instance =
              Instance.start(
                  options.dir(), "instance", HEAP_MEGABYTES, settings(kafka.bootstrapServers()));
          SwapOutputs outputs =
              new SwapOutputs(
                  kafka.bootstrapServers(),
                  ledger,
                  forge.shipped(),
                  IntStream.range(0, Math.min(SAMPLED_SYMBOLS, options.symbols()))
                      .mapToObj(PriceLoad::symbol)
                      .toList());
          PriceLoad load =
              new PriceLoad(kafka.bootstrapServers(), ledger, options.symbols(), options.seed())) {
        play(kafka.bootstrapServers(), config, forge, instance, outputs, load);
        outputs.close();
        judge(outputs);
      }
    }
    verdict.figure("seconds", (System.nanoTime() - began) / 1_000_000_000);
    return verdict;
  }

  private Map<String, String> settings(String bootstrapServers) {
    return Map.of(
        "bootstrap.servers",
        bootstrapServers,
        "models.dir",
        options.models().toString(),
        "features.emit",
        "true",
        "models.cache-models-max",
        Integer.toString(CACHE_MODELS_MAX),
        "streams.threads",
        Integer.toString(THREADS));
  }

  private AppConfig config(String bootstrapServers) {
    return ConfigLoader.load(
            ConfigLoader.Sources.ofArguments(
                "bootstrap.servers=" + bootstrapServers, "models.dir=" + options.models()))
        .config();
  }

  private void play(
      String bootstrapServers,
      AppConfig config,
      ModelForge forge,
      Instance instance,
      SwapOutputs outputs,
      PriceLoad load)
      throws IOException, InterruptedException, ModelRejectedException {
    instance.awaitReady(START_TIMEOUT);
    say.accept("instance is ready, process " + instance.pid());
    load.history(options.historyBars());
    say.accept("history is predicted, " + ledger.sentCount() + " bars");
    outputs.phase(QUIET);
    load.start(options.rate());
    Thread.sleep(options.quiet());
    outputs.phase(SWAPS);
    long sentBefore = ledger.sentCount();
    long began = System.nanoTime();
    try (RegistryPublisher publisher =
            RegistryPublisher.connect(config, InstantSource.system(), "chaos");
        RawRegistry raw = new RawRegistry(bootstrapServers);
        MemorySampler memory = new MemorySampler(instance.pid())) {
      Swapper swapper = new Swapper(forge, publisher, raw, outputs, instance::isAlive);
      swap(swapper, instance);
      double seconds = (System.nanoTime() - began) / 1e9;
      double rate = (ledger.sentCount() - sentBefore) / seconds;
      tellSwaps(swapper, outputs, seconds, rate);
      judge(memory.series());
      load.stop();
      drain();
      judgeCache(instance, swapper);
    }
    boolean died = !instance.isAlive();
    int exitCode = instance.stop();
    verdict.breachIf(
        died || exitCode != 0,
        "the instance ended "
            + (died ? "by itself " : "")
            + "with "
            + exitCode
            + ": "
            + instance.lastErrors());
  }

  private void swap(Swapper swapper, Instance instance)
      throws IOException, InterruptedException, ModelRejectedException {
    SwapPlan plan = SwapPlan.of(options.seed(), options.swaps(), List.copyOf(ids()));
    long told = System.nanoTime();
    int done = 0;
    for (List<SwapPlan.Swap> round : plan.rounds()) {
      List<String> missing = swapper.round(round);
      missing.forEach(verdict::breach);
      done += round.size();
      if (!instance.isAlive() || !missing.isEmpty()) {
        verdict.breach("given up after " + done + " swaps of " + plan.size());
        return;
      }
      if (System.nanoTime() - told > TOLD_EVERY_NANOS) {
        told = System.nanoTime();
        say.accept(done + " of " + plan.size() + " swaps, " + ledger.sentCount() + " events");
      }
    }
  }

  private List<String> ids() throws IOException {
    try (var list = Files.list(options.models())) {
      return list.filter(Files::isDirectory)
          .map(path -> String.valueOf(path.getFileName()))
          .sorted()
          .toList();
    }
  }

  private void tellSwaps(Swapper swapper, SwapOutputs outputs, double seconds, double rate) {
    verdict.figure(
        "swaps",
        swapper.good() + swapper.rollbacks() + swapper.bad() + " in " + Math.round(seconds) + " s");
    verdict.figure("swapsGood", swapper.good());
    rollbacks = swapper.rollbacks();
    verdict.figure("swapsRollback", rollbacks);
    verdict.figure("swapsBad", swapper.bad());
    verdict.figure("swapMillisP50", swapper.millisToPrediction(50));
    verdict.figure("swapMillisP99", swapper.millisToPrediction(99));
    verdict.figure("rateAsked", options.rate());
    verdict.figure("rateReached", Math.round(rate));
    verdict.breachIf(
        rate < RATE_SHARE_MIN * options.rate(),
        "only " + Math.round(rate) + " events/s were sent, " + options.rate() + " were asked for");
    for (String phase : List.of(QUIET, SWAPS)) {
      verdict.figure(
          phase + "LatencyMillisP50P99",
          outputs.look(() ->
              outputs.predictions().latencyMillis(phase, 50)
                  + " / "
                  + outputs.predictions().latencyMillis(phase, 99)));
    }
  }

  private void judge(Series series) {
    if (series.size() < 4) {
      verdict.figure("memory", "not measured: there is no /proc here, or too little time");
      return;
    }
    Series.Plateau plateau = series.plateau();
    verdict.figure("rssMiBByTenth", series.tenths().stream().map(bytes -> bytes >> 20).toList());
    verdict.figure("rssSecondQuarterMiB", plateau.early() >> 20);
    verdict.figure("rssLastQuarterMiB", plateau.late() >> 20);
    verdict.breachIf(
        options.swaps() >= SWAPS_FOR_PLATEAU_MIN
            && !plateau.isFlat(GROWTH_SHARE_MAX, GROWTH_BYTES_MAX),
        "memory grew by " + (plateau.growth() >> 20) + " MiB from the second to the last quarter");
  }

  private void drain() throws InterruptedException {
    long began = System.nanoTime();
    boolean drained = ledger.awaitBacklog(0, DRAIN_PATIENCE);
    verdict.figure("drainMillis", (System.nanoTime() - began) / 1_000_000);
    verdict.breachIf(!drained, ledger.missing() + " predictions did not come");
  }

  /** What is in memory is what serves and what the cache has room for; all else was freed. */
  private void judgeCache(Instance instance, Swapper swapper)
      throws IOException, InterruptedException {
    long end = System.nanoTime() + FREE_TIMEOUT.toNanos();
    Map<String, Double> metrics = instance.isAlive() ? instance.metrics() : Map.of();
    while (instance.isAlive()
        && System.nanoTime() < end
        && metric(metrics, "models") > CACHE_MODELS_MAX) {
      Thread.sleep(Duration.ofMillis(200));
      metrics = instance.metrics();
    }
    double loads = metric(metrics, "loads_total");
    double freed = metric(metrics, "freed_total");
    double models = metric(metrics, "models");
    verdict.figure("modelLoads", (long) loads);
    verdict.figure("modelsFreed", (long) freed);
    verdict.figure("modelsInMemory", (long) models);
    verdict.figure("modelLoadFailures", (long) metric(metrics, "failures_total"));
    verdict.figure("cacheBytesMiB", (long) metric(metrics, "bytes") >> 20);
    verdict.breachIf(
        loads != freed + models || models > CACHE_MODELS_MAX || models < swapper.members(),
        (long) models
            + " models are in memory of "
            + (long) loads
            + " loaded and "
            + (long) freed
            + " freed; "
            + swapper.members()
            + " serve, the cache holds at most "
            + CACHE_MODELS_MAX);
  }

  private static double metric(Map<String, Double> metrics, String name) {
    return metrics.getOrDefault("vfr_model_cache_" + name, Double.NaN);
  }

  private void judge(SwapOutputs outputs) {
    PredictionLog predictions = outputs.predictions();
    verdict.figure("events", ledger.sentCount());
    verdict.figure("predictions", predictions.count());
    verdict.figure("missing", ledger.missing());
    verdict.figure("duplicated", ledger.duplicates());
    verdict.figure("deadLettered", outputs.deadLetters());
    verdict.breachIf(ledger.missing() > 0, ledger.missing() + " events have no prediction");
    verdict.breachIf(ledger.duplicates() > 0, ledger.duplicates() + " predictions came again");
    verdict.breachIf(ledger.unasked() > 0, ledger.unasked() + " predictions of no event");
    verdict.breachIf(outputs.deadLetters() > 0, outputs.deadLetters() + " dead letters");
    judgeSets(predictions, outputs.history());
    judgeRejections(outputs.rejections());
    int failures = outputs.raised(AlertType.MODEL_FAILED);
    verdict.breachIf(failures > 0, failures + " models failed while scoring");
    int rolledBack = outputs.raised(AlertType.MODEL_ROLLED_BACK);
    verdict.breachIf(
        rolledBack != rollbacks,
        rolledBack + " rollbacks were told, " + rollbacks + " were made: who made the others?");
    say.accept("computing " + outputs.samples().size() + " predictions again");
    OutputCheck check = new OutputCheck(outputs.goodByDigest());
    check.run(outputs.samples());
    verdict.figure("outputsRecomputed", check.compared());
    verdict.figure("wrong", check.wrong().size());
    verdict.breachIf(check.compared() == 0, "no output could be computed again");
    verdict.breachIf(check.unchecked() > 0, check.unchecked() + " outputs had no known input");
    check.wrong().stream()
        .limit(BREACHES_TOLD_MAX)
        .forEach(wrong -> verdict.breach("wrong output, " + wrong));
  }

  private void judgeSets(PredictionLog predictions, SetHistory history) {
    List<String> allowed = history.sets();
    long unknown = predictions.sets().stream().filter(set -> !allowed.contains(set)).count();
    int outOfOrder = predictions.setsByPartition().stream().mapToInt(history::outOfOrder).sum();
    verdict.figure("setsAllowed", allowed.size());
    verdict.figure("setsPredictedWith", predictions.sets().size());
    verdict.figure("setsUnknown", unknown);
    verdict.figure("setsOutOfOrder", outOfOrder);
    verdict.figure("degraded", predictions.degraded());
    verdict.breachIf(unknown > 0, unknown + " sets that never were");
    verdict.breachIf(outOfOrder > 0, outOfOrder + " sets came after a later one");
    verdict.breachIf(
        predictions.wrongNames() > 0,
        predictions.wrongNames() + " predictions name other models than their id");
    verdict.breachIf(
        !predictions.unknownModels().isEmpty(),
        "predictions name models that are not good: " + predictions.unknownModels());
    verdict.breachIf(
        predictions.degraded() > 0,
        predictions.degraded() + " predictions are degraded: " + predictions.degradedBy());
  }

  private void judgeRejections(RejectionLog rejections) {
    verdict.figure("refusedByReason", rejections.byFlaw());
    verdict.figure("alerts", rejections.raised());
    rejections.problems().stream().limit(BREACHES_TOLD_MAX).forEach(verdict::breach);
  }
}
