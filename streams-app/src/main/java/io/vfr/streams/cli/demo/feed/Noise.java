package io.vfr.streams.cli.demo.feed;

import java.util.Random;

/**
 * One named stream of random numbers. Streams of different names are independent, so that one more
 * company leaves the luck of all others as it was.
 *
 * <p>Uses only what the Java platform specifies bit by bit ({@link Random} and {@link StrictMath}),
 * so that a seed means the same market on every machine.
 */
final class Noise {
  /** Innovations beyond this many standard deviations are cut: no real day was worse. */
  private static final double INNOVATION_MAX = 9;

  private final Random random;

  Noise(long seed, String name) {
    random = new Random(mix(seed, name));
  }

  private static long mix(long seed, String name) {
    long hash = 0xcbf29ce484222325L ^ seed;
    for (int i = 0; i < name.length(); i++) {
      hash = (hash ^ name.charAt(i)) * 0x100000001b3L;
    }
    hash = (hash ^ (hash >>> 30)) * 0xbf58476d1ce4e5b9L;
    hash = (hash ^ (hash >>> 27)) * 0x94d049bb133111ebL;
    return hash ^ (hash >>> 31);
  }

  /** Uniform in [0, 1). */
  double uniform() {
    return random.nextDouble();
  }

  /** Uniform in [low, high). */
  double uniform(double low, double high) {
    return low + (high - low) * random.nextDouble();
  }

  /** Uniform in 0..bound-1. */
  int below(int bound) {
    return random.nextInt(bound);
  }

  boolean chance(double probability) {
    return random.nextDouble() < probability;
  }

  /** Standard normal. */
  double gaussian() {
    return random.nextGaussian();
  }

  /** Log-normal with the given median and standard deviation of the logarithm. */
  double logNormal(double median, double sigma) {
    return median * StrictMath.exp(sigma * gaussian());
  }

  /** Student's t with {@code degrees} &gt; 2 degrees of freedom, scaled to unit variance. */
  double student(int degrees) {
    double z = gaussian();
    double chiSquare = 0;
    for (int i = 0; i < degrees; i++) {
      double g = gaussian();
      chiSquare += g * g;
    }
    double t = z * StrictMath.sqrt((degrees - 2) / chiSquare);
    return Math.clamp(t, -INNOVATION_MAX, INNOVATION_MAX);
  }

  /** Poisson counts by Knuth's product of uniforms; for small means. */
  int poisson(double mean) {
    double limit = StrictMath.exp(-mean);
    double product = random.nextDouble();
    int count = 0;
    while (product > limit) {
      product *= random.nextDouble();
      count++;
    }
    return count;
  }
}
