package io.vfr.streams.ops.registry;

import io.vfr.models.registry.ModelRole;
import io.vfr.models.registry.Rejection;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;

/** Remembers what it is told of models. */
final class RecordedEvents implements ModelEvents {
  private final List<String> inUse = new CopyOnWriteArrayList<>();
  private final List<Rejection> refused = new CopyOnWriteArrayList<>();
  private final List<Rejection> cleared = new CopyOnWriteArrayList<>();

  @Override
  public void inUse(ModelRef model, ModelRole role, Optional<String> caveat) {
    inUse.add(model.key() + " " + role);
  }

  @Override
  public void refused(Rejection rejection) {
    refused.add(rejection);
  }

  @Override
  public void cleared(Rejection rejection) {
    cleared.add(rejection);
  }

  /** Versions and roles, e.g. {@code alpha@1.0.0 CHAMPION}. */
  List<String> inUse() {
    return inUse;
  }

  List<Rejection> refused() {
    return refused;
  }

  List<Rejection> cleared() {
    return cleared;
  }
}
