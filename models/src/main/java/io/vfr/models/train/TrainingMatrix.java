package io.vfr.models.train;

/**
 * Rows to train on.
 *
 * @param values row-major, labels.length × inputs, NaN where missing
 * @param inputs values of one row
 * @param labels one per row: the target, or a class index
 */
@SuppressWarnings("ArrayRecordComponent") // too large to copy; trainers only read them
public record TrainingMatrix(double[] values, int inputs, double[] labels) {
  public TrainingMatrix {
    if (labels.length == 0 || values.length != labels.length * inputs) {
      throw new IllegalArgumentException(
          values.length + " values are not " + labels.length + " rows of " + inputs);
    }
  }

  int rows() {
    return labels.length;
  }

  float[] floatValues() {
    float[] floats = new float[values.length];
    for (int i = 0; i < floats.length; i++) {
      floats[i] = (float) values[i];
    }
    return floats;
  }

  float[] floatLabels() {
    float[] floats = new float[labels.length];
    for (int i = 0; i < floats.length; i++) {
      floats[i] = (float) labels[i];
    }
    return floats;
  }
}
