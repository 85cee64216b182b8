package io.vfr.streams.ops.registry;

import io.vfr.models.registry.ModelRole;
import io.vfr.schemas.ModelRegistration;
import io.vfr.schemas.ModelStage;
import io.vfr.streams.config.ModelsConfig;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Which models an instance should score with, and in which roles, given what the registry and
 * {@code models.dir} hold and what is known of each version. A pure function: {@link ModelStore}
 * asks it again whenever one more version was verified or refused.
 *
 * <p>For each id the champion is the first of these that was not refused: the version promoted
 * last; its predecessor, that one's predecessor and so on; what {@code models.dir} holds, newest
 * first; and where the registry has a champion at all, the version that serves now.
 *
 * @param members what to score with, the most important first
 * @param leftOut what would be scored with as well if the set had room, or if {@code models.dir}
 *     did not serve another model under the name of that version
 * @param warm what to keep in memory beside the members
 * @param missing ids that {@code models.active} names and that nobody has
 */
record DesiredModels(
    List<Member> members, List<Member> leftOut, List<ModelRef> warm, List<String> missing) {
  DesiredModels {
    members = List.copyOf(members);
    leftOut = List.copyOf(leftOut);
    warm = List.copyOf(warm);
    missing = List.copyOf(missing);
  }

  /** A version in a role. */
  record Member(ModelRef ref, ModelRole role) {}

  /** What is known of versions. */
  interface Known {
    /** Whether a version is not to be used. */
    boolean isRefused(ModelRef ref);

    /** The id that the manifest of a verified version names as its fallback. */
    Optional<String> fallback(ModelRef ref);
  }

  /**
   * Decides.
   *
   * @param inUse the champions that serve now, by id
   */
  static DesiredModels of(
      RegistryState registry,
      LocalModels local,
      ModelsConfig config,
      Map<String, ModelRef> inUse,
      Known known) {
    return new Decision(registry, local, config, inUse, known).decide();
  }

  private record Decision(
      RegistryState registry,
      LocalModels local,
      ModelsConfig config,
      Map<String, ModelRef> inUse,
      Known known) {

    DesiredModels decide() {
      Set<String> ids = ids();
      TreeMap<String, ModelRef> champions = new TreeMap<>();
      List<String> missing = new ArrayList<>();
      for (String id : ids) {
        List<ModelRef> candidates = champions(id);
        if (candidates.isEmpty() && registry.versions(id).isEmpty()) {
          missing.add(id);
        }
        usable(candidates).ifPresent(ref -> champions.put(id, ref));
      }
      List<Member> wanted = new ArrayList<>();
      champions.values().forEach(ref -> wanted.add(new Member(ref, ModelRole.CHAMPION)));
      fallbacks(champions).forEach(ref -> wanted.add(new Member(ref, ModelRole.FALLBACK)));
      Map<String, ModelRef> taken = new HashMap<>();
      wanted.forEach(member -> taken.put(member.ref().key(), member.ref()));
      List<Member> leftOut = new ArrayList<>();
      for (ModelRef ref : shadows(ids)) {
        ModelRef before = taken.putIfAbsent(ref.key(), ref);
        if (before == null) {
          wanted.add(new Member(ref, ModelRole.SHADOW));
        } else if (!before.equals(ref)) {
          leftOut.add(new Member(ref, ModelRole.SHADOW));
        }
      }
      int room = Math.min(wanted.size(), config.cacheModelsMax());
      List<Member> members = wanted.subList(0, room);
      leftOut.addAll(wanted.subList(room, wanted.size()));
      return new DesiredModels(members, leftOut, warm(members), missing);
    }

    private Set<String> ids() {
      if (!config.active().isEmpty()) {
        return new LinkedHashSet<>(config.active());
      }
      Set<String> ids = new TreeSet<>(registry.ids());
      ids.addAll(local.ids());
      return ids;
    }

    private Optional<ModelRef> usable(Collection<ModelRef> candidates) {
      return candidates.stream().filter(ref -> !known.isRefused(ref)).findFirst();
    }

    private List<ModelRef> champions(String id) {
      Set<ModelRef> candidates = new LinkedHashSet<>();
      Set<String> versions = new HashSet<>();
      Optional<RegistryState.Entry> entry = registry.champion(id);
      boolean registered = entry.isPresent();
      while (entry.isPresent() && versions.add(entry.get().registration().version())) {
        ModelRegistration registration = entry.get().registration();
        if (registration.stage() != ModelStage.RETIRED) {
          candidates.add(ModelRef.of(registration));
        }
        entry =
            Optional.ofNullable(registration.predecessor())
                .flatMap(version -> registry.find(id, version));
      }
      candidates.addAll(local.candidates(id, registry));
      ModelRef serving = inUse.get(id);
      if (registered && serving != null && !registry.isRetired(serving)) {
        candidates.add(serving);
      }
      return List.copyOf(candidates);
    }

    private List<ModelRef> fallbacks(Map<String, ModelRef> champions) {
      Set<String> ids = new TreeSet<>();
      for (ModelRef champion : champions.values()) {
        known.fallback(champion).filter(id -> !champions.containsKey(id)).ifPresent(ids::add);
      }
      List<ModelRef> fallbacks = new ArrayList<>();
      for (String id : ids) {
        List<ModelRef> candidates = new ArrayList<>(champions(id));
        for (RegistryState.Entry entry : registry.versions(id)) {
          if (!entry.is(ModelStage.RETIRED)) {
            candidates.add(entry.ref());
          }
        }
        usable(candidates).ifPresent(fallbacks::add);
      }
      return fallbacks;
    }

    private List<ModelRef> shadows(Set<String> ids) {
      return registry.all().stream()
          .filter(entry -> entry.is(ModelStage.SHADOW))
          .filter(entry -> ids.contains(entry.registration().id()))
          .sorted(Comparator.comparingLong(RegistryState.Entry::offset).reversed())
          .map(RegistryState.Entry::ref)
          .filter(ref -> !known.isRefused(ref))
          .toList();
    }

    /** The named models' champions and what these would be rolled back to, as far as room lasts. */
    private List<ModelRef> warm(List<Member> members) {
      Set<ModelRef> warm = new LinkedHashSet<>();
      for (String id : config.warm()) {
        usable(champions(id)).ifPresent(warm::add);
        registry
            .champion(id)
            .flatMap(entry -> Optional.ofNullable(entry.registration().predecessor()))
            .flatMap(version -> registry.find(id, version))
            .filter(entry -> !entry.is(ModelStage.RETIRED))
            .map(RegistryState.Entry::ref)
            .filter(ref -> !known.isRefused(ref))
            .ifPresent(warm::add);
      }
      members.forEach(member -> warm.remove(member.ref()));
      return warm.stream().limit(config.cacheModelsMax() - members.size()).toList();
    }
  }
}
