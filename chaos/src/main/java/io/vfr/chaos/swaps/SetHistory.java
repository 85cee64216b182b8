package io.vfr.chaos.swaps;

import io.vfr.chaos.oracle.Version;
import io.vfr.schemas.ModelRegistration;
import io.vfr.schemas.ModelStage;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * Which sets of champions there may be, one after the other, by the records of {@code vfr.models}:
 * of each model the good version that was promoted last, or what it replaced. Written without the
 * application's own code. Not thread-safe.
 */
final class SetHistory {
  private final Map<String, Version> shipped;
  private final Set<String> badKeys = new HashSet<>();
  private final Map<String, Registered> registry = new HashMap<>();
  private final List<String> sets = new ArrayList<>();

  private record Registered(ModelRegistration registration, long offset) {}

  SetHistory(Map<String, Version> shipped) {
    this.shipped = Map.copyOf(shipped);
    sets.add(ModelNames.set(champions()));
  }

  /** Says that a version must never serve; before it is registered. */
  void bad(String key) {
    badKeys.add(key);
  }

  /** Takes the next record. */
  void registered(ModelRegistration registration, long offset) {
    registry.put(registration.key(), new Registered(registration, offset));
    String set = ModelNames.set(champions());
    if (!sets.getLast().equals(set)) {
      sets.add(set);
    }
  }

  private Map<String, String> champions() {
    Map<String, String> champions = new TreeMap<>();
    shipped.forEach((id, version) ->
        champions.put(id, champion(id).orElse(version.version() + ":" + version.digest())));
    return champions;
  }

  private Optional<String> champion(String id) {
    Registered candidate = null;
    for (Registered each : registry.values()) {
      if (each.registration().id().equals(id)
          && each.registration().stage() == ModelStage.CHAMPION
          && (candidate == null || each.offset() > candidate.offset())) {
        candidate = each;
      }
    }
    while (candidate != null
        && (badKeys.contains(candidate.registration().key())
            || candidate.registration().stage() == ModelStage.RETIRED)) {
      candidate = registry.get(id + "@" + candidate.registration().predecessor());
    }
    return Optional.ofNullable(candidate)
        .map(Registered::registration)
        .map(champion -> champion.version() + ":" + champion.digest());
  }

  /** Every set, in the order in which they came to be; some may come again. */
  List<String> sets() {
    return List.copyOf(sets);
  }

  /**
   * How many of these sets, those of one partition's predictions in order, are no set of the
   * history at or behind the one before.
   */
  int outOfOrder(List<String> seen) {
    int at = 0;
    int wrong = 0;
    for (String set : seen) {
      int next = sets.subList(at, sets.size()).indexOf(set);
      if (next < 0) {
        wrong++;
      } else {
        at += next;
      }
    }
    return wrong;
  }
}
