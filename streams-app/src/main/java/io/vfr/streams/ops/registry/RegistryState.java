package io.vfr.streams.ops.registry;

import io.vfr.models.registry.SemanticVersion;
import io.vfr.schemas.ModelRegistration;
import io.vfr.schemas.ModelStage;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * What {@code vfr.models} says at one point: the newest registration of every version. Immutable.
 */
public final class RegistryState {
  /** A registry without a registration. */
  static final RegistryState EMPTY = new RegistryState(List.of());

  private static final Comparator<Entry> ORDER =
      Comparator.comparing((Entry entry) -> entry.registration().id())
          .thenComparing(
              entry -> SemanticVersion.parse(entry.registration().version()),
              Comparator.reverseOrder());

  /**
   * A registration and where it stands.
   *
   * @param offset its offset in the topic: of two, the one with the higher offset was written later
   */
  public record Entry(ModelRegistration registration, long offset) {
    boolean is(ModelStage stage) {
      return registration.stage() == stage;
    }

    ModelRef ref() {
      return ModelRef.of(registration);
    }
  }

  private final Map<String, Entry> entries = new TreeMap<>();

  /** The state after these registrations, one of a key at most. */
  RegistryState(Collection<Entry> registrations) {
    registrations.forEach(entry -> entries.put(entry.registration().key(), entry));
  }

  /** The state after one more registration, written after all others. */
  RegistryState with(ModelRegistration registration) {
    long next = entries.values().stream().mapToLong(Entry::offset).max().orElse(-1) + 1;
    List<Entry> all = new ArrayList<>(entries.values());
    all.add(new Entry(registration, next));
    return new RegistryState(all);
  }

  /** Every registration, by id, newest version first. */
  public List<Entry> all() {
    return entries.values().stream().sorted(ORDER).toList();
  }

  /** The versions of one model, newest first. */
  List<Entry> versions(String id) {
    return entries.values().stream()
        .filter(entry -> entry.registration().id().equals(id))
        .sorted(ORDER)
        .toList();
  }

  /** The registration of one version. */
  public Optional<Entry> find(String id, String version) {
    return Optional.ofNullable(entries.get(id + "@" + version));
  }

  /** The champion of a model: where several are called so, the one promoted last. */
  public Optional<Entry> champion(String id) {
    return entries.values().stream()
        .filter(entry -> entry.registration().id().equals(id) && entry.is(ModelStage.CHAMPION))
        .max(Comparator.comparingLong(Entry::offset));
  }

  /** The ids of all models. */
  Set<String> ids() {
    return entries.values().stream()
        .map(entry -> entry.registration().id())
        .collect(Collectors.toCollection(TreeSet::new));
  }

  /** Whether this very version is registered as retired. */
  boolean isRetired(ModelRef ref) {
    return is(ref, ModelStage.RETIRED);
  }

  /** Whether this very version is registered in a stage. */
  boolean is(ModelRef ref, ModelStage stage) {
    return find(ref).filter(entry -> entry.is(stage)).isPresent();
  }

  /** The registration of exactly this version: same id, version and digest. */
  Optional<Entry> find(ModelRef ref) {
    return find(ref.id(), ref.version().toString())
        .filter(entry -> entry.registration().digest().equals(ref.digest()));
  }
}
