package io.vfr.streams.steward;

import static org.assertj.core.api.Assertions.assertThat;

import io.vfr.models.load.ModelLoader;
import io.vfr.models.load.Sha256;
import io.vfr.models.registry.ModelSet;
import io.vfr.models.schema.FeatureSchema;
import io.vfr.schemas.Alert;
import io.vfr.schemas.AlertState;
import io.vfr.schemas.AlertType;
import io.vfr.schemas.PriceBar;
import io.vfr.streams.Pipeline;
import io.vfr.streams.TestConfigs;
import io.vfr.streams.reference.Walk;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** From bars to FEATURE_DRIFT, through the real topology. */
class DriftFlowTest {
  private static final int SYMBOLS = 24;

  @TempDir private Path directory;

  /**
   * A model that learnt from bars whose close to close moves were normal with a deviation of {@link
   * Walk}'s.
   */
  private ModelSet models() throws Exception {
    byte[] artifact =
        "{\"coefficients\":[[1.0,0.0]],\"intercepts\":[0.0]}".getBytes(StandardCharsets.UTF_8);
    Path model = Files.createDirectories(directory.resolve("models/a/1.0.0"));
    Files.write(model.resolve("model.json"), artifact);
    Files.writeString(
        model.resolve("manifest.json"),
        """
        {"id":"a","version":"1.0.0","algorithm":"linear","kind":"return","task":"regression",
         "target":"standardized-return","horizon":"P1D","artifact":{"file":"model.json","sha256":"%s"},
         "featureSchema":"%s","inputs":["momentum_1d","rsi_14"],"required":["momentum_1d","rsi_14"],
         "missing":{"policy":"nan"},
         "selfTest":[{"inputs":[0.0,0.0],"expected":[0.0],"tolerance":1e-9}],
         "metrics":{"hitRate":0.5},
         "reference":{"rows":10000,"features":{
           "momentum_1d":{"edges":[-0.0105,0.0,0.0105],"shares":[0.25,0.25,0.25,0.25],"missing":0.0},
           "rsi_14":{"edges":[-1.0,101.0],"shares":[0.0,1.0,0.0],"missing":0.0}}},
         "calibration":{"neutralBand":0.35,"fallbackSigma":0.02,"residualQuantiles":[-3.0,0.0,3.0]}}
        """
            .formatted(Sha256.hex(artifact), FeatureSchema.current().hash()));
    return ModelSet.ofChampions(List.of(new ModelLoader(FeatureSchema.current()).load(model)));
  }

  /** The same bars with moves that are so many times as large. */
  private static PriceBar times(PriceBar bar, double factor, double base) {
    return new PriceBar(
        bar.symbol(),
        bar.ts(),
        base * Math.pow(bar.open() / base, factor),
        base * Math.pow(bar.high() / base, factor),
        base * Math.pow(bar.low() / base, factor),
        base * Math.pow(bar.close() / base, factor),
        bar.volume(),
        null);
  }

  private List<Alert> play(Pipeline pipeline, int days, int changedAt) {
    List<List<PriceBar>> symbols = new ArrayList<>();
    for (int s = 0; s < SYMBOLS; s++) {
      symbols.add(Walk.bars("S" + s, days, 100 + s));
    }
    List<Alert> alerts = new ArrayList<>();
    for (int day = 0; day < days; day++) {
      for (List<PriceBar> bars : symbols) {
        PriceBar bar = bars.get(day);
        pipeline.price(day < changedAt ? bar : times(bar, 3, bars.get(changedAt).open()));
      }
      pipeline.rollbacks();
      alerts.addAll(pipeline.alerts());
    }
    return alerts.stream().filter(a -> a.type() == AlertType.FEATURE_DRIFT).toList();
  }

  @Test
  void featuresAsInTraining_raiseNothing() throws Exception {
    try (Pipeline pipeline =
        new Pipeline(TestConfigs.daily(directory.resolve("state")), models())) {
      assertThat(play(pipeline, 120, Integer.MAX_VALUE)).isEmpty();
      double index = drift(pipeline);
      assertThat(index).as("it was measured, and is small").isBetween(1e-9, 0.1);
    }
  }

  @Test
  void aFeatureThatChanges_isNamedInOneAlert() throws Exception {
    try (Pipeline pipeline =
        new Pipeline(TestConfigs.daily(directory.resolve("state")), models())) {
      assertThat(play(pipeline, 160, 60))
          .singleElement()
          .satisfies(alert -> {
            assertThat(alert.state()).isEqualTo(AlertState.RAISED);
            assertThat(alert.message())
                .matches(
                    "features of a@1\\.0\\.0 are no longer as in its training: momentum_1d \\(0\\.\\d+\\)");
            assertThat(alert.value()).isGreaterThan(0.25);
          });
      assertThat(drift(pipeline)).isGreaterThan(0.25);
    }
  }

  private static double drift(Pipeline pipeline) {
    return pipeline
        .meters()
        .get("vfr.feature.drift")
        .tags("model", "a@1.0.0", "feature", "momentum_1d")
        .gauge()
        .value();
  }
}
