package io.vfr.models.load;

import io.vfr.models.trees.Attribution;

/** Attributes rows one by one, behind the call that scored them. */
final class ScoreThenAttribute implements AttributingKernel {
  private final Kernel kernel;
  private final Attribution attribution;
  private final double[] row;
  private final double[] outputs;
  private final double[] byInput;

  ScoreThenAttribute(Kernel kernel, Attribution attribution, int inputs, int outputs) {
    this.kernel = kernel;
    this.attribution = attribution;
    row = new double[inputs];
    this.outputs = new double[outputs];
    byInput = new double[inputs];
  }

  @Override
  public void score(double[] rows, int rowCount, double[] out) {
    kernel.score(rows, rowCount, out);
  }

  @Override
  public void score(double[] rows, int rowCount, double[] out, double[] contributions) {
    kernel.score(rows, rowCount, out);
    for (int r = 0; r < rowCount; r++) {
      System.arraycopy(rows, r * row.length, row, 0, row.length);
      System.arraycopy(out, r * outputs.length, outputs, 0, outputs.length);
      attribution.contributions(row, outputs, byInput);
      System.arraycopy(byInput, 0, contributions, r * row.length, row.length);
    }
  }

  @Override
  public void close() {
    kernel.close();
  }
}
