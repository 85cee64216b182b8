package io.vfr.streams.cli.demo.feed;

/** A kind of broken price row that a CSV export can plant on purpose. */
public enum Dirt {
  /** The open is empty. */
  MISSING_OPEN,
  /** The close lies above the high or below the low. */
  CLOSE_OUTSIDE_RANGE,
  /** The volume is below zero. */
  NEGATIVE_VOLUME
}
