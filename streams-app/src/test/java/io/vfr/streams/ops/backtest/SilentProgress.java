package io.vfr.streams.ops.backtest;

import io.vfr.streams.ops.export.ExportProgress;

/** Nobody wants to know. */
final class SilentProgress implements ExportProgress {
  @Override
  public void begin(String label, long bytes) {}

  @Override
  public void advance(long bytes, long rows) {}

  @Override
  public void end(long rows) {}

  @Override
  public void beginPhase(String label, long total) {}

  @Override
  public void advancePhase(long done) {}

  @Override
  public void endPhase(long done) {}

  @Override
  public void note(String text) {}
}
