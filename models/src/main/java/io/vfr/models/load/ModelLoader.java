package io.vfr.models.load;

import io.vfr.models.manifest.Algorithm;
import io.vfr.models.manifest.Manifest;
import io.vfr.models.manifest.ManifestException;
import io.vfr.models.manifest.ManifestReader;
import io.vfr.models.manifest.SelfTest;
import io.vfr.models.schema.FeatureSchema;
import io.vfr.models.trees.Attribution;
import io.vfr.models.trees.TreeFormatException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * Loads a model directory step by step: manifest, feature schema, digest, artifact, shape,
 * self-test, warm-up. Takes milliseconds to seconds, so it never runs on a stream thread.
 * Thread-safe.
 */
public final class ModelLoader {
  /** The name of the manifest in every model directory. */
  public static final String MANIFEST = "manifest.json";

  /** Largest artifact that is loaded, bytes. */
  public static final long ARTIFACT_BYTES_MAX = 256L << 20;

  /** Enough calls for the JIT to have compiled the path before the first record meets it. */
  private static final int WARM_UP_CALLS = 200;

  private static final int WARM_UP_ROWS = 32;

  private final String schemaHash;
  private final String schemaId;

  /** Creates a loader for models that were trained on a schema. */
  public ModelLoader(FeatureSchema schema) {
    schemaHash = schema.hash();
    schemaId = schema.id();
  }

  /**
   * Loads and verifies a model.
   *
   * @param dir directory with manifest.json and the artifact
   * @return a warm model; the caller closes it
   * @throws ModelRejectedException with the first reason that speaks against it
   */
  public LoadedModel load(Path dir) throws ModelRejectedException {
    byte[] manifestBytes = readManifest(dir);
    Manifest manifest = parse(manifestBytes);
    if (!manifest.featureSchema().equals(schemaHash)) {
      throw new ModelRejectedException(
          RejectionReason.WRONG_SCHEMA,
          manifest.key()
              + " was trained on feature schema "
              + manifest.featureSchema()
              + "; this build has "
              + schemaHash
              + " ("
              + schemaId
              + "): train it again");
    }
    if (manifest.algorithm() == Algorithm.ONNX) {
      throw new ModelRejectedException(
          RejectionReason.UNSUPPORTED,
          manifest.key()
              + " is an onnx model, which this build does not run; it runs xgboost, lightgbm and"
              + " linear");
    }
    byte[] artifact = readArtifact(dir, manifest);
    SharedBackend shared = new SharedBackend(backend(artifact, manifest));
    LoadedModel model = new LoadedModel(shared, manifest, Sha256.hex(manifestBytes));
    boolean good = false;
    try {
      checkShape(model);
      selfTest(model);
      warmUp(model);
      good = true;
    } finally {
      if (!good) {
        model.close();
      }
    }
    return model;
  }

  private static byte[] readManifest(Path dir) throws ModelRejectedException {
    Path file = dir.resolve(MANIFEST);
    // One byte more than allowed tells the reader that the file is too long.
    try (InputStream in = Files.newInputStream(file)) {
      return in.readNBytes(ManifestReader.BYTES_MAX + 1);
    } catch (IOException e) {
      throw new ModelRejectedException(
          RejectionReason.BAD_MANIFEST, "cannot read " + file + ": " + describe(e), e);
    }
  }

  private static Manifest parse(byte[] bytes) throws ModelRejectedException {
    try {
      return ManifestReader.read(bytes);
    } catch (ManifestException e) {
      throw new ModelRejectedException(
          RejectionReason.BAD_MANIFEST, String.valueOf(e.getMessage()), e);
    }
  }

  private static byte[] readArtifact(Path dir, Manifest manifest) throws ModelRejectedException {
    Path file = dir.resolve(manifest.artifact().file());
    if (!Files.isRegularFile(file)) {
      throw new ModelRejectedException(
          RejectionReason.MISSING_ARTIFACT, "there is no file " + file);
    }
    byte[] bytes;
    try {
      long size = Files.size(file);
      if (size > ARTIFACT_BYTES_MAX) {
        throw new ModelRejectedException(
            RejectionReason.TOO_LARGE,
            file + " has " + size + " bytes; at most " + ARTIFACT_BYTES_MAX + " are loaded");
      }
      bytes = Files.readAllBytes(file);
    } catch (IOException e) {
      throw new ModelRejectedException(
          RejectionReason.MISSING_ARTIFACT, "cannot read " + file + ": " + describe(e), e);
    }
    String actual = Sha256.hex(bytes);
    if (!actual.equals(manifest.artifact().sha256())) {
      throw new ModelRejectedException(
          RejectionReason.BAD_DIGEST,
          file + " has SHA-256 " + actual + "; the manifest says " + manifest.artifact().sha256());
    }
    return bytes;
  }

  static Backend backend(byte[] artifact, Manifest manifest) throws ModelRejectedException {
    try {
      return switch (manifest.algorithm()) {
        case XGBOOST -> XgboostBackend.load(artifact, manifest.task());
        case LIGHTGBM -> LightGbmBackend.load(artifact, manifest.task());
        case LINEAR -> LinearBackend.load(artifact, manifest.task());
        case ONNX -> throw new IllegalStateException("refused above");
      };
    } catch (TreeFormatException e) {
      throw new ModelRejectedException(
          e.isUnsupported() ? RejectionReason.UNSUPPORTED : RejectionReason.UNREADABLE_ARTIFACT,
          manifest.key() + ": " + e.getMessage(),
          e);
    } catch (LinkageError e) {
      throw new ModelRejectedException(
          RejectionReason.NATIVE_LIBRARY_UNAVAILABLE,
          "the native library of "
              + manifest.algorithm().jsonName()
              + " does not load (on Linux it needs glibc and libgomp1): "
              + e,
          e);
    }
  }

  static void checkShape(LoadedModel model) throws ModelRejectedException {
    Manifest manifest = model.manifest();
    shape(manifest, "inputs", model.inputs(), manifest.inputWidth());
    shape(manifest, "outputs", model.outputs(), manifest.outputWidth());
  }

  private static void shape(Manifest manifest, String what, int actual, int stated)
      throws ModelRejectedException {
    if (actual != stated) {
      throw new ModelRejectedException(
          RejectionReason.WRONG_SHAPE,
          manifest.key()
              + ": the artifact has "
              + actual
              + " "
              + what
              + "; the manifest states "
              + stated);
    }
  }

  private static void selfTest(LoadedModel model) throws ModelRejectedException {
    List<SelfTest> tests = model.manifest().selfTest();
    double[] out = new double[model.outputs()];
    try (Scorer scorer = model.newScorer()) {
      for (int t = 0; t < tests.size(); t++) {
        SelfTest test = tests.get(t);
        scorer.score(test.inputs(), 1, out);
        double[] expected = test.expected();
        for (int o = 0; o < out.length; o++) {
          if (!(Math.abs(out[o] - expected[o]) <= test.tolerance())) {
            throw new ModelRejectedException(
                RejectionReason.SELF_TEST_FAILED,
                model.manifest().key()
                    + ": self-test "
                    + t
                    + ", output "
                    + o
                    + " is "
                    + out[o]
                    + "; expected is "
                    + expected[o]
                    + " within "
                    + test.tolerance());
          }
        }
      }
    } catch (ScoringException e) {
      throw new ModelRejectedException(
          RejectionReason.SELF_TEST_FAILED, model.manifest().key() + ": " + e.getMessage(), e);
    }
  }

  private static void warmUp(LoadedModel model) {
    List<SelfTest> tests = model.manifest().selfTest();
    int width = model.inputs();
    double[] rows = new double[WARM_UP_ROWS * width];
    for (int r = 0; r < WARM_UP_ROWS; r++) {
      System.arraycopy(tests.get(r % tests.size()).inputs(), 0, rows, r * width, width);
    }
    double[] out = new double[WARM_UP_ROWS * model.outputs()];
    double[] contributions = new double[width];
    Attribution attribution = model.newAttribution();
    try (Scorer scorer = model.newScorer()) {
      for (int i = 0; i < WARM_UP_CALLS; i++) {
        scorer.score(rows, i % 2 == 0 ? 1 : WARM_UP_ROWS, out);
        attribution.contributions(rows, contributions);
      }
    }
  }

  private static String describe(IOException e) {
    return e.getClass().getSimpleName() + " " + e.getMessage();
  }
}
