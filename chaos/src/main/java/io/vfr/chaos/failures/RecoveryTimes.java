package io.vfr.chaos.failures;

import io.vfr.chaos.harness.Recovery;
import io.vfr.chaos.harness.Verdict;
import io.vfr.chaos.oracle.Audit.Outage;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** When something failed in a run, and how long predictions stayed away each time. */
final class RecoveryTimes {
  private final List<Outage> failures = new ArrayList<>();
  private final List<Long> affectedMillis = new ArrayList<>();
  private final List<Long> worstMillis = new ArrayList<>();

  /** When something failed, and until when. */
  List<Outage> failures() {
    return List.copyOf(failures);
  }

  /**
   * Takes the times of a recovery.
   *
   * @param affected symbols whose times are told apart from the others'
   * @return them in words
   */
  String add(Recovery recovery, Set<String> affected) {
    Map<String, Long> millis = recovery.millis();
    List<Long> all = List.copyOf(millis.values());
    List<Long> theirs =
        millis.entrySet().stream()
            .filter(entry -> affected.contains(entry.getKey()))
            .map(Map.Entry::getValue)
            .toList();
    affectedMillis.addAll(theirs);
    long worst = Recovery.percentile(all, 100);
    worstMillis.add(worst);
    failures.add(new Outage(recovery.failedAtMillis(), recovery.failedAtMillis() + worst));
    return theirs.size()
        + " affected symbols after p50 "
        + Recovery.percentile(theirs, 50)
        + ", at most "
        + Recovery.percentile(theirs, 100)
        + " ms; all "
        + all.size()
        + " after p50 "
        + Recovery.percentile(all, 50)
        + ", at most "
        + worst
        + " ms";
  }

  /**
   * Tells a verdict.
   *
   * @param secondsMax longest time that any symbol may be without predictions; 0 only measures
   */
  void tell(Verdict verdict, int secondsMax) {
    double worst = seconds(worstMillis, 100);
    verdict.figure("failures", failures.size());
    verdict.figure("affectedSymbolTimes", affectedMillis.size());
    verdict.figure("recoverySecondsP50", seconds(affectedMillis, 50));
    verdict.figure("recoverySecondsMax", seconds(affectedMillis, 100));
    verdict.figure("lastSymbolSecondsP50", seconds(worstMillis, 50));
    verdict.figure("lastSymbolSecondsMax", worst);
    verdict.breachIf(
        secondsMax > 0 && worst > secondsMax, "a symbol had no prediction for " + worst + " s");
  }

  private static double seconds(List<Long> millis, double percentile) {
    return Recovery.percentile(millis, percentile) / 1000.0;
  }
}
