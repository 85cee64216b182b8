package io.vfr.streams.ops.registry;

import io.vfr.models.registry.ModelRole;
import io.vfr.models.registry.Rejection;

/** What an instance tells of its models as they come and go. Called on several threads. */
public interface ModelEvents {
  /** A version was verified and is scored with from now on in this role. */
  void inUse(ModelRef model, ModelRole role);

  /** A version, or a record of the registry, is not used. */
  void refused(Rejection rejection);

  /** What was refused is so no longer: its registration changed, or there is room for it. */
  void cleared(Rejection rejection);
}
