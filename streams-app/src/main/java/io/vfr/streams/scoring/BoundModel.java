package io.vfr.streams.scoring;

import io.vfr.models.load.AttributingScorer;
import io.vfr.models.load.LoadedModel;
import io.vfr.models.load.Scorer;
import io.vfr.models.manifest.Manifest;
import io.vfr.streams.features.FeatureVector;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntPredicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One model as one task uses it: its scorer, its inputs' slots, and the outputs of the last batch.
 * Rows whose required features are not there are left out of the call and marked skipped; a row
 * whose output is not finite is marked failed.
 */
final class BoundModel implements AutoCloseable {
  /** What became of one row. */
  enum RowStatus {
    OK,
    SKIPPED,
    FAILED,
    /** It was not asked: a fallback whose principal did not fail. */
    UNASKED,
    /** It was not asked, because memory is short. */
    SHED
  }

  private static final Logger LOG = LoggerFactory.getLogger(BoundModel.class);

  private final LoadedModel model;
  private final int inputWidth;
  private final int outputWidth;
  private final Scorer scorer;
  private final RowInputs inputs;
  private final double[] rows;
  private final double[] outputs;

  /** By row of the last batch and input; empty for a model that is not attributed. */
  private final double[] contributions;

  private final int[] rowOf;
  private final RowStatus[] status;
  private long microsPerRow;
  private boolean warned;

  /**
   * Takes a scorer from a model.
   *
   * @param attributed whether each row is attributed to the model's inputs while it is scored
   */
  BoundModel(LoadedModel model, RowInputs inputs, int batchRowsMax, boolean attributed) {
    this.model = model;
    inputWidth = model.inputs();
    outputWidth = model.outputs();
    this.inputs = inputs;
    scorer = attributed ? model.newAttributingScorer() : model.newScorer();
    rows = new double[batchRowsMax * inputWidth];
    outputs = new double[batchRowsMax * outputWidth];
    contributions = new double[attributed ? rows.length : 0];
    rowOf = new int[batchRowsMax];
    status = new RowStatus[batchRowsMax];
  }

  Manifest manifest() {
    return model.manifest();
  }

  String digest() {
    return model.digest();
  }

  /**
   * Scores the rows of a batch that are wanted; every row has a status afterwards. Never throws for
   * what a model does.
   */
  void score(List<FeatureVector> batch, IntPredicate wanted) {
    int count = 0;
    for (int i = 0; i < batch.size(); i++) {
      if (!wanted.test(i)) {
        status[i] = RowStatus.UNASKED;
      } else if (inputs.gather(batch.get(i), i, rows, count * inputWidth)) {
        status[i] = RowStatus.OK;
        rowOf[i] = count++;
      } else {
        status[i] = RowStatus.SKIPPED;
      }
    }
    microsPerRow = 0;
    if (count > 0) {
      call(batch.size(), count);
    }
  }

  private void call(int batchRows, int count) {
    long started = System.nanoTime();
    try {
      if (scorer instanceof AttributingScorer attributing) {
        attributing.score(rows, count, outputs, contributions);
      } else {
        scorer.score(rows, count, outputs);
      }
    } catch (RuntimeException e) {
      // Whatever a model does must not leave the processor: its rows fail, the others' forecasts
      // stand.
      Arrays.fill(outputs, 0, count * outputWidth, Double.NaN);
      warn(e);
    }
    microsPerRow = (System.nanoTime() - started) / 1000 / count;
    for (int i = 0; i < batchRows; i++) {
      if (status[i] == RowStatus.OK && !isFinite(rowOf[i])) {
        status[i] = RowStatus.FAILED;
      }
    }
    warned &= failedAny(batchRows);
  }

  private boolean failedAny(int batchRows) {
    for (int i = 0; i < batchRows; i++) {
      if (status[i] == RowStatus.FAILED) {
        return true;
      }
    }
    return false;
  }

  /** Leaves all rows of a batch out. */
  void shed(int batchRows) {
    Arrays.fill(status, 0, batchRows, RowStatus.SHED);
    microsPerRow = 0;
  }

  /** Marks a row whose output is no forecast. */
  void fail(int batchRow, RuntimeException reason) {
    status[batchRow] = RowStatus.FAILED;
    warn(reason);
  }

  /** Says it once until a batch passes without a failure. */
  private void warn(RuntimeException e) {
    if (!warned) {
      LOG.warn("Model {} fails while scoring: {}", manifest().key(), e.getMessage());
    }
    warned = true;
  }

  private boolean isFinite(int row) {
    for (int i = 0; i < outputWidth; i++) {
      if (!Double.isFinite(outputs[row * outputWidth + i])) {
        return false;
      }
    }
    return true;
  }

  RowStatus status(int batchRow) {
    return status[batchRow];
  }

  /** The outputs of a row that is OK, a copy. */
  double[] output(int batchRow) {
    int at = rowOf[batchRow] * outputWidth;
    return Arrays.copyOfRange(outputs, at, at + outputWidth);
  }

  /** This row's share of the time that the batch took, attribution included. */
  long microsPerRow() {
    return microsPerRow;
  }

  /** One output of a row that is OK. */
  double output(int batchRow, int output) {
    return outputs[rowOf[batchRow] * outputWidth + output];
  }

  int outputs() {
    return outputWidth;
  }

  /** How much an input moved the model's margin for a row that is OK, if rows are attributed. */
  double contribution(int batchRow, int input) {
    return contributions[rowOf[batchRow] * inputWidth + input];
  }

  /** The value of an input in a row that is OK. */
  double input(int batchRow, int input) {
    return rows[rowOf[batchRow] * inputWidth + input];
  }

  RowInputs inputs() {
    return inputs;
  }

  @Override
  public void close() {
    scorer.close();
  }
}
