package io.vfr.models.load;

import io.vfr.models.trees.Attribution;
import java.util.Optional;

/** A parsed artifact, ready to evaluate; thread-safe, may hold native memory until closed. */
interface Backend extends AutoCloseable {
  int inputs();

  int outputs();

  /** Heap and native bytes, an estimate. */
  long memoryBytes();

  /** How the model is run, for a log line. */
  default String execution() {
    return "one handle for all threads";
  }

  /** Why it is run in another way than it should be; empty if it is not. */
  default Optional<String> caveat() {
    return Optional.empty();
  }

  Kernel newKernel();

  /**
   * Attribution of a weighted sum of the margins to prepared inputs. It is called only while the
   * backend is open, and needs no closing.
   */
  Attribution newAttribution(double[] outputWeights);

  /** A kernel that attributes what it scores as {@link #newAttribution} does. */
  default AttributingKernel newAttributingKernel(double[] outputWeights) {
    return new ScoreThenAttribute(newKernel(), newAttribution(outputWeights), inputs(), outputs());
  }

  /**
   * Settles what only running the model tells, before anyone scores with it.
   *
   * @param rows row-major prepared rows that the model can score, at least one
   * @throws ModelRejectedException if that shows that the model cannot be used
   * @throws ScoringException if the model fails
   */
  default void settle(double[] rows) throws ModelRejectedException {}

  /** Ends the verification: from here on the model serves, within its time-out. */
  default void verified() {}

  /** The same by exact Shapley values where there are such; for few rows. */
  default Attribution newExactAttribution(double[] outputWeights) {
    return newAttribution(outputWeights);
  }

  @Override
  void close();
}
