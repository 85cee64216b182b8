package io.vfr.models.load;

import io.vfr.models.manifest.Algorithm;
import io.vfr.models.manifest.Manifest;
import io.vfr.models.manifest.SelfTest;
import io.vfr.models.trees.TreeFormatException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Makes the self-test vectors of a model whose manifest is not complete yet. */
public final class SelfTests {
  /** What another machine's exp may differ by; relative where outputs are larger than 1. */
  private static final double TOLERANCE = 1e-12;

  private static final double TOLERANCE_MAX = 0.01;

  private SelfTests() {}

  /**
   * Scores rows with the artifact, as every loader will.
   *
   * @param manifest complete but for its self-tests
   * @param rows raw feature values in the manifest's order, NaN where missing
   * @throws ModelRejectedException if the artifact cannot be loaded, is not what the manifest says,
   *     or gives something that is not finite
   */
  public static List<SelfTest> score(byte[] artifact, Manifest manifest, List<double[]> rows)
      throws ModelRejectedException {
    SharedBackend shared = new SharedBackend(backend(artifact, manifest));
    try (LoadedModel model = new LoadedModel(shared, manifest, manifest.artifact().sha256())) {
      if (model.inputs() != manifest.inputWidth() || model.outputs() != manifest.outputWidth()) {
        throw new ModelRejectedException(
            RejectionReason.WRONG_SHAPE,
            manifest.key()
                + ": the artifact has "
                + model.inputs()
                + " inputs and "
                + model.outputs()
                + " outputs; the manifest states "
                + manifest.inputWidth()
                + " and "
                + manifest.outputWidth());
      }
      List<SelfTest> tests = new ArrayList<>(rows.size());
      try (Scorer scorer = model.newScorer()) {
        for (double[] row : rows) {
          double[] expected = new double[model.outputs()];
          scorer.score(row, 1, expected);
          double largest = Arrays.stream(expected).map(Math::abs).max().orElseThrow();
          if (!Double.isFinite(largest)) {
            throw new ModelRejectedException(
                RejectionReason.SELF_TEST_FAILED,
                manifest.key()
                    + " gives "
                    + Arrays.toString(expected)
                    + " for "
                    + Arrays.toString(row));
          }
          double tolerance = Math.min(TOLERANCE_MAX, TOLERANCE * Math.max(1, largest));
          tests.add(new SelfTest(row, expected, tolerance));
        }
      }
      return tests;
    }
  }

  private static Backend backend(byte[] artifact, Manifest manifest) throws ModelRejectedException {
    if (manifest.algorithm() != Algorithm.LIGHTGBM) {
      throw new IllegalArgumentException(
          "self-tests are made for lightgbm, not " + manifest.algorithm().jsonName());
    }
    try {
      return LightGbmBackend.load(artifact, manifest.task());
    } catch (TreeFormatException e) {
      throw new ModelRejectedException(
          e.isUnsupported() ? RejectionReason.UNSUPPORTED : RejectionReason.UNREADABLE_ARTIFACT,
          manifest.key() + ": " + e.getMessage(),
          e);
    }
  }
}
