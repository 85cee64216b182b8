package io.vfr.streams.ops.figures;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What the figures of a group say of its performance, and what to do about what they say. Figures
 * that are null were not measured.
 *
 * @param at when the figures were taken, epoch milliseconds
 * @param predictionsPerSecond since each instance started, all instances
 * @param p95Millis of the slowest instance, the last half minute; p50Millis and p99Millis likewise
 * @param inferenceMillisMax the longest batch of the last ten seconds of any instance
 * @param featuresMillisMean mean time of a feature update, of the slowest instance
 * @param residentBytesMax memory of the largest instance
 * @param cacheBytesMax memory of the models of the instance with most
 * @param hitRatioMin of the model cache with the worst
 * @param lag records that are still to be read
 * @param unaccounted records that an instance has read of a topic and of which nothing is known,
 *     the most of any; a few are under way, more are lost
 * @param cluster the figures behind it
 */
@JsonIgnoreProperties(ignoreUnknown = true)
@JsonInclude(JsonInclude.Include.NON_NULL)
public record PerformanceReport(
    long at,
    long predictions,
    double predictionsPerSecond,
    double degradedShare,
    @Nullable Double p50Millis,
    @Nullable Double p95Millis,
    @Nullable Double p99Millis,
    @Nullable Double inferenceMillisMax,
    @Nullable Double featuresMillisMean,
    @Nullable Long residentBytesMax,
    long cacheBytesMax,
    double hitRatioMin,
    long lag,
    long unaccounted,
    Map<String, Long> deadLetters,
    List<Recommendation> recommendations,
    ClusterFigures cluster) {
  private static final double P95_MILLIS = 100;
  private static final double INFERENCE_MILLIS = 50;
  private static final double HIT_RATIO = 0.85;
  private static final long RESIDENT_BYTES = 2L << 30;
  private static final double DEGRADED_SHARE = 0.05;
  private static final double DEAD_LETTER_SHARE = 0.01;
  private static final long LAG = 10_000;

  /** Records that may be between being counted as read and as what became of them. */
  private static final long UNDER_WAY_MAX = 64;

  /**
   * Something to do.
   *
   * @param finding what was seen, with its figure and the limit that it crossed
   * @param advice what helps
   */
  public record Recommendation(String finding, String advice) {}

  /** Whether every record that was read is known to have become something. */
  @JsonIgnore
  public boolean accounted() {
    return unaccounted <= UNDER_WAY_MAX;
  }

  /** The report of a group. */
  public static PerformanceReport of(ClusterFigures cluster) {
    List<InstanceFigures> all = cluster.instances();
    long predictions = all.stream().mapToLong(InstanceFigures::predictions).sum();
    long degraded = all.stream().mapToLong(InstanceFigures::degraded).sum();
    Map<String, Long> letters = new TreeMap<>();
    all.forEach(
        each -> each.deadLetters().forEach((code, count) -> letters.merge(code, count, Long::sum)));
    PerformanceReport figures =
        new PerformanceReport(
            cluster.at(),
            predictions,
            all.stream().mapToDouble(PerformanceReport::rate).sum(),
            predictions == 0 ? 0 : (double) degraded / predictions,
            worst(all, each -> each.latency().p50Millis()),
            worst(all, each -> each.latency().p95Millis()),
            worst(all, each -> each.latency().p99Millis()),
            worst(all, each -> each.scoring().maxMillis()),
            worst(all, each -> each.features().meanMillis()),
            known(all, each -> each.memory().resident()).max(Long::compare).orElse(null),
            all.stream().mapToLong(each -> each.cache().bytes()).max().orElse(0),
            all.stream().mapToDouble(each -> each.cache().hitRatio()).min().orElse(1),
            all.stream()
                .flatMap(each -> each.lag().values().stream())
                .mapToLong(Long::longValue)
                .sum(),
            all.stream()
                .flatMap(each -> each.topics().values().stream())
                .mapToLong(InstanceFigures.TopicCounts::unaccounted)
                .max()
                .orElse(0),
            letters,
            List.of(),
            cluster);
    return figures.with(recommendations(figures));
  }

  private static double rate(InstanceFigures instance) {
    double seconds = (instance.at() - instance.startedAt()) / 1000.0;
    return seconds <= 0 ? 0 : instance.predictions() / seconds;
  }

  private static <T> Stream<T> known(
      List<InstanceFigures> all, Function<InstanceFigures, @Nullable T> figure) {
    return all.stream()
        .<@Nullable T>map(figure)
        .filter(Objects::nonNull)
        .map(Objects::requireNonNull);
  }

  private static @Nullable Double worst(
      List<InstanceFigures> all, Function<InstanceFigures, @Nullable Double> figure) {
    return known(all, figure).max(Double::compare).orElse(null);
  }

  private PerformanceReport with(List<Recommendation> found) {
    return new PerformanceReport(
        at,
        predictions,
        predictionsPerSecond,
        degradedShare,
        p50Millis,
        p95Millis,
        p99Millis,
        inferenceMillisMax,
        featuresMillisMean,
        residentBytesMax,
        cacheBytesMax,
        hitRatioMin,
        lag,
        unaccounted,
        deadLetters,
        List.copyOf(found),
        cluster);
  }

  private static List<Recommendation> recommendations(PerformanceReport r) {
    List<Recommendation> found = new ArrayList<>();
    above(
        found,
        r.p95Millis,
        P95_MILLIS,
        "the 95th percentile of latency is %.0f ms, above %.0f ms",
        "commits bound it under exactly-once: shorten processing.commit-interval, or take"
            + " processing.profile=low-latency; if lag grows too, add instances");
    above(
        found,
        r.inferenceMillisMax,
        INFERENCE_MILLIS,
        "a batch took %.0f ms to score, above %.0f ms",
        "fewer models at a time (models.active), or smaller batches (scoring.batch-rows-max)");
    if (r.hitRatioMin < HIT_RATIO) {
      add(
          found,
          "the model cache meets %.0f %% of the requests, below %.0f %%",
          "raise models.cache-models-max or models.cache-bytes-max, or retire versions",
          100 * r.hitRatioMin,
          100 * HIT_RATIO);
    }
    if (r.residentBytesMax != null && r.residentBytesMax > RESIDENT_BYTES) {
      add(
          found,
          "an instance takes %.0f MiB, above %.0f MiB",
          "a smaller heap (-Xmx), fewer features.hot-symbols, or more instances",
          r.residentBytesMax / 0x1p20,
          RESIDENT_BYTES / 0x1p20);
    }
    if (r.degradedShare > DEGRADED_SHARE) {
      add(
          found,
          "%.1f %% of the predictions are degraded, above %.0f %%",
          "degradedReasons of vfr.predictions say why; WARMING_UP passes by itself",
          100 * r.degradedShare,
          100 * DEGRADED_SHARE);
    }
    if (r.lag > LAG) {
      add(
          found,
          "%,d records are still to be read, above %,d",
          "add instances, at most one a partition, or stream threads (streams.threads), at most one"
              + " a core",
          r.lag,
          LAG);
    }
    aboutRecords(found, r);
    aboutInstances(found, r.cluster);
    return found;
  }

  private static void aboutRecords(List<Recommendation> found, PerformanceReport r) {
    long letters = r.deadLetters.values().stream().mapToLong(Long::longValue).sum();
    long in = 0;
    for (InstanceFigures instance : r.cluster.instances()) {
      for (Map.Entry<String, InstanceFigures.TopicCounts> each : instance.topics().entrySet()) {
        InstanceFigures.TopicCounts counts = each.getValue();
        in += counts.in();
        if (counts.unaccounted() > UNDER_WAY_MAX) {
          add(
              found,
              "%s has read %,d records of %s of which nothing is known",
              "this is a bug: keep the topics and the log, and report it",
              instance.instance(),
              counts.unaccounted(),
              each.getKey());
        }
      }
    }
    if (letters > DEAD_LETTER_SHARE * in) {
      add(
          found,
          "%,d of %,d records were refused, above %.0f %%",
          "vfr dead-letters list shows them with their reasons, vfr dead-letters redrive sends what"
              + " was mended again",
          letters,
          in,
          100 * DEAD_LETTER_SHARE);
    }
  }

  private static void aboutInstances(List<Recommendation> found, ClusterFigures cluster) {
    for (String silent : cluster.silent()) {
      add(
          found,
          "%s does not answer",
          "see whether it runs, and whether http.advertised is where the others reach it",
          silent);
    }
    boolean replicas = false;
    for (InstanceFigures instance : cluster.instances()) {
      replicas |= !instance.standbys().isEmpty();
      if (instance.partitions().isEmpty() && instance.state().equals("RUNNING")) {
        add(
            found,
            "%s has no partition",
            "more instances than partitions help nothing; stop some",
            instance.address());
      }
      if (instance.memory().shedding()) {
        add(
            found,
            "%s sheds load: its heap is short",
            "a larger heap (-Xmx), fewer features.hot-symbols, or more instances",
            instance.address());
      }
    }
    if (cluster.instances().size() > 1 && !replicas) {
      add(
          found,
          "no instance keeps a replica of another's state",
          "streams.standby=1 makes a failover short");
    }
  }

  private static void above(
      List<Recommendation> found,
      @Nullable Double figure,
      double limit,
      String finding,
      String advice) {
    if (figure != null && figure > limit) {
      add(found, finding, advice, figure, limit);
    }
  }

  private static void add(
      List<Recommendation> found, String finding, String advice, Object... figures) {
    found.add(new Recommendation(String.format(Locale.ROOT, finding, figures), advice));
  }
}
