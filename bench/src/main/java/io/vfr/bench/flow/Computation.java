package io.vfr.bench.flow;

/**
 * Takes a core for about a given time: arithmetic in which each step waits for the one before, as
 * many steps as this machine does in that time. A clock would count the time in which the thread
 * has no core as well.
 */
final class Computation {
  private static final int TRIAL_STEPS = 2_000_000;
  private static final int TRIALS = 20;

  /** Knuth's MMIX generator, whose steps no compiler takes together. */
  private static final long FACTOR = 6364136223846793005L;

  private static final long SUMMAND = 1442695040888963407L;

  private final long steps;
  private long state = 1;

  Computation(long steps) {
    this.steps = steps;
  }

  /** One that takes so long; it tries for some tenths of a second how fast steps are. */
  static Computation ofMicros(double micros) {
    Computation trial = new Computation(TRIAL_STEPS);
    long fastest = Long.MAX_VALUE;
    for (int i = 0; micros > 0 && i < TRIALS; i++) {
      long started = System.nanoTime();
      trial.run();
      fastest = Math.min(fastest, System.nanoTime() - started);
    }
    return new Computation(Math.round(micros * 1_000 * TRIAL_STEPS / fastest));
  }

  void run() {
    long value = state;
    for (long i = 0; i < steps; i++) {
      value = value * FACTOR + SUMMAND;
    }
    state = value;
  }

  /** What the steps so far have come to. */
  long state() {
    return state;
  }
}
