package io.vfr.streams.cli.demo.feed;

import java.time.Instant;
import java.time.InstantSource;

/** A clock that a test moves. */
final class SteppingClock implements InstantSource {
  private Instant now;

  SteppingClock(Instant now) {
    this.now = now;
  }

  void advanceMillis(long millis) {
    now = now.plusMillis(millis);
  }

  @Override
  public Instant instant() {
    return now;
  }
}
