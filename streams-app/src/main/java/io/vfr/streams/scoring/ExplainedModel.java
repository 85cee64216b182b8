package io.vfr.streams.scoring;

import io.vfr.models.calibration.Calibration;
import io.vfr.models.load.LoadedModel;
import io.vfr.models.manifest.Algorithm;
import io.vfr.models.manifest.Manifest;
import io.vfr.models.schema.FeatureSlots;
import io.vfr.models.trees.Attribution;
import io.vfr.schemas.AttributionMethod;
import io.vfr.schemas.ModelScore;
import io.vfr.streams.features.FeatureVector;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One model as explanations use it: the most exact attribution that its use allows, the inputs'
 * slots, and the way back where that fails. A sequence's features are attributed over all their
 * bars, and named with the value of the last one.
 */
final class ExplainedModel {
  private static final Logger LOG = LoggerFactory.getLogger(ExplainedModel.class);

  private final Manifest manifest;
  private final Calibration calibration;
  private final RowInputs inputs;
  private final List<String> features;

  /** By feature of the manifest; -1 for another model's output, or where no slot was left. */
  private final int[] slots;

  private final @Nullable Attribution attribution;
  private final AttributionMethod method;
  private final double[] row;
  private final double[] contributions;
  private boolean warned;

  ExplainedModel(
      LoadedModel model, FeatureSlots slots, ExplanationUse use, RowInputs.OutputSource outputs) {
    manifest = model.manifest();
    calibration = Calibration.of(manifest);
    inputs = new RowInputs(manifest, slots, outputs);
    features = manifest.features();
    this.slots =
        features.stream().mapToInt(name -> isOutput(name) ? -1 : slots.intern(name)).toArray();
    attribution = attribution(model, use);
    method = method(attribution);
    row = new double[manifest.inputWidth()];
    contributions = new double[features.size()];
  }

  private static boolean isOutput(String feature) {
    return feature.startsWith(RowInputs.MODEL_PREFIX);
  }

  /** Exact within the bounds; else by path for what has paths; else none. */
  private static @Nullable Attribution attribution(LoadedModel model, ExplanationUse use) {
    try {
      Attribution exact = model.newExactAttribution();
      if (exact.rowsPerCall() <= use.rowsMax() && exact.stepsPerCall() <= use.stepsMax()) {
        return exact;
      }
      return model.manifest().algorithm() == Algorithm.ONNX ? null : model.newAttribution();
    } catch (IllegalStateException e) {
      LOG.warn("{} was freed before it could be explained", model.manifest().key());
      return null;
    }
  }

  private static AttributionMethod method(@Nullable Attribution attribution) {
    if (attribution == null) {
      return AttributionMethod.WHOLE;
    }
    return switch (attribution.method()) {
      case "shap", "linear" -> AttributionMethod.SHAP;
      case "occlusion" -> AttributionMethod.OCCLUSION;
      case "path" -> AttributionMethod.PATH;
      default ->
          throw new IllegalStateException("no such attribution method: " + attribution.method());
    };
  }

  /**
   * Adds the model's share of a forecast to the drivers.
   *
   * @param score the model's output and weight in that forecast
   * @param volatility {@code volatility_20d}; NaN where unknown
   * @return how it was attributed
   */
  AttributionMethod attribute(
      FeatureVector vector, ModelScore score, double volatility, DriverRanking drivers) {
    double[] output = score.output();
    if (attribution != null && computeContributions(attribution, vector, output)) {
      double sigma = calibration.sigma(volatility);
      double slope =
          method == AttributionMethod.OCCLUSION
              ? MarginSlope.ofOutput(manifest, sigma)
              : MarginSlope.of(manifest, output, sigma);
      add(score.weight() * slope, drivers);
      return method;
    }
    drivers.addWhole(
        RowInputs.MODEL_PREFIX + manifest.id(),
        output[0],
        score.weight() * calibration.expectedReturn(output, volatility));
    return AttributionMethod.WHOLE;
  }

  private boolean computeContributions(
      Attribution attribution, FeatureVector vector, double[] output) {
    try {
      // The forecast is in the batch alone: outputs of other models come from its prediction.
      if (!inputs.gather(vector, 0, row, 0)) {
        return false;
      }
      attribution.contributions(row, output, contributions);
      warned = false;
      return true;
    } catch (RuntimeException e) {
      // Whatever a model does must not leave the stage: its share stays whole.
      if (!warned) {
        LOG.warn("Model {} cannot be explained: {}", manifest.key(), e.getMessage());
      }
      warned = true;
      return false;
    }
  }

  private void add(double scale, DriverRanking drivers) {
    for (int i = 0; i < contributions.length; i++) {
      if (isOutput(features.get(i))) {
        drivers.addWhole(features.get(i), row[i], scale * contributions[i]);
      } else {
        drivers.addFeature(slots[i], scale * contributions[i]);
      }
    }
  }
}
