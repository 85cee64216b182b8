package io.vfr.chaos.failures;

import io.vfr.chaos.harness.Series;
import io.vfr.chaos.harness.Series.Plateau;
import io.vfr.chaos.harness.Verdict;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The judgement over what was measured in a soak: what an instance takes must not grow any more
 * once it is warm, and what it has not done yet must stay about as little.
 *
 * <p>The median of the last quarter is held against that of the second one; the first is warm-up.
 */
final class SoakJudge {
  /** In a shorter run the second quarter is warm-up too: caches fill and code is compiled. */
  static final Duration PLATEAU_MIN = Duration.ofMinutes(10);

  private static final double RESIDENT_GROWTH_MAX = 0.05;
  private static final double FILES_GROWTH_MAX = 0.25;
  private static final long THREADS_MORE = 8;
  private static final int LAG_SECONDS_MAX = 10;

  private final Verdict verdict;
  private final int rate;
  private final boolean warm;

  /**
   * A judge of one run.
   *
   * @param rate events a second
   * @param lasted how long it was measured
   */
  SoakJudge(Verdict verdict, int rate, Duration lasted) {
    this.verdict = verdict;
    this.rate = rate;
    warm = lasted.compareTo(PLATEAU_MIN) >= 0;
    verdict.figure("soakSeconds", lasted.toSeconds());
    verdict.figure("growthJudged", warm);
  }

  /** Judges what instances take. */
  void judge(Map<Integer, SoakProbe> probes) {
    Map<String, Map<Integer, List<Long>>> tenths = new LinkedHashMap<>();
    probes.forEach((instance, probe) -> {
      tell(tenths, "residentMegabytes", instance, probe.resident(), 20);
      tell(tenths, "rocksDbMegabytes", instance, probe.rocksDb(), 20);
      tell(tenths, "liveHeapMegabytes", instance, probe.liveHeap(), 20);
      tell(tenths, "threads", instance, probe.threads(), 0);
      tell(tenths, "openFiles", instance, probe.openFiles(), 0);
    });
    tenths.forEach((name, values) -> verdict.figure(name + "ByTenths", values));
    probes.forEach(
        (instance, probe) -> judge(instance, probe.resident(), probe.threads(), probe.openFiles()));
  }

  private static void tell(
      Map<String, Map<Integer, List<Long>>> tenths,
      String name,
      int instance,
      Series series,
      int shift) {
    tenths
        .computeIfAbsent(name, key -> new LinkedHashMap<>())
        .put(instance, series.tenths().stream().map(value -> value >> shift).toList());
  }

  void judge(int instance, Series residentBytes, Series threads, Series openFiles) {
    if (residentBytes.size() < 4 || threads.size() < 4 || openFiles.size() < 4) {
      verdict.breach("instance " + instance + " was not measured: is there a /proc?");
      return;
    }
    Plateau resident = residentBytes.plateau();
    verdict.figure("residentGrowthPercent" + instance, percent(resident));
    if (warm) {
      breachUnlessFlat(instance, "resident bytes", resident, RESIDENT_GROWTH_MAX, Long.MAX_VALUE);
      breachUnlessFlat(
          instance, "open files", openFiles.plateau(), FILES_GROWTH_MAX, Long.MAX_VALUE);
      breachUnlessFlat(instance, "threads", threads.plateau(), Double.MAX_VALUE, THREADS_MORE + 1);
    }
  }

  private void breachUnlessFlat(
      int instance, String what, Plateau plateau, double shareMax, long growthMax) {
    verdict.breachIf(
        !plateau.isFlat(shareMax, growthMax),
        "instance "
            + instance
            + " has "
            + plateau.late()
            + " "
            + what
            + " in the last quarter, after "
            + plateau.early()
            + " in the second");
  }

  private static double percent(Plateau plateau) {
    return Math.round(1000.0 * plateau.growth() / plateau.early()) / 10.0;
  }

  /** Judges the records that were not committed yet: ten seconds' worth at most, and not more. */
  void judgeLag(Series lag) {
    if (lag.size() < 4) {
      verdict.breach("the lag was not measured");
      return;
    }
    verdict.figure("lagByTenths", lag.tenths());
    long p99 = lag.percentile(99);
    verdict.figure("lagP99", p99);
    verdict.breachIf(
        p99 > (long) rate * LAG_SECONDS_MAX,
        "the lag was " + p99 + " records (p99), more than " + LAG_SECONDS_MAX + " s of the load");
    Plateau plateau = lag.plateau();
    // Commits cut the load into pieces: the lag jumps by a piece, and less than a second of it.
    verdict.breachIf(
        plateau.growth() > rate,
        "the lag grows: from "
            + plateau.early()
            + " records in the second quarter to "
            + plateau.late()
            + " in the last");
  }
}
