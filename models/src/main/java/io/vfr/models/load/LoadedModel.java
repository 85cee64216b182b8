package io.vfr.models.load;

import io.vfr.models.Direction;
import io.vfr.models.manifest.Manifest;
import io.vfr.models.manifest.Task;
import io.vfr.models.trees.Attribution;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;

/**
 * A verified model in memory. Several handles and scorers may share one artifact; its native memory
 * is freed when the last of them is closed. Thread-safe.
 */
public final class LoadedModel implements AutoCloseable {
  private final SharedBackend shared;
  private final Manifest manifest;
  private final String digest;
  private final InputPreparation preparation;
  private final AtomicBoolean closed = new AtomicBoolean();

  LoadedModel(SharedBackend shared, Manifest manifest, String digest) {
    this.shared = shared;
    this.manifest = manifest;
    this.digest = digest;
    preparation = new InputPreparation(manifest);
  }

  public Manifest manifest() {
    return manifest;
  }

  /**
   * SHA-256, hex, of manifest.json. The manifest states the artifact's own digest, which was
   * verified, so this one identifies both.
   */
  public String digest() {
    return digest;
  }

  /** Values of one input row. */
  public int inputs() {
    return shared.backend().inputs();
  }

  /** Values of one output row. */
  public int outputs() {
    return shared.backend().outputs();
  }

  /** Heap and native bytes that the artifact takes, an estimate. */
  public long memoryBytes() {
    return shared.backend().memoryBytes();
  }

  /** How the model is run, for a log line, e.g. {@code 2 sessions, at least 2 rows}. */
  public String execution() {
    return shared.backend().execution();
  }

  /** Why the model is run more slowly than it should be; empty if it is not. */
  public Optional<String> caveat() {
    return shared.backend().caveat();
  }

  /**
   * Sets what runs once the artifact's memory is free: after the last handle and the last scorer
   * were closed, on the thread that closed it. One action per artifact; a later one replaces it.
   */
  public void onFreed(Runnable action) {
    shared.afterClose(action);
  }

  /** Another handle on the same artifact, to be closed by whoever asked for it. */
  public LoadedModel share() {
    retain();
    return new LoadedModel(shared, manifest, digest);
  }

  /** A scorer for one thread. It keeps the artifact in memory until it is closed itself. */
  public Scorer newScorer() {
    retain();
    return new PreparingScorer<>(shared.backend().newKernel());
  }

  /** The same for who also wants each row's {@link #newAttribution}, at the least cost. */
  public AttributingScorer newAttributingScorer() {
    retain();
    return new PreparingAttributingScorer(shared.backend().newAttributingKernel(upWeights()));
  }

  /**
   * Attribution for one thread, of raw rows as {@link Scorer#score} takes them, to the manifest's
   * {@link Manifest#features()}. Attributes the margin of a regression; of a classifier the margin
   * towards UP: P(up)'s minus P(down)'s. Its method and cost depend on the algorithm. It needs no
   * closing and keeps nothing in memory: once the model is freed, it throws IllegalStateException.
   */
  public Attribution newAttribution() {
    return prepared(shared.backend()::newAttribution);
  }

  /**
   * Exact attribution for one thread, of the same margin as {@link #newAttribution}: Shapley values
   * for trees and linear models, several times as expensive; whatever there is for others. {@link
   * Attribution#method} tells which.
   */
  public Attribution newExactAttribution() {
    return prepared(shared.backend()::newExactAttribution);
  }

  private Attribution prepared(Function<double[], Attribution> maker) {
    retain();
    try {
      return new PreparingAttribution(maker.apply(upWeights()));
    } finally {
      shared.release();
    }
  }

  private double[] upWeights() {
    if (manifest.task() == Task.REGRESSION) {
      return new double[] {1};
    }
    if (manifest.task() == Task.BINARY) {
      return new double[] {manifest.classes().get(1) == Direction.DOWN ? -1 : 1};
    }
    double[] weights = new double[outputs()];
    weights[manifest.classes().indexOf(Direction.UP)] = 1;
    weights[manifest.classes().indexOf(Direction.DOWN)] = -1;
    return weights;
  }

  /** How rows are prepared and what runs them, for verification. */
  Backend backend() {
    return shared.backend();
  }

  InputPreparation preparation() {
    return preparation;
  }

  private void retain() {
    if (closed.get() || !shared.retain()) {
      throw new IllegalStateException(manifest.key() + " is closed");
    }
  }

  /** Lets go of this handle; scorers that are still open keep working. */
  @Override
  public void close() {
    if (closed.compareAndSet(false, true)) {
      shared.release();
    }
  }

  private class PreparingScorer<K extends Kernel> implements Scorer {
    final K kernel;
    private double[] prepared = new double[0];
    private boolean scorerClosed;

    PreparingScorer(K kernel) {
      this.kernel = kernel;
    }

    @Override
    public void score(double[] rows, int rowCount, double[] out) {
      kernel.score(prepare(rows, rowCount, out), rowCount, out);
    }

    double[] prepare(double[] rows, int rowCount, double[] out) {
      if (scorerClosed) {
        throw new IllegalStateException("this scorer of " + manifest.key() + " is closed");
      }
      int length = rowCount * inputs();
      if (rowCount < 1 || rows.length < length || out.length < rowCount * outputs()) {
        throw new IllegalArgumentException(
            "rowCount " + rowCount + " does not fit rows " + rows.length + ", out " + out.length);
      }
      if (prepared.length < length) {
        prepared = new double[length];
      }
      preparation.prepare(rows, rowCount, prepared);
      return prepared;
    }

    @Override
    public void close() {
      if (!scorerClosed) {
        scorerClosed = true;
        kernel.close();
        shared.release();
      }
    }
  }

  private final class PreparingAttributingScorer extends PreparingScorer<AttributingKernel>
      implements AttributingScorer {
    PreparingAttributingScorer(AttributingKernel kernel) {
      super(kernel);
    }

    @Override
    public void score(double[] rows, int rowCount, double[] out, double[] contributions) {
      kernel.score(prepare(rows, rowCount, out), rowCount, out, contributions);
    }
  }

  private final class PreparingAttribution implements Attribution {
    private final Attribution attribution;
    private final double[] prepared = new double[inputs()];

    PreparingAttribution(Attribution attribution) {
      this.attribution = attribution;
    }

    @Override
    public void contributions(double[] row, double[] out) {
      attribute(row, () -> attribution.contributions(prepared, out));
    }

    @Override
    public void contributions(double[] row, double[] outputs, double[] out) {
      attribute(row, () -> attribution.contributions(prepared, outputs, out));
    }

    private void attribute(double[] row, Runnable attributing) {
      if (!shared.retain()) {
        throw new IllegalStateException(manifest.key() + " is closed");
      }
      try {
        preparation.prepare(row, 1, prepared);
        attributing.run();
      } finally {
        shared.release();
      }
    }

    @Override
    public double bias() {
      return attribution.bias();
    }

    @Override
    public String method() {
      return attribution.method();
    }

    @Override
    public int rowsPerCall() {
      return attribution.rowsPerCall();
    }

    @Override
    public long stepsPerCall() {
      return attribution.stepsPerCall();
    }
  }

  @Override
  public String toString() {
    return manifest.key() + Arrays.asList(digest.substring(0, 12));
  }
}
