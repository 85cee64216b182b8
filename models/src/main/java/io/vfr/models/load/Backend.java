package io.vfr.models.load;

import io.vfr.models.trees.Attribution;

/** A parsed artifact, ready to evaluate; thread-safe, may hold native memory until closed. */
interface Backend extends AutoCloseable {
  int inputs();

  int outputs();

  /** Heap and native bytes, an estimate. */
  long memoryBytes();

  Kernel newKernel();

  /**
   * Attribution of a weighted sum of the margins to prepared inputs, cheap enough for every row.
   */
  Attribution newAttribution(double[] outputWeights);

  /** The same by exact Shapley values where there are such; for few rows. */
  default Attribution newExactAttribution(double[] outputWeights) {
    return newAttribution(outputWeights);
  }

  @Override
  void close();
}
