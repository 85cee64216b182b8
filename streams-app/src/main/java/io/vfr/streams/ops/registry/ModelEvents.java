package io.vfr.streams.ops.registry;

import io.vfr.models.registry.ModelRole;
import io.vfr.models.registry.Rejection;
import java.util.Optional;

/** What an instance tells of its models as they come and go. Called on several threads. */
public interface ModelEvents {
  /**
   * A version was verified and is scored with from now on in this role.
   *
   * @param caveat why it is run more slowly than it should be; empty if it is not
   */
  void inUse(ModelRef model, ModelRole role, Optional<String> caveat);

  /** A version, or a record of the registry, is not used. */
  void refused(Rejection rejection);

  /** What was refused is so no longer: its registration changed, or there is room for it. */
  void cleared(Rejection rejection);
}
