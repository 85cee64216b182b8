package io.vfr.streams.steward;

import io.vfr.streams.scoring.ModelScores.Tally;
import io.vfr.streams.scoring.ModelStanding;
import io.vfr.streams.scoring.ModelStandingJson;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;

/** Each model's standing, and which of them are not told yet. */
final class StandingBook {
  private final StewardStore store;
  private final Decay decay;
  private final Map<String, ModelStanding> standings = new HashMap<>();
  private final Map<String, ModelStanding> untold = new TreeMap<>();

  StandingBook(StewardStore store, Decay decay) {
    this.store = store;
    this.decay = decay;
    store.forEachStanding((model, json) -> standings.put(model, read(json)));
    // What a task before this one had stored but not told yet is told again: the topic is
    // compacted.
    untold.putAll(standings);
  }

  private static ModelStanding read(byte[] json) {
    try {
      return ModelStandingJson.read(json);
    } catch (IOException e) {
      throw new IllegalStateException("the steward's state was written by another release", e);
    }
  }

  void add(Tally tally, long bar) {
    ModelStanding before = standings.getOrDefault(tally.model(), new ModelStanding(0, 0, 0, bar));
    long newest = Math.max(bar, before.barMillis());
    double old = decay.retained(newest - before.barMillis());
    double added = decay.retained(newest - bar);
    ModelStanding after =
        new ModelStanding(
            old * before.outcomes() + added * tally.outcomes(),
            old * before.hits() + added * tally.hits(),
            old * before.loss() + added * tally.loss(),
            newest);
    standings.put(tally.model(), after);
    untold.put(tally.model(), after);
    store.putStanding(tally.model(), ModelStandingJson.write(after));
  }

  /** What has changed since the last call, by model. */
  Map<String, ModelStanding> takeUntold() {
    Map<String, ModelStanding> taken = new TreeMap<>(untold);
    untold.clear();
    return taken;
  }
}
