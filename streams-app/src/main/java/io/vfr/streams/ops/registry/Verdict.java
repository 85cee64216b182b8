package io.vfr.streams.ops.registry;

import io.vfr.models.registry.ModelDirectory;
import io.vfr.models.registry.Rejection;
import org.jspecify.annotations.Nullable;

/** What became of the attempt to verify one version. */
sealed interface Verdict {
  /**
   * It passed and can be scored with.
   *
   * @param directory where it lies
   * @param fallback id of the model that its manifest names as its fallback
   */
  record Usable(ModelDirectory directory, @Nullable String fallback) implements Verdict {}

  /**
   * It was refused, and is not tried again before its registration changes.
   *
   * @param registration offset of the registration that it was refused under; -1 if it has none
   */
  record Refused(Rejection rejection, long registration) implements Verdict {}

  /** It could not be had for a reason that is not its own; to be tried again. */
  record Unavailable(String reason) implements Verdict {}
}
