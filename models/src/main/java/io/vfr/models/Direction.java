package io.vfr.models;

/** Where a price is expected to go over the horizon, in the order of a model's default classes. */
public enum Direction {
  DOWN,
  NEUTRAL,
  UP
}
