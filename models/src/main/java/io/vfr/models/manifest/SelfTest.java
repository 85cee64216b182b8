package io.vfr.models.manifest;

import java.util.Arrays;

/** One input row whose output is known: proof that a loaded model is the one that was trained. */
public final class SelfTest {
  private final double[] inputs;
  private final double[] expected;
  private final double tolerance;

  /**
   * Copies the arrays.
   *
   * @param inputs raw feature values in the order of the manifest's inputs, NaN where missing
   * @param expected one value per output
   * @param tolerance largest accepted absolute difference of an output
   */
  public SelfTest(double[] inputs, double[] expected, double tolerance) {
    this.inputs = inputs.clone();
    this.expected = expected.clone();
    this.tolerance = tolerance;
  }

  public double[] inputs() {
    return inputs.clone();
  }

  public double[] expected() {
    return expected.clone();
  }

  public double tolerance() {
    return tolerance;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof SelfTest that
        && Arrays.equals(inputs, that.inputs)
        && Arrays.equals(expected, that.expected)
        && Double.compare(tolerance, that.tolerance) == 0;
  }

  @Override
  public int hashCode() {
    return 31 * Arrays.hashCode(inputs) + Arrays.hashCode(expected);
  }

  @Override
  public String toString() {
    return "SelfTest[expected=" + Arrays.toString(expected) + ", tolerance=" + tolerance + "]";
  }
}
