package io.vfr.chaos.swaps;

import io.vfr.chaos.oracle.Version;
import io.vfr.schemas.Alert;
import io.vfr.schemas.AlertState;
import io.vfr.schemas.AlertType;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** What alerts say of bad versions, and of good ones that should not be spoken of. */
final class RejectionLog {
  private final Map<String, Flaw> flaws = new HashMap<>();
  private final Map<String, List<String>> rejections = new TreeMap<>();
  private final Map<String, Integer> raised = new TreeMap<>();

  /** Says that a version is bad; before it is registered. */
  void expect(Version version, Flaw flaw) {
    flaws.put(version.key(), flaw);
  }

  void add(Alert alert) {
    if (alert.state() != AlertState.RAISED) {
      return;
    }
    raised.merge(alert.type().name(), 1, Integer::sum);
    if (alert.type() == AlertType.MODEL_REJECTED) {
      String[] words = alert.message().split(" ", 3);
      rejections.computeIfAbsent(words[1], key -> new ArrayList<>()).add(alert.message());
    }
  }

  boolean isRejected(Version version) {
    return rejections.containsKey(version.key());
  }

  /** Raised alerts by type. */
  Map<String, Integer> raised() {
    return new TreeMap<>(raised);
  }

  /** How often each kind of flaw was told with its own reason. */
  Map<String, Integer> byFlaw() {
    Map<String, Integer> counts = new TreeMap<>();
    flaws.forEach((key, flaw) -> {
      List<String> messages = rejections.getOrDefault(key, List.of());
      counts.merge(
          flaw + " → " + flaw.reason(),
          (int) messages.stream().filter(flaw::isNamedBy).count(),
          Integer::sum);
    });
    return counts;
  }

  /** Everything that is not one alert for each bad version with its reason, and none else. */
  List<String> problems() {
    List<String> problems = new ArrayList<>();
    new TreeMap<>(flaws)
        .forEach((key, flaw) -> {
          List<String> messages = rejections.getOrDefault(key, List.of());
          if (messages.size() != 1 || !flaw.isNamedBy(messages.getFirst())) {
            problems.add(key + " (" + flaw + ") has the alerts " + messages);
          }
        });
    rejections.forEach((key, messages) -> {
      if (!flaws.containsKey(key)) {
        problems.add("the good " + key + " has the alerts " + messages);
      }
    });
    return problems;
  }
}
