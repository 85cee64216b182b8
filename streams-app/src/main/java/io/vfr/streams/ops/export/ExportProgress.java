package io.vfr.streams.ops.export;

import io.vfr.streams.ops.replay.ReplayProgress;

/** Who wants to know how far an export is: the replay of the files, then phases of counted work. */
public interface ExportProgress extends ReplayProgress {
  /**
   * A phase begins.
   *
   * @param label what it does
   * @param total how much there is to do
   */
  void beginPhase(String label, long total);

  /** So much of the phase is done. */
  void advancePhase(long done);

  /** The phase is over. */
  void endPhase(long done);
}
