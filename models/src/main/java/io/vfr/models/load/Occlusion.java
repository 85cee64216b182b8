package io.vfr.models.load;

import io.vfr.models.manifest.Manifest;
import io.vfr.models.manifest.SelfTest;
import io.vfr.models.trees.Attribution;
import java.util.List;

/**
 * Attribution by occlusion: a feature's contribution is what the output loses when the feature is
 * replaced by its mean over the training rows, in a sequence for all bars at once (M. Zeiler and R.
 * Fergus, "Visualizing and Understanding Convolutional Networks", 2014; as removal by a default
 * value in I. Covert, S. Lundberg and S. Lee, "Explaining by Removing", 2021). Exact for what it
 * says, with a row for each feature and the row itself, and needs nothing of the model but its
 * outputs. It sees a feature given all others: of two that carry the same information neither may
 * seem to matter, and contributions do not add up to the output.
 *
 * <p>The mean is the normalizer's. A model without one has what its missing policy states for an
 * unknown value; failing that, the mean of its self-test rows stands in.
 */
final class Occlusion implements Attribution {
  private final Kernel kernel;
  private final int features;
  private final int bars;
  private final double[] baseline;
  private final double[] outputWeights;
  private final double bias;
  private final double[] rows;
  private final double[] outputs;

  /**
   * Creates an attribution of a weighted sum of the outputs.
   *
   * @param kernel scores prepared rows
   * @param baseline a prepared row of means
   * @param bias the weighted sum for that row
   */
  Occlusion(
      Kernel kernel, Manifest manifest, double[] baseline, double[] outputWeights, double bias) {
    this.kernel = kernel;
    features = manifest.features().size();
    bars = baseline.length / features;
    this.baseline = baseline;
    this.outputWeights = outputWeights.clone();
    this.bias = bias;
    int rowsMax = Math.min(LoadOptions.BATCH_ROWS, features);
    rows = new double[rowsMax * baseline.length];
    outputs = new double[rowsMax * outputWeights.length];
  }

  /** The prepared row in which every feature has its mean. */
  static double[] baseline(Manifest manifest) {
    double[] row = new double[manifest.inputWidth()];
    if (manifest.normalizer() != null) {
      // The mean's z-score.
      return row;
    }
    List<String> names = manifest.features();
    for (int f = 0; f < names.size(); f++) {
      double value = manifest.missing().valueFor(names.get(f));
      double mean = Double.isNaN(value) ? selfTestMean(manifest, f) : value;
      for (int i = f; i < row.length; i += names.size()) {
        row[i] = mean;
      }
    }
    return row;
  }

  private static double selfTestMean(Manifest manifest, int feature) {
    double sum = 0;
    int count = 0;
    for (SelfTest test : manifest.selfTest()) {
      double[] inputs = test.inputs();
      for (int i = feature; i < inputs.length; i += manifest.features().size()) {
        if (Double.isFinite(inputs[i])) {
          sum += inputs[i];
          count++;
        }
      }
    }
    return count == 0 ? 0 : sum / count;
  }

  /**
   * Writes one contribution per feature of the manifest; 0 where it is no number.
   *
   * @param row one prepared row
   * @throws ScoringException if the model fails for the row itself, or for it without any feature
   */
  @Override
  public void contributions(double[] row, double[] out) {
    System.arraycopy(row, 0, rows, 0, baseline.length);
    kernel.score(rows, 1, outputs);
    occluded(row, weighted(outputs, 0), out);
  }

  @Override
  public void contributions(double[] row, double[] known, double[] out) {
    occluded(row, weighted(known, 0), out);
  }

  private void occluded(double[] row, double whole, double[] out) {
    int width = baseline.length;
    int rowsMax = rows.length / width;
    for (int first = 0; first < features; first += rowsMax) {
      int count = Math.min(rowsMax, features - first);
      for (int r = 0; r < count; r++) {
        System.arraycopy(row, 0, rows, r * width, width);
        occlude(r * width, first + r);
      }
      kernel.score(rows, count, outputs);
      for (int r = 0; r < count; r++) {
        double contribution = whole - weighted(outputs, r);
        out[first + r] = Double.isFinite(contribution) ? contribution : 0;
      }
    }
  }

  private void occlude(int at, int feature) {
    for (int bar = 0; bar < bars; bar++) {
      int i = bar * features + feature;
      rows[at + i] = baseline[i];
    }
  }

  private double weighted(double[] values, int row) {
    double sum = 0;
    for (int o = 0; o < outputWeights.length; o++) {
      sum += outputWeights[o] * values[row * outputWeights.length + o];
    }
    return sum;
  }

  @Override
  public double bias() {
    return bias;
  }

  @Override
  public String method() {
    return "occlusion";
  }

  @Override
  public int rowsPerCall() {
    return features + 1;
  }
}
