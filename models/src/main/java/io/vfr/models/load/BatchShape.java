package io.vfr.models.load;

/**
 * How many rows an ONNX graph is given at a time. A graph's kernels may sum in another order when
 * the number of rows changes, so a row's last bits can depend on how many rows there are; a shape
 * says between which numbers they do not.
 *
 * @param rowsMin fewer rows are filled up to this number with copies of the last
 * @param rowsMax more rows are given in several runs, at most {@link LoadOptions#BATCH_ROWS}
 */
record BatchShape(int rowsMin, int rowsMax) {
  /** Any number of rows. */
  static final BatchShape NATURAL = new BatchShape(1, LoadOptions.BATCH_ROWS);

  BatchShape {
    if (rowsMin < 1 || rowsMax < rowsMin || rowsMax > LoadOptions.BATCH_ROWS) {
      throw new IllegalArgumentException("rowsMin " + rowsMin + ", rowsMax " + rowsMax);
    }
  }

  /** At least a number of rows. */
  static BatchShape atLeast(int rows) {
    return new BatchShape(rows, LoadOptions.BATCH_ROWS);
  }

  /** Always the same number of rows. */
  static BatchShape fixed(int rows) {
    return new BatchShape(rows, rows);
  }

  /** The rows of the run in which a number of rows, at most rowsMax, is given. */
  int padded(int rows) {
    return Math.max(rows, rowsMin);
  }

  @Override
  public String toString() {
    if (rowsMin == rowsMax) {
      return "always " + rowsMin + " rows";
    }
    return rowsMin == 1 ? "any number of rows" : "at least " + rowsMin + " rows";
  }
}
