package io.vfr.models.load;

import io.vfr.models.manifest.Manifest;
import io.vfr.models.manifest.SelfTest;
import io.vfr.models.trees.Attribution;
import io.vfr.models.trees.FlatTrees;
import io.vfr.models.trees.MarginEvaluator;
import io.vfr.models.trees.PathAttribution;
import io.vfr.models.trees.TreeEnsemble;
import io.vfr.models.trees.TreeShap;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A tree ensemble scored on the heap, many times as fast as by the library that made it. It serves
 * only if it gives the library's margins bit for bit in every check row; otherwise the library
 * does.
 */
final class HeapTrees implements Backend {
  private final NativeTrees reference;
  private final TreeEnsemble trees;
  private final FlatTrees flat;
  private final String execution;

  private HeapTrees(NativeTrees reference, FlatTrees flat, String execution) {
    this.reference = reference;
    this.trees = reference.trees();
    this.flat = flat;
    this.execution = execution;
  }

  /**
   * The trees on the heap, the library's handle closed; or the library's own backend, if they
   * differ.
   */
  static Backend insteadOf(NativeTrees reference, Manifest manifest) {
    boolean done = false;
    try {
      FlatTrees flat = new FlatTrees(reference.trees());
      CheckRows rows = CheckRows.of(reference.trees(), prepared(reference, manifest));
      String difference = difference(reference, flat, rows);
      if (difference == null) {
        difference = selfTestDifference(reference, flat, manifest);
      }
      done = true;
      if (difference != null) {
        return new Declined(reference, difference);
      }
      reference.close();
      return new HeapTrees(
          reference,
          flat,
          "on the heap, equal to " + reference.library() + " in " + rows.count() + " rows");
    } finally {
      if (!done) {
        reference.close();
      }
    }
  }

  private static double[] prepared(NativeTrees reference, Manifest manifest) {
    List<SelfTest> tests = manifest.selfTest();
    int width = reference.inputs();
    if (manifest.inputWidth() != width) {
      // The model is refused for its shape in a moment.
      return new double[0];
    }
    double[] raw = new double[tests.size() * width];
    for (int t = 0; t < tests.size(); t++) {
      System.arraycopy(tests.get(t).inputs(), 0, raw, t * width, width);
    }
    double[] rows = new double[raw.length];
    new InputPreparation(manifest).prepare(raw, tests.size(), rows);
    return rows;
  }

  /** The first row in which the margins differ, in words; null if none does. */
  private static @Nullable String difference(
      NativeTrees reference, FlatTrees flat, CheckRows rows) {
    int outputs = reference.outputs();
    double[] expected = new double[rows.count() * outputs];
    reference.margins(rows.values(), rows.count(), expected);
    double[] own = new double[outputs * rows.count()];
    MarginEvaluator evaluator = MarginEvaluator.of(reference.trees(), flat);
    for (int r = 0; r < rows.count(); r++) {
      evaluator.margins(rows.values(), r, own);
    }
    for (int i = 0; i < own.length; i++) {
      if (Double.doubleToLongBits(own[i]) != Double.doubleToLongBits(expected[i])) {
        return "in check row "
            + i / outputs
            + " the margin is "
            + own[i]
            + " on the heap and "
            + expected[i]
            + " by "
            + reference.library();
      }
    }
    return null;
  }

  /** A self-test that only the library passes: its exponential may be another one. */
  private static @Nullable String selfTestDifference(
      NativeTrees reference, FlatTrees flat, Manifest manifest) {
    double[] rows = prepared(reference, manifest);
    List<SelfTest> tests = manifest.selfTest();
    int outputs = reference.outputs();
    if (rows.length == 0 || manifest.outputWidth() != outputs) {
      return null;
    }
    double[] own = new double[tests.size() * outputs];
    MarginEvaluator evaluator = MarginEvaluator.of(reference.trees(), flat);
    for (int t = 0; t < tests.size(); t++) {
      evaluator.margins(rows, t, own);
    }
    reference.link(own, tests.size());
    double[] byLibrary = new double[own.length];
    try (Kernel kernel = reference.newKernel()) {
      kernel.score(rows, tests.size(), byLibrary);
    }
    for (int i = 0; i < own.length; i++) {
      SelfTest test = tests.get(i / outputs);
      double expected = test.expected()[i % outputs];
      boolean passes = Math.abs(own[i] - expected) <= test.tolerance();
      if (!passes && Math.abs(byLibrary[i] - expected) <= test.tolerance()) {
        return "self-test "
            + i / outputs
            + " gives "
            + own[i]
            + " on the heap, which is not within its tolerance, and "
            + byLibrary[i]
            + " by "
            + reference.library();
      }
    }
    return null;
  }

  /** A library's backend that serves because the heap gives something else. */
  private record Declined(NativeTrees reference, String difference) implements Backend {
    @Override
    public Optional<String> caveat() {
      return Optional.of(
          "it is scored by " + reference.library() + ", many times as slowly: " + difference);
    }

    @Override
    public String execution() {
      return "by " + reference.library() + ", since " + difference;
    }

    @Override
    public int inputs() {
      return reference.inputs();
    }

    @Override
    public int outputs() {
      return reference.outputs();
    }

    @Override
    public long memoryBytes() {
      return reference.memoryBytes();
    }

    @Override
    public Kernel newKernel() {
      return reference.newKernel();
    }

    @Override
    public Attribution newAttribution(double[] outputWeights) {
      return reference.newAttribution(outputWeights);
    }

    @Override
    public Attribution newExactAttribution(double[] outputWeights) {
      return reference.newExactAttribution(outputWeights);
    }

    @Override
    public void close() {
      reference.close();
    }
  }

  @Override
  public int inputs() {
    return trees.inputs();
  }

  @Override
  public int outputs() {
    return trees.outputs();
  }

  @Override
  public long memoryBytes() {
    return trees.memoryBytes() + flat.memoryBytes();
  }

  @Override
  public String execution() {
    return execution;
  }

  @Override
  public Kernel newKernel() {
    return newAttributingKernel(new double[outputs()]);
  }

  /** Attributes a row by the leaves that its score came to. */
  @Override
  public AttributingKernel newAttributingKernel(double[] outputWeights) {
    MarginEvaluator evaluator = MarginEvaluator.of(trees, flat);
    return new AttributingKernel() {
      @Override
      public void score(double[] rows, int rowCount, double[] out) {
        for (int r = 0; r < rowCount; r++) {
          evaluator.margins(rows, r, out);
        }
        reference.link(out, rowCount);
      }

      @Override
      public void score(double[] rows, int rowCount, double[] out, double[] contributions) {
        Arrays.fill(contributions, 0, rowCount * inputs(), 0);
        for (int r = 0; r < rowCount; r++) {
          evaluator.margins(rows, r, out);
          evaluator.addChanges(rows, r, outputWeights, contributions);
        }
        reference.link(out, rowCount);
      }

      @Override
      public void close() {}
    };
  }

  @Override
  public Attribution newAttribution(double[] outputWeights) {
    return new PathAttribution(trees, flat, outputWeights);
  }

  @Override
  public Attribution newExactAttribution(double[] outputWeights) {
    return new TreeShap(trees, outputWeights);
  }

  /** Nothing but heap. */
  @Override
  public void close() {}
}
