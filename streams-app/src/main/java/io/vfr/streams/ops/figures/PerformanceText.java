package io.vfr.streams.ops.figures;

import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A performance report for people. */
public final class PerformanceText {
  private static final String ROW = "%-34s %s%n";

  private PerformanceText() {}

  /** The report, some lines. */
  public static String of(PerformanceReport r) {
    StringBuilder text = new StringBuilder();
    row(text, "as of", Instant.ofEpochMilli(r.at()).toString());
    row(
        text,
        "predictions",
        String.format(
            Locale.ROOT,
            "%,d, %.1f a second since the start, %.1f %% degraded",
            r.predictions(),
            r.predictionsPerSecond(),
            100 * r.degradedShare()));
    row(
        text,
        "latency, the last half minute",
        "p50 "
            + millis(r.p50Millis())
            + ", p95 "
            + millis(r.p95Millis())
            + ", p99 "
            + millis(r.p99Millis()));
    row(text, "longest batch, the last ten seconds", millis(r.inferenceMillisMax()));
    row(text, "feature update, mean", millis(r.featuresMillisMean()));
    row(
        text,
        "memory of the largest instance",
        r.residentBytesMax() == null ? "–" : mebibytes(r.residentBytesMax()));
    row(
        text,
        "models in memory",
        mebibytes(r.cacheBytesMax())
            + String.format(Locale.ROOT, ", hit ratio %.3f", r.hitRatioMin()));
    row(text, "records still to be read", String.format(Locale.ROOT, "%,d", r.lag()));
    row(text, "refused records", letters(r.deadLetters()));
    instances(text, r.cluster());
    text.append(System.lineSeparator());
    if (r.recommendations().isEmpty()) {
      text.append("Nothing to recommend.").append(System.lineSeparator());
    }
    for (PerformanceReport.Recommendation each : r.recommendations()) {
      text.append("- ").append(each.finding()).append(": ").append(each.advice());
      text.append(System.lineSeparator());
    }
    return text.toString();
  }

  private static void instances(StringBuilder text, ClusterFigures cluster) {
    for (InstanceFigures each : cluster.instances()) {
      row(
          text,
          "instance " + each.address(),
          String.format(
              Locale.ROOT,
              "%s, partitions %s, %,d predictions, up for %s",
              each.state(),
              each.partitions(),
              each.predictions(),
              Duration.ofSeconds((each.at() - each.startedAt()) / 1000)));
    }
    cluster.silent().forEach(silent -> row(text, "instance " + silent, "does not answer"));
  }

  private static String letters(Map<String, Long> counts) {
    return counts.isEmpty() ? "none" : counts.toString();
  }

  private static void row(StringBuilder text, String name, String value) {
    text.append(String.format(Locale.ROOT, ROW, name, value));
  }

  private static String millis(@Nullable Double value) {
    return value == null ? "–" : String.format(Locale.ROOT, "%.2f ms", value);
  }

  private static String mebibytes(long bytes) {
    return String.format(Locale.ROOT, "%.0f MiB", bytes / 0x1p20);
  }
}
