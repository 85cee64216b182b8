package io.vfr.streams.steward;

import io.vfr.schemas.Codecs;
import io.vfr.schemas.ModelRegistration;
import io.vfr.schemas.ModelStage;
import io.vfr.schemas.Parsed;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What {@code vfr.models} has told the steward, in its order. */
final class RegistryView {
  /** Anyone who may write the topic could otherwise fill the steward's state. */
  private static final int REGISTRATIONS_MAX = 10_000;

  /**
   * What a record changed.
   *
   * @param before the registration of the same version until now; null if there was none
   * @param now null if the version was deleted
   */
  record Change(String key, @Nullable ModelRegistration before, @Nullable ModelRegistration now) {
    /** Whether the version became champion, or was promoted anew. */
    boolean isPromotion() {
      return now != null
          && now.stage() == ModelStage.CHAMPION
          && (before == null
              || before.stage() != ModelStage.CHAMPION
              || before.changedAt() != now.changedAt());
    }

    /** Whether the version is out of use. */
    boolean isRetired() {
      return now == null || now.stage() == ModelStage.RETIRED;
    }

    boolean wasChampion() {
      return before != null && before.stage() == ModelStage.CHAMPION;
    }
  }

  private final StewardStore store;
  private final Map<String, ModelRegistration> registrations = new HashMap<>();
  private final Map<String, String> champions = new HashMap<>();

  RegistryView(StewardStore store) {
    this.store = store;
    store.forEach(
        StewardStore.REGISTRATIONS,
        (key, value) -> registrations.put(key, Codecs.MODEL_REGISTRATION.read(value)));
    store.forEach(
        StewardStore.CHAMPIONS,
        (id, version) -> champions.put(id, new String(version, StandardCharsets.UTF_8)));
  }

  /** Takes a record; empty if it is no registration, which the instances report. */
  Optional<Change> take(@Nullable String key, byte @Nullable [] value) {
    if (key == null) {
      return Optional.empty();
    }
    if (value == null) {
      ModelRegistration before = registrations.remove(key);
      store.delete(StewardStore.REGISTRATIONS, key);
      return before == null ? Optional.empty() : Optional.of(new Change(key, before, null));
    }
    if (!(Codecs.MODEL_REGISTRATION.parse(value)
            instanceof Parsed.Accepted<ModelRegistration>(ModelRegistration now))
        || !now.key().equals(key)
        || (registrations.size() >= REGISTRATIONS_MAX && !registrations.containsKey(key))) {
      return Optional.empty();
    }
    ModelRegistration before = registrations.put(key, now);
    store.put(StewardStore.REGISTRATIONS, key, value);
    if (now.stage() == ModelStage.CHAMPION) {
      champions.put(now.id(), now.version());
      store.put(StewardStore.CHAMPIONS, now.id(), now.version().getBytes(StandardCharsets.UTF_8));
    }
    return Optional.of(new Change(key, before, now));
  }

  /** The champion that was promoted last, if it still is one. */
  Optional<ModelRegistration> champion(String id) {
    return Optional.ofNullable(champions.get(id))
        .flatMap(version -> find(id, version))
        .filter(registration -> registration.stage() == ModelStage.CHAMPION);
  }

  Optional<ModelRegistration> find(String id, String version) {
    return Optional.ofNullable(registrations.get(id + "@" + version));
  }
}
