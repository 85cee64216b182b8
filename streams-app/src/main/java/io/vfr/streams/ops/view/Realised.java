package io.vfr.streams.ops.view;

/**
 * How often something came true among the outcomes that were read.
 *
 * @param outcomes how many there were
 * @param hits how many came true
 */
public record Realised(long outcomes, long hits) {
  static final Realised NONE = new Realised(0, 0);

  Realised and(boolean hit) {
    return new Realised(outcomes + 1, hits + (hit ? 1 : 0));
  }
}
