package io.vfr.models.load;

/** One thread's access to a backend: takes prepared rows. Not thread-safe. */
interface Kernel extends AutoCloseable {
  /** Scores rowCount prepared rows, row-major; NaN is a missing value. */
  void score(double[] rows, int rowCount, double[] out);

  @Override
  void close();
}
