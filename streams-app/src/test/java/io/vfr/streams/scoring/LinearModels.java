package io.vfr.streams.scoring;

import io.vfr.models.load.LoadedModel;
import io.vfr.models.load.ModelLoader;
import io.vfr.models.load.ModelRejectedException;
import io.vfr.models.load.Sha256;
import io.vfr.models.schema.FeatureSchema;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** Linear models of one input, written and loaded like any other. */
final class LinearModels {
  private final Path directory;

  LinearModels(Path directory) {
    this.directory = directory;
  }

  /** A return model: coefficient × input, in volatilities. */
  LoadedModel returns(String id, String version, String input, double coefficient) {
    return load(id, version, "return", "standardized-return", input, coefficient, 0, "");
  }

  /** The same with a fallback. */
  LoadedModel returns(
      String id, String version, String input, double coefficient, String fallback) {
    String more = "\"fallback\":\"" + fallback + "\",";
    return load(id, version, "return", "standardized-return", input, coefficient, 0, more);
  }

  /** A volatility model: coefficient × {@code volatility_20d}. */
  LoadedModel volatility(String id, double coefficient) {
    return load(id, "1.0.0", "volatility", "volatility", "volatility_20d", coefficient, 1e-6, "");
  }

  /** A model over another one's output. */
  LoadedModel meta(String id, String over, double coefficient) {
    return load(id, "1.0.0", "meta", "standardized-return", "model." + over, coefficient, 0, "");
  }

  private LoadedModel load(
      String id,
      String version,
      String kind,
      String target,
      String input,
      double coefficient,
      double intercept,
      String more) {
    byte[] artifact =
        "{\"coefficients\":[[%s]],\"intercepts\":[%s]}"
            .formatted(coefficient, intercept)
            .getBytes(StandardCharsets.UTF_8);
    try {
      Path model = Files.createDirectories(directory.resolve(id).resolve(version));
      Files.write(model.resolve("model.json"), artifact);
      Files.writeString(
          model.resolve("manifest.json"),
          """
          {"id":"%s","version":"%s","algorithm":"linear","kind":"%s","task":"regression",
           "target":"%s","horizon":"P1D","artifact":{"file":"model.json","sha256":"%s"},
           "featureSchema":"%s","inputs":["%s"],"required":["%s"],"missing":{"policy":"nan"},%s
           "selfTest":[{"inputs":[0.0],"expected":[%s],"tolerance":1e-9}],
           "metrics":{"hitRate":0.5},
           "calibration":{"neutralBand":0.35,"fallbackSigma":0.02,
             "residualQuantiles":[-3.0,-1.0,-0.5,0.0,0.5,1.0,3.0]}}
          """
              .formatted(
                  id,
                  version,
                  kind,
                  target,
                  Sha256.hex(artifact),
                  FeatureSchema.current().hash(),
                  input,
                  input,
                  more,
                  intercept));
      return new ModelLoader(FeatureSchema.current()).load(model);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (ModelRejectedException e) {
      throw new IllegalStateException(e);
    }
  }
}
