package io.vfr.models.load;

/** A kernel that attributes the rows that it scores. */
interface AttributingKernel extends Kernel {
  /**
   * Scores prepared rows, and attributes each.
   *
   * @param contributions row-major, rowCount × inputs, overwritten; may be longer
   */
  void score(double[] rows, int rowCount, double[] out, double[] contributions);
}
