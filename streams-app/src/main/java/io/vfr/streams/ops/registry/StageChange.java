package io.vfr.streams.ops.registry;

import io.vfr.schemas.ModelRegistration;
import io.vfr.schemas.ModelStage;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What a change of stage writes, given what the registry says: at most one registration per
 * version, none if all is so already. The new champion comes first, so that at no time a model has
 * none.
 *
 * @param changedBy who changes it
 * @param now when, epoch milliseconds
 * @param reason why; null if nothing was said
 */
record StageChange(String changedBy, long now, @Nullable String reason) {

  /**
   * Makes a version the champion. The one that it replaces stays on as a shadow.
   *
   * @param unregistered a version that served until now without the registry calling it champion;
   *     the predecessor if the registry has no champion
   */
  List<ModelRegistration> promote(
      RegistryState state, String id, String version, Optional<String> unregistered) {
    ModelRegistration promoted = find(state, id, version, "publish it first");
    Optional<ModelRegistration> champion =
        state.champion(id).map(RegistryState.Entry::registration);
    if (champion.isPresent() && champion.get().version().equals(version)) {
      return List.of();
    }
    String predecessor =
        champion
            .map(ModelRegistration::version)
            .or(() -> unregistered.filter(other -> !other.equals(version)))
            .orElse(null);
    return replaced(state, with(promoted, ModelStage.CHAMPION, predecessor), ModelStage.SHADOW);
  }

  /** Makes the champion's predecessor champion again and retires the champion. */
  List<ModelRegistration> rollback(RegistryState state, String id) {
    ModelRegistration champion =
        state
            .champion(id)
            .map(RegistryState.Entry::registration)
            .orElseThrow(() ->
                new RegistryException(
                    state.versions(id).isEmpty()
                        ? unknown(state, id, "publish one first")
                        : "there is nothing to roll back: no version of "
                            + id
                            + " is champion; there are "
                            + described(state, id)));
    String predecessor = champion.predecessor();
    if (predecessor == null) {
      throw new RegistryException(
          champion.key()
              + " has no predecessor to go back to: it replaced no registered version. There are "
              + described(state, id));
    }
    ModelRegistration restored = find(state, id, predecessor, "promote another one");
    if (restored.stage() == ModelStage.RETIRED) {
      throw new RegistryException(
          "the predecessor of "
              + champion.key()
              + ", "
              + restored.key()
              + ", is retired; promote it if it is wanted all the same. There are "
              + described(state, id));
    }
    // Its own predecessor stays, so that a second rollback goes back one further.
    return replaced(
        state, with(restored, ModelStage.CHAMPION, restored.predecessor()), ModelStage.RETIRED);
  }

  /** Makes a version a shadow. */
  List<ModelRegistration> shadow(RegistryState state, String id, String version) {
    ModelRegistration found = find(state, id, version, "publish it first");
    if (isChampion(state, found)) {
      throw new RegistryException(
          found.key()
              + " is the champion; promote or roll back to another version, which makes this one a"
              + " shadow, or retire it");
    }
    return stay(found, ModelStage.SHADOW);
  }

  /** Retires a version. */
  List<ModelRegistration> retire(RegistryState state, String id, String version) {
    return stay(find(state, id, version, "there is nothing to retire"), ModelStage.RETIRED);
  }

  private List<ModelRegistration> stay(ModelRegistration found, ModelStage stage) {
    return found.stage() == stage ? List.of() : List.of(with(found, stage, found.predecessor()));
  }

  /** The new champion, then every version that was called so before in its new stage. */
  private List<ModelRegistration> replaced(
      RegistryState state, ModelRegistration champion, ModelStage others) {
    List<ModelRegistration> changes = new ArrayList<>();
    changes.add(champion);
    for (RegistryState.Entry entry : state.versions(champion.id())) {
      ModelRegistration other = entry.registration();
      if (entry.is(ModelStage.CHAMPION) && !other.version().equals(champion.version())) {
        changes.add(with(other, others, other.predecessor()));
      }
    }
    return changes;
  }

  private static boolean isChampion(RegistryState state, ModelRegistration registration) {
    return state
        .champion(registration.id())
        .filter(entry -> entry.registration().version().equals(registration.version()))
        .isPresent();
  }

  private ModelRegistration with(
      ModelRegistration was, ModelStage stage, @Nullable String predecessor) {
    return new ModelRegistration(
        was.id(),
        was.version(),
        stage,
        was.digest(),
        was.bytes(),
        was.chunks(),
        was.registeredAt(),
        now,
        changedBy,
        was.artifactOffset(),
        predecessor,
        reason);
  }

  private static ModelRegistration find(
      RegistryState state, String id, String version, String advice) {
    return state
        .find(id, version)
        .map(RegistryState.Entry::registration)
        .orElseThrow(() ->
            new RegistryException(
                state.versions(id).isEmpty()
                    ? unknown(state, id, advice)
                    : id
                        + "@"
                        + version
                        + " was never published; "
                        + advice
                        + ". There are "
                        + described(state, id)));
  }

  private static String unknown(RegistryState state, String id, String advice) {
    return "no version of "
        + id
        + " was ever published; "
        + advice
        + ". "
        + (state.ids().isEmpty()
            ? "The registry is empty"
            : "There are versions of " + String.join(", ", state.ids()));
  }

  private static String described(RegistryState state, String id) {
    return String.join(
        ", ",
        state.versions(id).stream()
            .map(entry ->
                entry.registration().version() + " (" + entry.registration().stage().wire() + ")")
            .toList());
  }
}
