package io.vfr.streams.steward;

import io.vfr.schemas.ModelRegistration;
import io.vfr.schemas.ModelStage;
import io.vfr.streams.scoring.ModelScores;
import io.vfr.streams.scoring.ModelScores.BarScores;
import io.vfr.streams.scoring.ModelScores.RowScores;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/** The promoted models that are watched, one of an id at most. */
final class Probations {
  private final StewardStore store;
  private final double level;
  private final long timeoutMicros;
  private final long intervalMillis;
  private final Map<String, Probation> byId = new TreeMap<>();

  /** Objections that stood at the last check, by id: only what outlives a commit is acted on. */
  private final Map<String, RollbackRequest> objected = new TreeMap<>();

  Probations(StewardStore store, double level, long timeoutMicros, long intervalMillis) {
    this.store = store;
    this.level = level;
    this.timeoutMicros = timeoutMicros;
    this.intervalMillis = intervalMillis;
    store.forEach(
        StewardStore.PROBATIONS,
        (id, json) ->
            byId.put(
                id, new Probation(StewardJson.read(json, Probation.State.class), intervalMillis)));
  }

  /** Begins and ends probations as the registry changes. */
  void registered(RegistryView.Change change, RegistryView registry) {
    ModelRegistration now = change.now();
    if (change.isPromotion() && now != null) {
      begin(now, registry);
      return;
    }
    byId.forEach((id, probation) -> {
      if (change.key().equals(id + "@" + probation.version())
          || (change.isRetired() && change.key().equals(id + "@" + probation.predecessor()))) {
        store.delete(StewardStore.PROBATIONS, id);
      }
    });
    byId.keySet().removeIf(id -> store.get(StewardStore.PROBATIONS, id) == null);
  }

  private void begin(ModelRegistration promoted, RegistryView registry) {
    byId.remove(promoted.id());
    store.delete(StewardStore.PROBATIONS, promoted.id());
    String predecessor = promoted.predecessor();
    boolean comparable =
        predecessor != null
            && registry
                .find(promoted.id(), predecessor)
                .filter(before -> before.stage() != ModelStage.RETIRED)
                .isPresent();
    if (comparable && predecessor != null) {
      Probation.State start =
          Probation.State.start(
              promoted.id(), promoted.version(), predecessor, promoted.changedAt());
      byId.put(promoted.id(), new Probation(start, intervalMillis));
      store.put(StewardStore.PROBATIONS, promoted.id(), StewardJson.write(start));
    }
  }

  /** Takes what one task has learnt. */
  void add(ModelScores scores) {
    byId.forEach((id, probation) -> {
      boolean changed = false;
      for (RowScores rows : scores.rows()) {
        changed |= probation.add(rows);
      }
      for (BarScores bar : scores.bars()) {
        changed |= probation.add(scores.partition(), bar);
      }
      if (changed) {
        store.put(StewardStore.PROBATIONS, id, StewardJson.write(probation.state()));
      }
    });
  }

  /**
   * Asks for the rollbacks that are due: those whose objection stood at the last check as well, a
   * second ago, and so rests on what is committed.
   */
  void check(Rollbacks rollbacks) {
    Map<String, RollbackRequest> now = new TreeMap<>();
    byId.forEach((id, probation) -> {
      String objection = level > 0 ? probation.objection(level, timeoutMicros) : null;
      if (objection != null) {
        RollbackRequest request = probation.request(objection);
        now.put(id, request);
        RollbackRequest before = objected.get(id);
        if (before != null && before.promotedAt() == request.promotedAt()) {
          rollbacks.ask(request);
        }
      }
    });
    objected.clear();
    objected.putAll(now);
  }

  /** Tells the evidence against each promoted model. */
  void forEachEvidence(BiConsumer<String, Double> action) {
    byId.forEach(
        (id, probation) -> action.accept(id + "@" + probation.version(), probation.evidence()));
  }

  /** The probation of a model; for tests. */
  @Nullable Probation of(String id) {
    return byId.get(id);
  }
}
