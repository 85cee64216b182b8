package io.vfr.streams.ops.registry;

import io.vfr.models.load.LoadedModel;
import io.vfr.models.load.RejectionReason;
import io.vfr.models.registry.ModelCache;
import io.vfr.models.registry.ModelRole;
import io.vfr.models.registry.ModelSet;
import io.vfr.models.registry.Rejection;
import io.vfr.streams.config.ModelsConfig;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * From what the registry says to a set of loaded models: remembers what became of each version,
 * asks {@link DesiredModels}, has verified what is wanted, and makes the set. Belongs to one thread
 * at a time.
 */
final class ModelSelection implements DesiredModels.Known {
  private static final Logger LOG = LoggerFactory.getLogger(ModelSelection.class);

  private final ModelsConfig config;
  private final ModelCache cache;
  private final LocalModels local;
  private final ArtifactStore artifacts;
  private final ModelVerifier verifier;
  private final ModelEvents events;

  private final Map<ModelRef, Verdict> verdicts = new HashMap<>();
  private final Map<String, Rejection> unmet = new LinkedHashMap<>();
  private List<DesiredModels.Member> members = List.of();

  ModelSelection(
      ModelsConfig config,
      ModelCache cache,
      LocalModels local,
      ArtifactStore artifacts,
      ModelVerifier verifier,
      ModelEvents events) {
    this.config = config;
    this.cache = cache;
    this.local = local;
    this.artifacts = artifacts;
    this.verifier = verifier;
    this.events = events;
  }

  /** Tells what {@code models.dir} has that is no version of a model. */
  void tellUnreadable() {
    local.rejections().forEach(events::refused);
  }

  @Override
  public boolean isRefused(ModelRef ref) {
    Verdict verdict = verdicts.get(ref);
    return verdict != null && !(verdict instanceof Verdict.Usable);
  }

  @Override
  public Optional<String> fallback(ModelRef ref) {
    return verdicts.get(ref) instanceof Verdict.Usable usable
        ? Optional.ofNullable(usable.fallback())
        : Optional.empty();
  }

  /** What to score with, the most important first. */
  List<DesiredModels.Member> members() {
    return members;
  }

  /**
   * Whether a version could not be had for the moment, so that asking again may give another set.
   */
  boolean mustRetry() {
    return verdicts.values().stream().anyMatch(Verdict.Unavailable.class::isInstance);
  }

  /** Every refusal that stands. */
  List<Rejection> rejections() {
    List<Rejection> rejections = new ArrayList<>(local.rejections());
    verdicts
        .values()
        .forEach(verdict -> {
          if (verdict instanceof Verdict.Refused refused) {
            rejections.add(refused.rejection());
          }
        });
    rejections.addAll(unmet.values());
    return rejections;
  }

  /**
   * The set that should take the place of the last one; null if that one should stay. The caller
   * owns it, and calls {@link #settle} once it is in use.
   */
  @Nullable ModelSet next(RegistryState registry) throws InterruptedException {
    forgetOutdated(registry);
    while (true) {
      DesiredModels desired = decide(registry);
      if (desired.members().equals(members)) {
        tellUnmet(desired);
        return null;
      }
      ModelSet set = load(desired.members());
      if (set != null) {
        List<DesiredModels.Member> before = members;
        members = desired.members();
        tellUnmet(desired);
        tellNew(before);
        return set;
      }
    }
  }

  /** Lets go of what the set in use does not need, and warms what is to be at hand. */
  void settle(RegistryState registry) throws InterruptedException {
    DesiredModels desired = decide(registry);
    Set<Path> kept = new LinkedHashSet<>();
    members.forEach(member -> directory(member.ref()).ifPresent(kept::add));
    cache.keepOnly(kept);
    for (ModelRef ref : desired.warm()) {
      if (verify(ref, registry) instanceof Verdict.Usable usable) {
        kept.add(usable.directory().path());
      }
    }
    cache.keepOnly(kept);
    Set<ModelRef> registered = new LinkedHashSet<>();
    for (RegistryState.Entry entry : registry.all()) {
      if (!registry.isRetired(entry.ref())) {
        registered.add(entry.ref());
      }
    }
    members.forEach(member -> registered.add(member.ref()));
    artifacts.keepOnly(registered);
    verdicts
        .keySet()
        .removeIf(ref -> fallsAway(ref, registered) && verdicts.get(ref) instanceof Verdict.Usable);
  }

  private boolean fallsAway(ModelRef ref, Set<ModelRef> registered) {
    return !registered.contains(ref) && local.directory(ref).isEmpty();
  }

  private Optional<String> caveat(ModelRef ref) {
    return verdicts.get(ref) instanceof Verdict.Usable usable ? usable.caveat() : Optional.empty();
  }

  private Optional<Path> directory(ModelRef ref) {
    return verdicts.get(ref) instanceof Verdict.Usable usable
        ? Optional.of(usable.directory().path())
        : Optional.empty();
  }

  /** Makes every version that is not in the set unknown again. */
  void forgetUnused() {
    Set<ModelRef> used = new LinkedHashSet<>();
    members.forEach(member -> used.add(member.ref()));
    verdicts
        .keySet()
        .removeIf(ref -> verdicts.get(ref) instanceof Verdict.Usable && !used.contains(ref));
  }

  /** A refusal stands until it is outdated; what was out of reach is tried each time. */
  private void forgetOutdated(RegistryState registry) {
    verdicts.values().removeIf(Verdict.Unavailable.class::isInstance);
    verdicts
        .entrySet()
        .removeIf(entry -> {
          if (!(entry.getValue() instanceof Verdict.Refused refused)) {
            return false;
          }
          if (!refused.isOutdated(registry.find(entry.getKey()))) {
            return false;
          }
          events.cleared(refused.rejection());
          return true;
        });
  }

  /** Begins to load what would be wanted if the registry said nothing. */
  void beginWithout() {
    begin(DesiredModels.of(RegistryState.EMPTY, local, config, inUse(), this));
  }

  /** Loads side by side what is verified one after the other. */
  private void begin(DesiredModels desired) {
    List<ModelRef> unknown =
        desired.members().stream()
            .map(DesiredModels.Member::ref)
            .filter(ref -> !verdicts.containsKey(ref))
            .toList();
    if (unknown.size() > 1) {
      unknown.forEach(verifier::begin);
    }
  }

  /** Decides, verifying one version after the other until all that are wanted are known. */
  private DesiredModels decide(RegistryState registry) throws InterruptedException {
    while (true) {
      DesiredModels desired = DesiredModels.of(registry, local, config, inUse(), this);
      boolean allKnown = true;
      begin(desired);
      for (DesiredModels.Member member : desired.members()) {
        if (!verdicts.containsKey(member.ref())) {
          verify(member.ref(), registry);
          allKnown = false;
        }
      }
      if (allKnown) {
        return desired;
      }
    }
  }

  private Verdict verify(ModelRef ref, RegistryState registry) throws InterruptedException {
    Verdict known = verdicts.get(ref);
    if (known != null) {
      return known;
    }
    Verdict verdict = verifier.verify(ref, registry);
    verdicts.put(ref, verdict);
    switch (verdict) {
      case Verdict.Usable usable -> LOG.info("Verified {} in {}", ref, usable.directory().path());
      case Verdict.Refused refused -> events.refused(refused.rejection());
      case Verdict.Unavailable unavailable ->
          LOG.warn("{} cannot be had for the moment: {}", ref, unavailable.reason());
    }
    return verdict;
  }

  private Map<String, ModelRef> inUse() {
    Map<String, ModelRef> champions = new HashMap<>();
    for (DesiredModels.Member member : members) {
      if (member.role() == ModelRole.CHAMPION) {
        champions.put(member.ref().id(), member.ref());
      }
    }
    return champions;
  }

  /**
   * The set of these members; null if one cannot be loaded any more, which is then unknown again.
   */
  private @Nullable ModelSet load(List<DesiredModels.Member> wanted) throws InterruptedException {
    List<ModelSet.Member> loaded = new ArrayList<>();
    for (DesiredModels.Member member : wanted) {
      if (!(verdicts.get(member.ref()) instanceof Verdict.Usable usable)) {
        throw new IllegalStateException(member.ref() + " was not verified");
      }
      cache.keepAlso(usable.directory().path());
      try {
        LoadedModel model = cache.get(usable.directory()).get();
        loaded.add(new ModelSet.Member(model, member.role()));
      } catch (ExecutionException e) {
        LOG.warn("{} was verified and cannot be loaded any more: {}", member.ref(), e.getCause());
        loaded.forEach(each -> each.model().close());
        verdicts.remove(member.ref());
        return null;
      }
    }
    return ModelSet.of(loaded);
  }

  private void tellNew(List<DesiredModels.Member> before) {
    Set<ModelRef> versions = new LinkedHashSet<>();
    before.forEach(member -> versions.add(member.ref()));
    for (DesiredModels.Member member : members) {
      boolean demoted = member.role() == ModelRole.SHADOW && versions.contains(member.ref());
      if (!before.contains(member) && !demoted) {
        events.inUse(member.ref(), member.role(), caveat(member.ref()));
      }
    }
  }

  /** Tells once what is wanted and for other reasons than its own not in the set. */
  private void tellUnmet(DesiredModels desired) {
    Map<String, Rejection> now = unmet(desired);
    unmet.forEach((name, rejection) -> {
      if (!now.containsKey(name)) {
        events.cleared(rejection);
      }
    });
    now.forEach((name, rejection) -> {
      Rejection before = unmet.get(name);
      if (before == null) {
        events.refused(rejection);
      } else if (!before.equals(rejection)) {
        LOG.info("Still so: model {} {}", rejection.model(), rejection.message());
      }
    });
    unmet.clear();
    unmet.putAll(now);
  }

  private Map<String, Rejection> unmet(DesiredModels desired) {
    Map<String, Rejection> unmet = new LinkedHashMap<>();
    List<String> homeless = new ArrayList<>();
    for (DesiredModels.Member member : desired.leftOut()) {
      ModelRef ref = member.ref();
      if (desired.members().stream().anyMatch(other -> other.ref().key().equals(ref.key()))) {
        unmet.put(
            ref.toString(),
            new Rejection(
                ref.key(),
                RejectionReason.BAD_DIGEST,
                "models.dir holds another model under the same name and version, which serves"));
      } else {
        homeless.add(ref.key());
      }
    }
    if (!homeless.isEmpty()) {
      // One condition for all of them: who promotes a hundred versions gets one alert.
      unmet.put(
          RejectionReason.NO_ROOM.name(),
          new Rejection(
              homeless.getFirst(),
              RejectionReason.NO_ROOM,
              "models.cache-models-max allows "
                  + config.cacheModelsMax()
                  + " models; left out are "
                  + String.join(", ", homeless)
                  + ". Retire what is no longer compared"));
    }
    for (String id : desired.missing()) {
      unmet.put(
          id,
          new Rejection(
              id,
              RejectionReason.NOT_FOUND,
              "models.active names it; neither the registry nor " + config.dir() + " has it"));
    }
    return unmet;
  }
}
