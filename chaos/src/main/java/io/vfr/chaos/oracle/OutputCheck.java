package io.vfr.chaos.oracle;

import io.vfr.models.load.LoadedModel;
import io.vfr.models.load.ModelLoader;
import io.vfr.models.load.ModelRejectedException;
import io.vfr.models.load.Scorer;
import io.vfr.models.manifest.Manifest;
import io.vfr.models.manifest.Sequence;
import io.vfr.models.manifest.Task;
import io.vfr.models.schema.FeatureSchema;
import io.vfr.schemas.FeatureValues;
import io.vfr.schemas.ModelScore;
import io.vfr.schemas.ModelStatus;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Computes samples again, each output of each model with the version that the prediction names,
 * loaded from disk: equal to the bit, or wrong. Trees are evaluated by the libraries that grew
 * them.
 */
public final class OutputCheck {
  private static final String MODEL_PREFIX = "model.";
  private static final double LINK_TOLERANCE = 1e-6;

  private final ModelLoader loader = new ModelLoader(FeatureSchema.current());
  private final Map<String, Version> byDigest;
  private final List<String> wrong = new ArrayList<>();
  private int compared;
  private int unchecked;
  private int fromLibraries;

  /** A check against these versions, by digest. */
  public OutputCheck(Map<String, Version> byDigest) {
    this.byDigest = byDigest;
  }

  private record Output(Sample sample, ModelScore score) {}

  /** Compares every output of the samples; each version is loaded once. */
  public void run(List<Sample> samples) {
    Map<String, List<Output>> byModel = new LinkedHashMap<>();
    for (Sample sample : samples) {
      for (ModelScore score : sample.models()) {
        byModel
            .computeIfAbsent(score.digest(), digest -> new ArrayList<>())
            .add(new Output(sample, score));
      }
    }
    byModel.forEach((digest, outputs) -> {
      Version version = byDigest.get(digest);
      if (version == null) {
        outputs.forEach(output -> wrong(output, "is of no good version"));
      } else {
        check(version, outputs);
      }
    });
  }

  private void check(Version version, List<Output> outputs) {
    try (LoadedModel model = loader.load(version.dir());
        Scorer scorer = model.newScorer();
        @Nullable NativeTrees trees = trees(model.manifest(), version)) {
      double[] row = new double[model.inputs()];
      double[] out = new double[model.outputs()];
      for (Output output : outputs) {
        ModelStatus status = output.score().status();
        if (status != ModelStatus.OK && status != ModelStatus.SHADOW) {
          wrong(output, "has status " + status);
        } else if (gather(model.manifest(), output.sample(), row)) {
          if (trees == null) {
            scorer.score(row, 1, out);
            compare(output, out, 0);
          } else {
            // Sums of leaves are the same to the bit; the libraries' exponentials are not promised.
            compare(
                output,
                trees.score(row),
                model.manifest().task() == Task.REGRESSION ? 0 : LINK_TOLERANCE);
            fromLibraries++;
          }
        } else {
          unchecked++;
        }
      }
    } catch (ModelRejectedException e) {
      throw new IllegalStateException(version.key() + " was good: " + e.getMessage(), e);
    }
  }

  private static @Nullable NativeTrees trees(Manifest manifest, Version version) {
    try {
      return NativeTrees.reads(manifest) ? NativeTrees.load(manifest, version.dir()) : null;
    } catch (IOException e) {
      throw new UncheckedIOException(version.key() + " cannot be read", e);
    }
  }

  private void compare(Output output, double[] out, double tolerance) {
    compared++;
    for (int i = 0; i < out.length; i++) {
      double stated = output.score().output(i);
      if (Double.compare(out[i], stated) != 0 && !(Math.abs(out[i] - stated) <= tolerance)) {
        wrong(output, "should be " + out[i] + " but is " + stated);
        return;
      }
    }
  }

  private void wrong(Output output, String why) {
    wrong.add(
        output.sample().predictionId()
            + ": "
            + output.score().id()
            + "@"
            + output.score().version()
            + " "
            + why);
  }

  /** The model's input row; false where a bar of the sequence is not known. */
  private static boolean gather(Manifest manifest, Sample sample, double[] row) {
    Sequence sequence = manifest.sequence();
    if (sequence == null) {
      Map<String, Double> values = values(sample.vector());
      for (int i = 0; i < row.length; i++) {
        String name = manifest.inputs().get(i);
        row[i] =
            name.startsWith(MODEL_PREFIX)
                ? champion(sample, name.substring(MODEL_PREFIX.length()))
                : values.getOrDefault(name, Double.NaN);
      }
      return true;
    }
    int before = sequence.length() - 1;
    if (sample.closed().size() < before) {
      return false;
    }
    List<FeatureValues> bars =
        new ArrayList<>(
            sample.closed().subList(sample.closed().size() - before, sample.closed().size()));
    bars.add(sample.vector());
    int at = 0;
    for (FeatureValues bar : bars) {
      Map<String, Double> values = values(bar);
      for (String feature : sequence.features()) {
        // Sequences are kept in single precision.
        row[at++] = values.getOrDefault(feature, Double.NaN).floatValue();
      }
    }
    return true;
  }

  private static double champion(Sample sample, String id) {
    // Champions come before shadows.
    for (ModelScore score : sample.models()) {
      if (score.id().equals(id)) {
        return score.status() == ModelStatus.OK ? score.output(0) : Double.NaN;
      }
    }
    return Double.NaN;
  }

  private static Map<String, Double> values(FeatureValues vector) {
    Map<String, Double> values = new HashMap<>();
    for (int i = 0; i < vector.names().size(); i++) {
      values.put(vector.names().get(i), vector.value(i));
    }
    return values;
  }

  /** Outputs that were computed again. */
  public int compared() {
    return compared;
  }

  /** Those of them that XGBoost or LightGBM computed. */
  public int fromLibraries() {
    return fromLibraries;
  }

  /** Outputs for which the input was not known. */
  public int unchecked() {
    return unchecked;
  }

  /** Outputs that are not what the named version gives. */
  public List<String> wrong() {
    return List.copyOf(wrong);
  }
}
