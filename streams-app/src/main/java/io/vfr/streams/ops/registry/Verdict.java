package io.vfr.streams.ops.registry;

import io.vfr.models.registry.ModelDirectory;
import io.vfr.models.registry.Rejection;
import io.vfr.schemas.ModelRegistration;
import io.vfr.schemas.ModelStage;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What became of the attempt to verify one version. */
sealed interface Verdict {
  /**
   * It passed and can be scored with.
   *
   * @param directory where it lies
   * @param fallback id of the model that its manifest names as its fallback
   * @param caveat why it is run more slowly than it should be; empty if it is not
   */
  record Usable(ModelDirectory directory, @Nullable String fallback, Optional<String> caveat)
      implements Verdict {}

  /**
   * It was refused, and is not tried again before its registration changes.
   *
   * @param entry the registration that it was refused under; null if it has none
   */
  record Refused(Rejection rejection, RegistryState.@Nullable Entry entry) implements Verdict {
    /**
     * Whether what the registry says now is reason to try again: other bytes, or a promotion. That
     * it became a shadow makes it no better; that it was retired or deleted ends the matter.
     */
    boolean isOutdated(Optional<RegistryState.Entry> now) {
      if (now.isEmpty() || entry == null) {
        return now.isPresent() != (entry != null);
      }
      ModelRegistration is = now.get().registration();
      ModelRegistration was = entry.registration();
      return is.stage() == ModelStage.RETIRED
          || (is.stage() == ModelStage.CHAMPION && now.get().offset() != entry.offset())
          || is.bytes() != was.bytes()
          || is.chunks() != was.chunks()
          || !Objects.equals(is.artifactOffset(), was.artifactOffset());
    }
  }

  /** It could not be had for a reason that is not its own; to be tried again. */
  record Unavailable(String reason) implements Verdict {}
}
