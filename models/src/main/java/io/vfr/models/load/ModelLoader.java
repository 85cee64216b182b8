package io.vfr.models.load;

import io.vfr.models.manifest.Manifest;
import io.vfr.models.manifest.ManifestException;
import io.vfr.models.manifest.ManifestReader;
import io.vfr.models.schema.FeatureSchema;
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

  /** An artifact above this size is memory-mapped while it is loaded, bytes. */
  public static final long MAPPED_ABOVE_BYTES = 100L << 20;

  private final FeatureSchema schema;
  private final LoadOptions options;
  private final long mappedAbove;

  /**
   * Creates a loader for models that were trained on a schema, with {@link LoadOptions#DEFAULTS}.
   */
  public ModelLoader(FeatureSchema schema) {
    this(schema, LoadOptions.DEFAULTS);
  }

  /** Creates a loader for models that were trained on a schema. */
  public ModelLoader(FeatureSchema schema, LoadOptions options) {
    this(schema, options, MAPPED_ABOVE_BYTES);
  }

  ModelLoader(FeatureSchema schema, LoadOptions options, long mappedAbove) {
    this.schema = schema;
    this.options = options;
    this.mappedAbove = mappedAbove;
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
    checkSchema(manifest);
    checkSequence(manifest);
    SharedBackend shared;
    try (ArtifactBytes artifact = openArtifact(dir, manifest)) {
      shared = new SharedBackend(backend(artifact, manifest));
    }
    LoadedModel model = new LoadedModel(shared, manifest, Sha256.hex(manifestBytes));
    boolean good = false;
    try {
      new Verification(model, options.timeout()).run();
      good = true;
    } finally {
      if (!good) {
        model.close();
      }
    }
    return model;
  }

  private void checkSchema(Manifest manifest) throws ModelRejectedException {
    if (!manifest.featureSchema().equals(schema.hash())) {
      throw new ModelRejectedException(
          RejectionReason.WRONG_SCHEMA,
          manifest.key()
              + " was trained on feature schema "
              + manifest.featureSchema()
              + "; this build has "
              + schema.hash()
              + " ("
              + schema.id()
              + "): train it again");
    }
  }

  /** Only what is made from bars has a value for each of the last bars. */
  private void checkSequence(Manifest manifest) throws ModelRejectedException {
    if (manifest.sequence() == null) {
      return;
    }
    List<String> others =
        manifest.features().stream()
            .filter(
                name -> schema.indexOf(name) < 0 || schema.indexOf(name) >= schema.barFeatures())
            .toList();
    if (!others.isEmpty()) {
      throw new ModelRejectedException(
          RejectionReason.WRONG_SCHEMA,
          manifest.key()
              + ": its sequence names "
              + others
              + "; allowed are the features that are made from bars, e.g. "
              + schema.names().getFirst());
    }
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

  private ArtifactBytes openArtifact(Path dir, Manifest manifest) throws ModelRejectedException {
    Path file = dir.resolve(manifest.artifact().file());
    if (!Files.isRegularFile(file)) {
      throw new ModelRejectedException(
          RejectionReason.MISSING_ARTIFACT, "there is no file " + file);
    }
    ArtifactBytes artifact;
    try {
      long size = Files.size(file);
      if (size > ARTIFACT_BYTES_MAX) {
        throw new ModelRejectedException(
            RejectionReason.TOO_LARGE,
            file + " has " + size + " bytes; at most " + ARTIFACT_BYTES_MAX + " are loaded");
      }
      artifact = ArtifactBytes.open(file, mappedAbove);
    } catch (IOException e) {
      throw new ModelRejectedException(
          RejectionReason.MISSING_ARTIFACT, "cannot read " + file + ": " + describe(e), e);
    }
    String actual = Sha256.hex(artifact.buffer());
    if (!actual.equals(manifest.artifact().sha256())) {
      artifact.close();
      throw new ModelRejectedException(
          RejectionReason.BAD_DIGEST,
          file + " has SHA-256 " + actual + "; the manifest says " + manifest.artifact().sha256());
    }
    return artifact;
  }

  private Backend backend(ArtifactBytes artifact, Manifest manifest) throws ModelRejectedException {
    try {
      return switch (manifest.algorithm()) {
        case XGBOOST ->
            HeapTrees.insteadOf(XgboostBackend.load(artifact.array(), manifest.task()), manifest);
        case LIGHTGBM ->
            HeapTrees.insteadOf(LightGbmBackend.load(artifact.array(), manifest.task()), manifest);
        case LINEAR -> LinearBackend.load(artifact.array(), manifest.task());
        case ONNX -> OnnxBackend.load(artifact, manifest, options);
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

  private static String describe(IOException e) {
    return e.getClass().getSimpleName() + " " + e.getMessage();
  }
}
