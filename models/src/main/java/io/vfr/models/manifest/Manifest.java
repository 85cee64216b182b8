package io.vfr.models.manifest;

import io.vfr.models.Direction;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a model says about itself. {@link ManifestReader} is the only source of manifests whose
 * fields fit together; the record itself only copies.
 *
 * @param id stable name, e.g. {@code mean-reversion-xgb-v2}
 * @param version semantic version, e.g. {@code 2.0.0}
 * @param horizon how far ahead the target lies
 * @param featureSchema hash of the feature schema that the model was trained on
 * @param inputs ordered names of the input features; empty when there is a sequence
 * @param sequence the input of a sequence model, else null
 * @param required inputs without which the model is skipped rather than given a missing value
 * @param classes what the outputs of a classifier stand for; empty for a regression
 * @param fallback id of the model to use in its place when it fails, or null
 * @param metrics figures from validation; {@code hitRate} seeds the ensemble's accuracy
 * @param calibration how outputs become probabilities, or null for a model that needs none
 * @param reference how the features were distributed in training, or null if it is not known
 */
public record Manifest(
    String id,
    String version,
    Algorithm algorithm,
    Kind kind,
    Task task,
    Target target,
    Duration horizon,
    Artifact artifact,
    String featureSchema,
    List<String> inputs,
    @Nullable Sequence sequence,
    List<String> required,
    MissingPolicy missing,
    @Nullable Normalizer normalizer,
    List<Direction> classes,
    List<SelfTest> selfTest,
    @Nullable String fallback,
    Map<String, Double> metrics,
    @Nullable TrainingWindow trainingWindow,
    @Nullable CalibrationData calibration,
    @Nullable FeatureReference reference) {
  public Manifest {
    inputs = List.copyOf(inputs);
    required = List.copyOf(required);
    classes = List.copyOf(classes);
    selfTest = List.copyOf(selfTest);
    metrics = Map.copyOf(metrics);
  }

  /** {@code id@version}. */
  public String key() {
    return id + "@" + version;
  }

  /** The distinct features that the model reads, in order: its inputs, or those of one bar. */
  public List<String> features() {
    return sequence == null ? inputs : sequence.features();
  }

  /** The number of values of one input row: features, or bars × features of a sequence. */
  public int inputWidth() {
    return sequence == null ? inputs.size() : sequence.length() * sequence.features().size();
  }

  /** The number of values of one output row. */
  public int outputWidth() {
    return task == Task.MULTICLASS ? classes.size() : 1;
  }

  /** The feature behind every position of an input row. */
  public List<String> inputNames() {
    if (sequence == null) {
      return inputs;
    }
    List<String> names = new ArrayList<>(inputWidth());
    for (int bar = 0; bar < sequence.length(); bar++) {
      names.addAll(sequence.features());
    }
    return List.copyOf(names);
  }
}
