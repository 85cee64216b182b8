package io.vfr.streams.steward;

/**
 * Who rolls models back. Asked on the stream thread, again and again while the reason stands: it
 * must not block, and do the same thing once.
 */
@FunctionalInterface
public interface Rollbacks {
  /** Rolls nothing back. */
  Rollbacks NONE = request -> {};

  /**
   * Asks that a champion give its place back to its predecessor, if it is still the champion by the
   * promotion that is meant.
   */
  void ask(RollbackRequest request);
}
